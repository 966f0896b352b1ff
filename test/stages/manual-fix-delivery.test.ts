import { beforeEach, describe, expect, it } from "vitest";

import { sha, TRIGGER, WRITER } from "../world/an-issue.ts";
import { merge, moveBase, rejectPullRequest, removeLabel, setLabel } from "../world/pure-people.ts";
import { runClaim } from "./claimed-session.ts";
import { nextClaim } from "./claims.ts";
import { BRANCH, FIX, FixedFleet, RED } from "./manual-fix-fleet.ts";

let fleet: FixedFleet;

beforeEach(async () => {
  fleet = await FixedFleet.failed();
});

describe("finalize of a manual fix", () => {
  it("delivers the commit as it is, in a new pull request that says who asked [E21]", async () => {
    await fleet.check(await fleet.fixedAndClaimed());

    expect(fleet.world.branches.get(BRANCH)).toBe(FIX);
    expect(fleet.record()).toMatchObject({
      attempts: 1,
      manualFix: undefined,
      claim: undefined,
      result: { outcome: "delivered", cause: "manual-fix", headSha: FIX },
    });
    expect(fleet.world.pullRequestsOf(1)).toMatchObject([{ state: "open", isDraft: false }]);
    const opened = fleet.world.applied.find(({ type }) => type === "open-pull-request");
    expect(opened).toMatchObject({
      body: expect.stringMatching(new RegExp(`People wrote this\\. ${WRITER.login}.*${FIX}`)),
    });
  });

  it("makes the draft that is there ready, once [E21]", async () => {
    fleet = await FixedFleet.draftAndChecks();

    await fleet.check(await fleet.fixedAndClaimed());
    await fleet.tick();
    await fleet.tick();

    expect(fleet.world.pullRequestsOf(1)).toMatchObject([{ state: "open", isDraft: false }]);
    expect(fleet.world.applied.filter(({ type }) => type === "mark-ready")).toHaveLength(1);
    expect(
      fleet.world.comments.get(1)?.filter((text) => text.includes("is ready for review")),
    ).toHaveLength(1);
  });

  it("leaves it in a draft when nothing was measured [D8]", async () => {
    fleet = await FixedFleet.draft();

    await fleet.check(await fleet.fixedAndClaimed());

    expect(fleet.record()?.result).toMatchObject({
      outcome: "needs-human",
      cause: "review-needed",
      headSha: FIX,
    });
    expect(fleet.world.stateLabels(1)).toEqual(["state:reviewing"]);
  });

  it("hands red checks to a person at once, with what they said, in one comment [V11]", async () => {
    await fleet.check(await fleet.fixedAndClaimed(), RED);
    await fleet.tick();
    await fleet.tick();

    expect(fleet.record()).toMatchObject({
      manualFix: undefined,
      result: { outcome: "needs-human", cause: "checks-failed", headSha: undefined },
    });
    const told = fleet.world.comments.get(1)?.filter((text) => text.includes(FIX.slice(0, 12)));
    expect(told?.filter((text) => text.includes("```\n1 != 2\n```"))).toHaveLength(1);
    expect(told?.filter((text) => text.includes("A person is needed here."))).toHaveLength(1);
    expect(told?.filter((text) => text.includes('"type": "checks-failed"'))).toHaveLength(1);
    expect(fleet.record()?.result?.failingChecks).toEqual(["test"]);
    expect(fleet.world.pullRequests.size).toBe(0);
  });

  it("keeps the draft in sight when its fix is red, and another push can follow", async () => {
    fleet = await FixedFleet.draftAndChecks();
    await fleet.check(await fleet.fixedAndClaimed(), RED);
    expect(fleet.world.stateLabels(1)).toEqual(["state:reviewing"]);

    await fleet.fix(sha("a second commit"));
    await fleet.check(await nextClaim(fleet));

    expect(fleet.record()?.result).toMatchObject({
      outcome: "delivered",
      headSha: sha("a second commit"),
    });
  });

  it("delivers nothing but the commit that was asked for [F11]", async () => {
    const claim = await fleet.fixedAndClaimed();
    fleet.push(sha("pushed later"));

    await fleet.check(claim);

    expect(fleet.record()?.result).toMatchObject({
      outcome: "needs-human",
      cause: "branch-moved",
      headSha: undefined,
      detail: expect.stringContaining("Say it again"),
    });
    expect(fleet.world.branches.get(BRANCH)).toBe(sha("pushed later"));
  });

  it("does not deliver when somebody pushes between the look and the push", async () => {
    const claim = await fleet.fixedAndClaimed();
    fleet.journal.interloper = { before: "result", act: () => fleet.push(sha("pushed just then")) };

    await fleet.check(claim);

    expect(fleet.record()?.result).toMatchObject({ outcome: "needs-human", cause: "branch-moved" });
    expect(fleet.world.branches.get(BRANCH)).toBe(sha("pushed just then"));
  });

  it("says of a commit that the base has already that nothing is left to deliver", async () => {
    const claim = await fleet.fixedAndClaimed();
    fleet.world.isMerged = (commit) => commit === FIX;

    await fleet.check(claim);

    expect(fleet.record()?.result).toMatchObject({
      outcome: "needs-human",
      cause: "work-refused",
      detail: expect.stringContaining("part of the base branch already"),
    });
    expect(fleet.world.pullRequests.size).toBe(0);
  });

  it("hands a conflict with today's base to a person, not to an agent", async () => {
    const claim = await fleet.fixedAndClaimed();
    moveBase(fleet.world, "a conflicting change");

    await fleet.check(claim, {}, { mergesCleanly: false });

    expect(fleet.record()?.result).toMatchObject({ outcome: "needs-human", cause: "conflict" });
    expect(await fleet.tick()).toEqual([]);
  });

  it("holds no path back that people may push themselves [N20]", async () => {
    const claim = await fleet.fixedAndClaimed();

    await fleet.check(claim, {
      changed: [{ path: ".github/workflows/ci.yml", change: "modified" }],
    });

    expect(fleet.record()?.result?.outcome).toBe("delivered");
  });

  it("delivers nothing after the approval was withdrawn [F28]", async () => {
    const claim = await fleet.fixedAndClaimed();
    fleet.journal.force({ type: "withdrawn", withdrawals: [{ issue: 1, cause: "text-edited" }] });

    await fleet.check(claim);

    expect(fleet.world.pullRequests.size).toBe(0);
    expect(fleet.record()?.result?.outcome).not.toBe("delivered");
  });
});

