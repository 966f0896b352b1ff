import { describe, expect, it } from "vitest";

import { READER, TRIGGER, WRITER } from "../world/an-issue.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import { blockBy, close, merge, rejectPullRequest } from "../world/pure-people.ts";

function rowOf(tick: Awaited<ReturnType<PureFleet["collect"]>>, issue: number) {
  return tick.plan.rows.find((row) => row.issue === issue);
}

describe("collect", () => {
  it("writes nothing, however much there is to do [O11]", async () => {
    const fleet = new PureFleet({
      issues: [{ labels: [TRIGGER, "state:failed"], body: "Depends on #2" }, {}],
    });

    const tick = await fleet.collect();

    expect(tick.repairs).not.toEqual([]);
    expect(fleet.world.applied).toEqual([]);
    expect(fleet.journal.events).toEqual([]);
  });

  it("says the same twice when nothing happened in between", async () => {
    const fleet = new PureFleet({ issues: [{}, { body: "Depends on #1" }] });

    expect(await fleet.collect()).toEqual(await fleet.collect());
  });

  it("asks what a person may do once, and not again once it is journalled [N40]", async () => {
    const fleet = new PureFleet({ issues: [{}, {}, {}] });

    await fleet.collect();
    expect(fleet.world.asked).toEqual([WRITER.login]);

    await fleet.tick();
    fleet.world.asked.length = 0;
    await fleet.collect();
    expect(fleet.world.asked).toEqual([]);
  });

  it("reads blockers that are closed or lack the trigger label by their number [F20, F37]", async () => {
    const fleet = new PureFleet({
      issues: [
        { body: "Depends on #2" },
        { labels: [], trigger: undefined },
        { body: "Depends on #4" },
        { state: "closed", closedAs: "completed", closedAt: "2026-11-19T12:00:00Z" },
      ],
    });

    const tick = await fleet.collect();

    expect(rowOf(tick, 1)).toMatchObject({ state: "blocked", blockedBy: [2] });
    expect(tick.plan.ready).toEqual([3]);
  });

  it("blocks on a reference to an issue that does not exist, and on nobody else [F24, F26]", async () => {
    const fleet = new PureFleet({ issues: [{ body: "Depends on #99" }, {}] });

    const tick = await fleet.collect();

    expect(rowOf(tick, 1)?.reason.type).toBe("bad-reference");
    expect(tick.plan.ready).toEqual([2]);
  });

  it("follows a native dependency to its end [F36, F42]", async () => {
    const fleet = new PureFleet({ issues: [{}, {}] });
    blockBy(fleet.world, 2, 1);

    expect((await fleet.collect()).plan.ready).toEqual([1]);
    close(fleet.world, 1);
    expect((await fleet.collect()).plan.ready).toEqual([2]);
  });

  it("takes a claim for dead only when its run says so [F06, F07]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    const [claim] = await fleet.tick();
    fleet.advance(10);

    const alive = await fleet.collect();
    fleet.reportRun(claim?.runId ?? 0, "completed");
    const dead = await fleet.collect();

    expect(alive).toMatchObject({ deaths: [], busySlots: ["mac-1/1"] });
    expect(dead.deaths).toEqual([
      expect.objectContaining({
        issue: 1,
        result: expect.objectContaining({ outcome: "returned" }),
      }),
    ]);
    expect(dead.busySlots).toEqual([]);
  });

  it("frees the slot as soon as the session job ends, and holds the issue until the leg ends [F102]", async () => {
    const fleet = new PureFleet({ issues: [{}, {}] });
    const [claim] = await fleet.tick();
    if (claim === undefined) {
      throw new Error("Nothing was claimed.");
    }
    fleet.reportJob(claim, "session", {
      status: "completed",
      conclusion: "success",
      completedAt: fleet.clock.now(),
    });

    const tick = await fleet.collect();

    expect(tick.busySlots).not.toContain(claim.slot);
    expect(tick.deaths).toEqual([]);
    expect(tick.plan.ready).not.toContain(claim.issue);
    expect(rowOf(tick, claim.issue)?.state).toBe("reviewing");
  });

  it("ends a delivery whose pull request is merged, and one whose issue was closed [C10]", async () => {
    const fleet = new PureFleet({ issues: [{}, {}] });
    await deliver(fleet, 1);
    merge(fleet.world, 1);
    close(fleet.world, 2, "not_planned");

    const tick = await fleet.collect();

    expect(tick.endings.map(({ issue, ended }) => [issue, ended])).toEqual([
      [1, "completed"],
      [2, "cancelled"],
    ]);
  });

  it("opens the pull request that a dead finalize left out, and does not open one again that a person closed [F11]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    await deliver(fleet, 1, { withPullRequest: false });

    const left = await fleet.collect();
    await fleet.dispatch(left);
    rejectPullRequest(fleet.world, 1);
    const rejected = await fleet.collect();

    expect(left.repairs).toContainEqual(expect.objectContaining({ type: "open-pull-request" }));
    expect(rejected.repairs).not.toContainEqual(
      expect.objectContaining({ type: "open-pull-request" }),
    );
    expect(rowOf(rejected, 1)?.reason.type).toBe("pull-request-closed");
  });

  it("puts a state label right that somebody moved by hand [F17]", async () => {
    const fleet = new PureFleet({
      issues: [{ body: "Depends on #2" }, { trigger: undefined, labels: [] }],
    });
    await fleet.tick();
    expect(fleet.world.stateLabels(1)).toEqual(["state:blocked"]);
    fleet.world.issues.set(1, { ...fleet.world.issue(1), labels: [TRIGGER, "state:running"] });

    const tick = await fleet.collect();

    expect(tick.repairs).toEqual([{ type: "set-state-label", issue: 1, state: "blocked" }]);
  });

  it("writes at most fifty labels a tick, live issues first [F16]", async () => {
    const fleet = new PureFleet({
      issues: Array.from({ length: 70 }, () => ({})),
      configuration: { "max-parallel": 1 },
    });
    const [claim] = await fleet.tick();
    const before = fleet.world.applied.filter(({ type }) => type === "set-state-label").length;
    const live = fleet.world.issue(claim?.issue ?? 0);
    fleet.world.issues.set(live.number, { ...live, labels: [TRIGGER] });

    const tick = await fleet.collect();

    // One of the first tick's is the announcement of its claim, which is no repair.
    expect(before).toBe(51);
    expect(tick.repairs[0]).toEqual({
      type: "set-state-label",
      issue: live.number,
      state: "dispatched",
    });
  });

  it("refuses to plan for a public repository that has not opted in [N05]", async () => {
    const fleet = new PureFleet({ issues: [{ author: READER }] });
    fleet.world.repository = { ...fleet.world.repository, isPrivate: false };

    const tick = await fleet.collect();

    expect(tick.plan.ready).toEqual([]);
    expect(rowOf(tick, 1)?.reason.type).toBe("public-repository");
  });
});

