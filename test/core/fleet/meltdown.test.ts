import { describe, expect, it } from "vitest";

import { decideMeltdown } from "../../../src/core/fleet/meltdown.ts";
import { EMPTY_JOURNAL } from "../../../src/core/journal/fold.ts";
import type { FleetRecord, RecentEnd } from "../../../src/core/journal/records.ts";

const NOW = "2026-11-20T12:00:00Z";

function fleetWith(causes: readonly (string | undefined)[], minutesAgo = 5): FleetRecord {
  const recent = causes.map((cause): RecentEnd => ({
    at: `2026-11-20T11:${String(60 - minutesAgo).padStart(2, "0")}:00Z`,
    cause,
  }));
  return { ...EMPTY_JOURNAL.fleet, recent };
}

describe("decideMeltdown", () => {
  it("trips at 5 failures that are half of the sessions [O04]", () => {
    const causes = ["stalled", "no-change", "stalled", "conflict", "stalled"];
    const mixed = [...causes, ...Array<undefined>(5).fill(undefined)];

    expect(decideMeltdown(fleetWith(mixed), NOW)).toMatchObject({ reason: "meltdown" });
  });

  it("trips at 3 of one cause in a row [O04]", () => {
    const fleet = fleetWith([undefined, "run-ended", "run-ended", "run-ended"]);

    expect(decideMeltdown(fleet, NOW)?.detail).toContain("run-ended");
  });

  it.each([
    ["one failure alone, although it is all there is", ["stalled"]],
    ["four failures of different causes", ["stalled", "conflict", "no-change", "run-ended"]],
    [
      "five failures among many good ends",
      [
        ...Array<undefined>(6).fill(undefined),
        "stalled",
        "conflict",
        "stalled",
        "conflict",
        "no-change",
      ],
    ],
    ["two of one cause with a good end between", ["stalled", "stalled", undefined, "stalled"]],
  ])("does not trip at %s [F56]", (_, causes) => {
    expect(decideMeltdown(fleetWith(causes), NOW)).toBeUndefined();
  });

  it("forgets what is older than 30 minutes", () => {
    expect(decideMeltdown(fleetWith(["stalled", "stalled", "stalled"], 31), NOW)).toBeUndefined();
  });

  it("leaves a fleet alone that is paused already", () => {
    const pause = { reason: "command", detail: "", until: undefined, baseSha: undefined } as const;
    const fleet = { ...fleetWith(["stalled", "stalled", "stalled"]), pause };

    expect(decideMeltdown(fleet, NOW)).toBeUndefined();
  });
});
