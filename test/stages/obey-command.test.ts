import { describe, expect, it } from "vitest";

import type { Command } from "../../src/core/fleet/commands.ts";
import { READER, WRITER } from "../world/an-issue.ts";
import { PureFleet } from "../world/pure-fleet.ts";

async function obey(
  fleet: PureFleet,
  command: Command,
  { by = WRITER.login, dryRun = false } = {},
): Promise<boolean> {
  return await fleet.obey(command, { by, dryRun });
}

describe("obeyCommand", () => {
  it("journals a pause, which then holds every start [F51]", async () => {
    const fleet = new PureFleet({ issues: [{}] });

    expect(await obey(fleet, { type: "pause" })).toBe(true);

    expect(await fleet.tick()).toEqual([]);
    expect(fleet.journal.state.fleet.pause).toMatchObject({ reason: "command" });
  });

  it("journals the end of a pause, whatever had paused [F55]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    const pause = {
      reason: "configuration",
      detail: "The model refused the credential.",
      until: undefined,
      baseSha: undefined,
    } as const;
    fleet.journal.force({ type: "paused", by: undefined, pause });

    await obey(fleet, { type: "resume" });

    expect(await fleet.tick()).toHaveLength(1);
  });

  it("changes nothing when a wish is fulfilled already, and says so", async () => {
    const fleet = new PureFleet();

    expect(await obey(fleet, { type: "resume" })).toBe(true);
    await obey(fleet, { type: "pause" });
    await obey(fleet, { type: "pause" });

    expect(fleet.journal.events).toHaveLength(1);
    expect(fleet.log.lines).toContainEqual(expect.stringContaining("changes nothing"));
  });

  it("lets an issue that needs a person begin again with all its attempts [F13]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    const [claim] = await fleet.tick();
    if (claim === undefined) {
      throw new Error("Nothing was claimed.");
    }
    await fleet.finalize(claim, { result: "{" });
    expect(await fleet.tick()).toEqual([]);

    await obey(fleet, { type: "retry", issue: 1 });

    expect(await fleet.tick()).toEqual([expect.objectContaining({ issue: 1, attempt: 1 })]);
  });

  it("does not take a claim away from a session that runs", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    await fleet.tick();
    const before = fleet.journal.state;

    await obey(fleet, { type: "retry", issue: 1 });

    expect(fleet.journal.state).toEqual(before);
  });

  it.each([READER.login, "stranger"])(
    "obeys nobody who may not write, such as %s [F30]",
    async (by) => {
      const fleet = new PureFleet();

      expect(await obey(fleet, { type: "pause" }, { by })).toBe(false);

      expect(fleet.journal.events).toEqual([]);
    },
  );

  it("writes nothing in a dry run [O11]", async () => {
    const fleet = new PureFleet();

    await obey(fleet, { type: "pause" }, { dryRun: true });

    expect(fleet.journal.events).toEqual([]);
  });
});