/** Claims an issue and journals a delivery of it, with or without its pull request. */
async function deliver(
  fleet: PureFleet,
  issue: number,
  { withPullRequest }: { readonly withPullRequest: boolean } = { withPullRequest: true },
): Promise<void> {
  const claim = (await fleet.tick()).find((one) => one.issue === issue);
  const branch = `feature/issue-${issue}`;
  const headSha = "c".repeat(40);
  fleet.world.branches.set(branch, headSha);
  for (const one of fleet.claims()) {
    const result = {
      outcome: one.issue === issue ? ("delivered" as const) : ("returned" as const),
      cause: undefined,
      detail: "The checks are green and the pull request is open.",
      score: undefined,
      headSha: one.issue === issue ? headSha : undefined,
      pullRequest: one.issue === issue ? { title: "feat: x", isDraft: false } : undefined,
      keptSha: undefined,
      at: fleet.clock.now(),
      notBefore: undefined,
      startedAt: undefined,
    };
    fleet.journal.force({ type: "result", issue: one.issue, claim: one.nonce, result });
  }
  fleet.reportRun(claim?.runId ?? 0, "completed");
  if (withPullRequest) {
    await fleet.world.apply([
      {
        type: "open-pull-request",
        issue,
        branch,
        base: "main",
        title: "feat: x",
        body: "",
        isDraft: false,
      },
    ]);
  }
}
