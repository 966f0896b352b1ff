import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { listHeldStarters, noteStarts, starterOf } from "../../../src/core/fleet/start-limit.ts";
import { EMPTY_JOURNAL } from "../../../src/core/journal/fold.ts";
import { newRecord } from "../../../src/core/journal/new-record.ts";
import { aClaim, aResult } from "../../arbitraries/plan.ts";

const APPROVAL = { by: "maria" };
const AT_LIMIT_3 = { startsPerActor: 3 };
const { fleet: FLEET } = EMPTY_JOURNAL;

describe("whose start a session is", () => {
  it("is the approver's, or that of whoever said /retry since [N26]", () => {
    expect(starterOf(undefined, APPROVAL)).toBe("maria");
    expect(starterOf(newRecord(1), APPROVAL)).toBe("maria");
    expect(starterOf({ ...newRecord(1), retriedBy: "wren" }, APPROVAL)).toBe("wren");
    expect(starterOf(newRecord(1), undefined)).toBeUndefined();
  });

  it.each([
    ["a retry", { attempts: 1, result: aResult({ outcome: "retry" }) }],
    ["a claim that was given back", { result: aResult({ outcome: "returned" }) }],
    ["the checks of a manual fix", { manualFix: { headSha: "a", by: "wren", attempt: 1 } }],
  ])("is nobody's for %s [N26]", (_, parts) => {
    expect(starterOf({ ...newRecord(1), ...parts }, APPROVAL)).toBeUndefined();
  });
});

describe("the starts of an hour", () => {
  const starts = ["10:00:00", "10:05:00", "10:20:00", "10:30:00"].map((time) => ({
    by: "maria",
    at: `2026-11-20T${time}Z`,
  }));

  it("hold a person who used them up, until enough of them are an hour old [N26]", () => {
    const held = listHeldStarters({ starts }, "2026-11-20T10:31:00Z", AT_LIMIT_3);

    expect([...held]).toEqual([["maria", "2026-11-20T11:05:00Z"]]);
    expect(listHeldStarters({ starts }, "2026-11-20T11:04:59Z", AT_LIMIT_3).size).toBe(1);
    expect(listHeldStarters({ starts }, "2026-11-20T11:05:00Z", AT_LIMIT_3).size).toBe(0);
  });

  it("are each person's own [N26]", () => {
    const others = starts.map(({ at }, index) => ({ by: `person-${index}`, at }));

    expect(listHeldStarters({ starts: others }, "2026-11-20T10:31:00Z", AT_LIMIT_3).size).toBe(0);
  });

  it("forget what is older than an hour, and leave the fleet of older journals as it is [N26]", () => {
    const at = "2026-11-20T11:10:00Z";
    const noted = noteStarts({ ...FLEET, starts }, [aClaim({ issue: 1, at, startedBy: "wren" })]);

    expect(noted.starts).toEqual([...starts.slice(2), { by: "wren", at }]);
    expect(noteStarts(FLEET, [aClaim({ issue: 1, at })])).toBe(FLEET);
  });

  it("let nobody exceed the limit in any hour, whenever ticks come [N26]", () => {
    const minutes = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 5, maxLength: 40 });
    fc.assert(
      fc.property(minutes, fc.integer({ min: 1, max: 4 }), (gaps, startsPerActor) => {
        let fleet = FLEET;
        let seconds = Date.parse("2026-11-20T00:00:00Z") / 1_000;
        const begun: number[] = [];
        for (const gap of gaps) {
          seconds += 60 * gap;
          const at = new Date(1_000 * seconds).toISOString();
          if (!listHeldStarters(fleet, at, { startsPerActor }).has("maria")) {
            fleet = noteStarts(fleet, [aClaim({ issue: 1, at, startedBy: "maria" })]);
            begun.push(seconds);
          }
        }

        const most = begun.map(
          (start) => begun.filter((one) => one >= start && one < start + 3_600).length,
        );
        expect(Math.max(...most)).toBeLessThanOrEqual(startsPerActor);
        expect(begun.length).toBeGreaterThanOrEqual(Math.min(startsPerActor, gaps.length));
      }),
    );
  });
});
