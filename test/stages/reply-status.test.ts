import { beforeEach, describe, expect, it } from "vitest";

import { replyStatus } from "../../src/stages/reply-status.ts";
import { READER, WRITER } from "../world/an-issue.ts";
import { PureFleet } from "../world/pure-fleet.ts";

let fleet: PureFleet;

beforeEach(() => {
  fleet = new PureFleet({ issues: [{}, {}] });
});

/** What the command job does with a comment on #2. */
async function ask({ by = WRITER.login, comment = 77, dryRun = false } = {}): Promise<void> {
  if (await fleet.obey({ type: "status" }, { by })) {
    const tick = await fleet.collect();
    await replyStatus(fleet, { tick, issue: 2, comment, runId: 7, dryRun });
  }
}

function replies(): readonly string[] {
  return (fleet.world.comments.get(2) ?? []).filter((text) => text.includes("slots busy"));
}

describe("/status", () => {
  it("is answered where it was asked, and journals nothing [O07]", async () => {
    await ask();

    expect(replies()).toHaveLength(1);
    expect(replies()[0]).toContain("#2: `ready`.");
    expect(replies()[0]).toContain("/actions/runs/7)");
    expect(fleet.journal.events).toEqual([]);
  });

  it("is answered once, however often its job runs, and again when it is asked again [O07]", async () => {
    await ask();
    await ask();
    expect(replies()).toHaveLength(1);

    await ask({ comment: 78 });
    expect(replies()).toHaveLength(2);
  });

  it("is not answered to a reader [N01]", async () => {
    await ask({ by: READER.login });

    expect(replies()).toEqual([]);
  });

  it("says in a dry run what it would do, and does nothing [O11]", async () => {
    await ask({ dryRun: true });

    expect(replies()).toEqual([]);
    expect(fleet.log.lines).toContainEqual(expect.stringContaining("comment on #2 (status-77)"));
  });

  it("leaves the last requests of the hour to those who deliver [F34]", async () => {
    const tick = { ...(await fleet.collect()), apiRemaining: 3 };

    await replyStatus(fleet, { tick, issue: 2, comment: 77, runId: 7, dryRun: false });

    expect(replies()).toEqual([]);
    expect(fleet.log.lines).toContainEqual(expect.stringContaining("is not answered"));
  });
});
