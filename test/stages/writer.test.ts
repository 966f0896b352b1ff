import { describe, expect, it } from "vitest";

import type { Effect } from "../../src/core/effects.ts";
import { makeWriter } from "../../src/stages/writer.ts";
import { PureFleet } from "../world/pure-fleet.ts";

const EFFECTS: readonly Effect[] = [
  { type: "set-state-label", issue: 1, state: "ready" },
  { type: "write-status-comment", issue: 1, body: "Waiting." },
  { type: "start-tick" },
];

function openWriter(fleet: PureFleet, dryRun: boolean): ReturnType<typeof makeWriter> {
  const { world, journal, log } = fleet;
  return makeWriter({ world, journal, log }, { dryRun });
}

describe("makeWriter", () => {
  it("applies effects in their order and says what it did", async () => {
    const fleet = new PureFleet({ issues: [{}] });

    const outcomes = await openWriter(fleet, false).effects(EFFECTS);

    expect(fleet.world.applied).toEqual(EFFECTS);
    expect(outcomes.map(({ failure }) => failure)).toEqual([undefined, undefined, undefined]);
    expect(fleet.log.lines).toEqual([
      "info: Done: label #1 state:ready.",
      "info: Done: write the status comment of #1.",
      "info: Done: start the next tick.",
    ]);
  });

  it("goes on after an effect that fails, and warns of it", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    fleet.world.fails = ({ type }) => type === "set-state-label";

    await openWriter(fleet, false).effects(EFFECTS);

    expect(fleet.world.applied).toHaveLength(2);
    expect(fleet.log.lines[0]).toMatch(/^warning: Could not label #1 state:ready: .*next tick/);
  });

  it("asks nothing of GitHub when there is nothing to apply", async () => {
    const fleet = new PureFleet();
    fleet.world.apply = () => Promise.reject(new Error("nobody asked for this"));

    expect(await openWriter(fleet, false).effects([])).toEqual([]);
  });

  it("prints the same list in a dry run and changes nothing [O11]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    const writer = openWriter(fleet, true);

    await writer.effects(EFFECTS);
    const event = await writer.event(() => ({ type: "resumed", by: "maintainer" }));

    expect(event).toBeUndefined();
    expect(fleet.world.applied).toEqual([]);
    expect(fleet.journal.events).toEqual([]);
    expect(fleet.log.lines.slice(0, 3)).toEqual([
      "info: Dry run, not done: label #1 state:ready.",
      "info: Dry run, not done: write the status comment of #1.",
      "info: Dry run, not done: start the next tick.",
    ]);
    expect(fleet.log.lines[3]).toMatch(/^info: Dry run, not journalled: resumed/);
  });
});