describe("a manual fix that was not judged", () => {
  it("is claimed again after it was given back, as the same try [W30c]", async () => {
    const claim = await fleet.fixedAndClaimed();
    await fleet.check(claim, { freeBytes: 0 });

    expect(fleet.record()?.result).toMatchObject({ outcome: "returned", cause: "machine-full" });
    expect(await nextClaim(fleet)).toMatchObject({ manualFix: { headSha: FIX, attempt: 1 } });
    expect(fleet.record()?.attempts).toBe(1);
  });

  it("is tried again after its machine was lost, whatever attempts the agent has used up", async () => {
    const { max } = fleet.configuration.retry;
    let claim = await fleet.fixedAndClaimed();
    for (let turn = 1; turn <= max; turn += 1) {
      await fleet.finalize(claim, {});
      expect(fleet.record()?.result?.outcome).toBe("retry");
      fleet.advance(120);
      claim = await nextClaim(fleet);
      expect(claim.manualFix?.attempt).toBe(turn + 1);
    }

    await fleet.finalize(claim, {});

    expect(fleet.record()?.result).toMatchObject({ outcome: "needs-human", cause: "session-lost" });
    expect(fleet.record()).toMatchObject({ attempts: 1, manualFix: undefined });
  });

  it("waits before it is tried again [D9]", async () => {
    const claim = await fleet.fixedAndClaimed();
    await fleet.finalize(claim, {});

    expect(await fleet.tick()).toEqual([]);
    expect(fleet.world.stateLabels(1)).toEqual(["state:retrying"]);
  });

  it("is over when its draft is merged meanwhile", async () => {
    fleet = await FixedFleet.draft();
    await fleet.fix();
    const [draft] = fleet.world.pullRequestsOf(1);
    fleet.world.pullRequests.set(draft?.number ?? 0, { ...anOpen(draft), isDraft: false });
    merge(fleet.world, 1);

    expect(await fleet.tick()).toEqual([]);
    expect(fleet.record()).toMatchObject({ ended: "completed", manualFix: undefined });
  });
});

function anOpen<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error("There is no pull request.");
  }
  return value;
}

describe("a person's commit", () => {
  it.each(["retry", "label"] as const)(
    "is not overwritten by an attempt after it (%s)",
    async (how) => {
      fleet = await FixedFleet.draft();
      await fleet.check(await fleet.fixedAndClaimed());
      fleet.advance(5);
      if (how === "retry") {
        await fleet.obey({ type: "retry", issue: 1 });
      } else {
        rejectPullRequest(fleet.world, 1);
        removeLabel(fleet.world, 1, TRIGGER);
        await fleet.tick();
        fleet.advance(5);
        setLabel(fleet.world, 1, TRIGGER, WRITER);
      }

      const claim = await nextClaim(fleet);
      const { workspace } = await runClaim(fleet, claim);
      await fleet.finalize(claim, { result: workspace.handedOff });

      expect(claim.manualFix).toBeUndefined();
      expect(fleet.world.branches.get(BRANCH)).toBe(FIX);
      expect(fleet.record()?.result).toMatchObject({
        outcome: "needs-human",
        cause: "work-refused",
      });
    },
  );
});
