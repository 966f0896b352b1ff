import { beforeEach, describe, expect, it } from "vitest";

import type { Command } from "../../src/core/fleet/commands.ts";
import { EMPTY_JOURNAL } from "../../src/core/journal/fold.ts";
import type { JournalState } from "../../src/core/journal/records.ts";
import { PureFleet } from "../world/pure-fleet.ts";

let fleet: PureFleet;
let good: JournalState;

async function say(command: Command): Promise<void> {
  await fleet.obey(command);
}

/** A fleet whose first tick claimed an issue, and whose journal was deleted after the next one. */
beforeEach(async () => {
  fleet = new PureFleet({ issues: [{}, {}] });
  await fleet.tick();
  good = fleet.journal.state;
  fleet.world.rememberedSeq = (await fleet.collect()).journalSeq;
  fleet.journal.state = EMPTY_JOURNAL;
  fleet.world.applied.length = 0;
});

describe("a journal that has fewer events than an earlier tick saw", () => {
  it("holds the fleet: only that is journalled, and nothing is written or started [F109]", async () => {
    expect(await fleet.tick()).toEqual([]);
    expect(await fleet.tick()).toEqual([]);

    expect(fleet.world.applied).toEqual([]);
    expect(fleet.journal.state).toMatchObject({
      seq: 1,
      fleet: { pause: { reason: "journal-rewound", seenSeq: good.seq } },
    });
  });

  it("tells every issue why, and the log what to do [F109, N27]", async () => {
    const tick = await fleet.collect();
    await fleet.dispatch(tick);

    expect(tick.plan.rows.map(({ reason }) => reason)).toContainEqual(
      expect.objectContaining({ type: "paused", reason: "journal-rewound" }),
    );
    expect(fleet.log.lines).toContainEqual(
      expect.stringContaining(`The journal is gone; it had ${good.seq} events.`),
    );
  });

  it("stays held when the memory is lost or has caught up, until a person acts [F109]", async () => {
    await fleet.tick();
    fleet.world.rememberedSeq = undefined;

    expect(await fleet.tick()).toEqual([]);
    expect(fleet.world.applied).toEqual([]);
  });

  it("goes on where it was when the good commit is pushed again [F109]", async () => {
    await fleet.tick();
    fleet.journal.state = good;

    const claims = await fleet.tick();

    expect(claims).toEqual([]);
    expect(fleet.claims()).toHaveLength(2);
    expect(fleet.journal.state.fleet.pause).toBeUndefined();
  });

  it("goes on without what is lost when a person resumes, and is not held by it again [F109]", async () => {
    await fleet.tick();
    await say({ type: "resume" });

    expect(await fleet.tick()).toHaveLength(2);
    expect(fleet.journal.state.fleet.acknowledgedSeq).toBe(good.seq);
  });

  it("is told from one that only grew, and from one that nobody remembers", async () => {
    fleet.journal.state = good;
    fleet.world.rememberedSeq = good.seq - 1;
    expect((await fleet.collect()).rewind).toBeUndefined();

    fleet.world.rememberedSeq = undefined;
    expect((await fleet.collect()).rewind).toBeUndefined();
  });

  it("keeps the higher number in memory until somebody has looked", async () => {
    expect((await fleet.collect()).journalSeq).toBe(good.seq);
  });
});
