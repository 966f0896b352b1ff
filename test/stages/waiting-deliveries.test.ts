import { beforeEach, describe, expect, it } from "vitest";

import type { RefUpdate } from "../../src/ports/journal.ts";
import { aSession } from "../arbitraries/session.ts";
import { sha, TRIGGER, WRITER } from "../world/an-issue.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import { merge, rejectPullRequest, removeLabel, reopen, setLabel } from "../world/pure-people.ts";

let fleet: PureFleet;
/** The refs that went alongside the journal's own, push by push. */
let alongside: (RefUpdate | undefined)[];

/** One issue whose session is done, and whose finalize is about to deliver it. */
beforeEach(() => {
  const configuration = { checks: { test: "npm test" }, "escalate-to": ["wren"] };
  fleet = new PureFleet({ issues: [{}], configuration });
  alongside = [];
});

async function deliver(): Promise<void> {
  const [claim] = await fleet.tick();
  if (claim === undefined) {
    throw new Error("Nothing was claimed.");
  }
  const { issue, attempt, nonce, runId, runAttempt, baseSha } = claim;
  const result = aSession({ issue, attempt, claim: nonce, runId, runAttempt, baseSha });
  const { journal } = fleet;
  await fleet.finalize(
    claim,
    { result },
    {
      journal: {
        read: () => journal.read(),
        append: (decide, ref) => {
          alongside.push(ref);
          return journal.append(decide, ref);
        },
      },
    },
  );
  fleet.advance(1);
}

function comments(): readonly string[] {
  return fleet.world.comments.get(1) ?? [];
}

describe("a pull request that GitHub forbids us to open", () => {
  it("is a person's matter: one comment names the setting, whatever the number of ticks [F92]", async () => {
    fleet.world.forbids = ({ type }) => type === "open-pull-request";
    await deliver();

    await fleet.tick();
    await fleet.tick();

    const told = comments().filter((text) => text.includes("forbids to open its pull request"));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain("@wren");
    expect(told[0]).toContain("Allow GitHub Actions to create and approve pull requests");
    expect(told[0]).toContain('"type": "pull-request-forbidden"');
  });

  it("is opened by the next tick when the setting is changed; no attempt is spent [F92]", async () => {
    fleet.world.forbids = ({ type }) => type === "open-pull-request";
    await deliver();
    await fleet.tick();
    fleet.world.forbids = () => false;

    await fleet.tick();

    expect(fleet.world.pullRequests.size).toBe(1);
    expect(fleet.journal.state.issues.get(1)?.attempts).toBe(1);
  });
});

describe("a pull request that waits for a person's review", () => {
  it("stays what it is for days, with its reason, and is never told as a failure [F87]", async () => {
    await deliver();
    const before = comments().length;

    for (let day = 0; day < 5; day += 1) {
      fleet.advance(24 * 60);
      await fleet.tick();
    }

    const [row] = (await fleet.collect()).plan.rows;
    expect(row).toMatchObject({ state: "completing", reason: { type: "awaiting-merge" } });
    expect(fleet.world.stateLabels(1)).toEqual(["state:completing"]);
    expect(comments()).toHaveLength(before);
    expect(fleet.journal.state.issues.get(1)).toMatchObject({ attempts: 1, ended: undefined });
  });
});

describe("a delivery after one that was merged", () => {
  it("is not taken for merged before its own pull request is there [F12, F19]", async () => {
    await deliver();
    merge(fleet.world, 1);
    await fleet.tick();
    fleet.advance(60);
    reopen(fleet.world, 1, WRITER);
    fleet.advance(1);
    fleet.world.forbids = ({ type }) => type === "open-pull-request";
    await deliver();

    await fleet.tick();

    const [row] = (await fleet.collect()).plan.rows;
    expect(row).toMatchObject({ state: "completing", reason: { type: "pull-request-due" } });
    expect(fleet.world.issue(1).state).toBe("open");
  });
});

describe("a session that did its work", () => {
  it("costs no retry: after a pull request that a person rejected all attempts are there again [F15]", async () => {
    await deliver();
    rejectPullRequest(fleet.world, 1);
    fleet.advance(1);
    removeLabel(fleet.world, 1, TRIGGER);
    setLabel(fleet.world, 1, TRIGGER, WRITER);

    expect(await fleet.tick()).toMatchObject([{ issue: 1, attempt: 1 }]);
  });
});

describe("the pushes of a delivery", () => {
  it("carry one ref beside the journal's at most: two is the least that a push policy allows [F112]", async () => {
    await deliver();

    expect(alongside.filter((ref) => ref !== undefined)).toHaveLength(1);
    expect(alongside.map((ref) => ref?.ref)).toContain("refs/heads/feature/issue-1");
  });
});

describe("ticks that find nothing to do", () => {
  it("start no other tick, so that no chain of them goes on [F59, N26]", async () => {
    await deliver();
    merge(fleet.world, 1);
    await fleet.tick();
    const started = fleet.world.ticksStarted;

    for (let tick = 0; tick < 20; tick += 1) {
      fleet.advance(60);
      expect(await fleet.tick()).toEqual([]);
    }

    expect(fleet.world.ticksStarted).toBe(started);
  });
});

describe("the branch of merged work", () => {
  const branch = "feature/issue-1";

  it("is removed when the merge is seen [F97, E15b]", async () => {
    await deliver();
    merge(fleet.world, 1);

    await fleet.tick();

    expect(fleet.journal.state.issues.get(1)?.ended).toBe("completed");
    expect(fleet.world.branches.has(branch)).toBe(false);
  });

  it("stays while the pull request is open, and when it was closed unmerged [F97]", async () => {
    await deliver();
    await fleet.tick();
    rejectPullRequest(fleet.world, 1);

    await fleet.tick();

    expect(fleet.world.branches.has(branch)).toBe(true);
  });

  it("is removed with what people put on it before they merged it [F97]", async () => {
    await deliver();
    fleet.world.branches.set(branch, sha("somebody's fix"));
    merge(fleet.world, 1);

    await fleet.tick();

    expect(fleet.world.branches.has(branch)).toBe(false);
  });

  it("stays when somebody pushed to it after the merge [F69]", async () => {
    await deliver();
    merge(fleet.world, 1);
    fleet.world.branches.set(branch, sha("somebody's fix"));

    await fleet.tick();

    expect(fleet.world.branches.get(branch)).toBe(sha("somebody's fix"));
  });

  it("is named and left in a dry run [O11]", async () => {
    await deliver();
    merge(fleet.world, 1);

    await fleet.tick({ dryRun: true });

    expect(fleet.world.branches.has(branch)).toBe(true);
    expect(fleet.log.lines).toContain(`info: Dry run, not done: remove the branch ${branch}.`);
  });
});
