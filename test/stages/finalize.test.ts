import { beforeEach, describe, expect, it } from "vitest";

import type { ConfigurationFile } from "../../src/adapters/configuration/schema.ts";
import type { Claim, Result } from "../../src/core/journal/records.ts";
import type { SessionResult } from "../../src/core/session/session-result.ts";
import { aCheck, aSession } from "../arbitraries/session.ts";
import { READER, sha, TRIGGER } from "../world/an-issue.ts";
import { aBundledFile } from "../world/pure-delivery.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import {
  close,
  editBody,
  merge,
  moveBase,
  rejectPullRequest,
  removeLabel,
  reopen,
  setLabel,
} from "../world/pure-people.ts";

const BRANCH = "feature/issue-1";

let fleet: PureFleet;
let claim: Claim;

beforeEach(async () => {
  await begin();
});

/** A fleet with one claimed issue. */
async function begin(configuration?: ConfigurationFile): Promise<void> {
  fleet = new PureFleet({
    issues: [{ milestone: 7 }],
    milestones: [{ number: 7, title: "1.0" }],
    ...(configuration === undefined ? {} : { configuration }),
  });
  claim = await claimAgain();
}

async function claimAgain(): Promise<Claim> {
  const [next] = await fleet.tick();
  if (next === undefined) {
    throw new Error("Nothing was claimed.");
  }
  return next;
}

/** What the session of the claim hands over: green work, and what the test cares about. */
function session(fields: Partial<SessionResult> = {}): SessionResult {
  const { issue, attempt, nonce, runId, runAttempt, baseSha } = claim;
  return aSession({ issue, attempt, claim: nonce, runId, runAttempt, baseSha, ...fields });
}

function result(): Result | undefined {
  return fleet.journal.state.issues.get(1)?.result;
}

describe("finalize: work that is delivered", () => {
  it("journals the result together with the branch, then shows both [F11]", async () => {
    const report = await fleet.finalize(claim, { result: session() });

    const [pullRequest] = fleet.world.pullRequestsOf(1);
    expect(report).toMatchObject({ outcome: "delivered", pullRequest: pullRequest?.number });
    expect(result()).toMatchObject({
      outcome: "delivered",
      headSha: fleet.world.branches.get(BRANCH),
    });
    expect(pullRequest).toMatchObject({
      headBranch: BRANCH,
      isDraft: false,
      labels: ["ready-to-merge"],
      milestone: 7,
    });
    expect(fleet.world.stateLabels(1)).toEqual(["state:completing"]);
  });

  it("commits with a subject of the agreed form that closes nothing [F91]", async () => {
    const { delivery } = await fleet.finalize(claim, {
      result: session({ title: "Did it! Closes #9" }),
    });

    expect(delivery.commits).toEqual([expect.stringMatching(/^feat: Issue 1\n\nRefs #1\n$/)]);
  });

  it("starts the next tick last, when everything else is there to be seen", async () => {
    fleet.world.applied.length = 0;

    await fleet.finalize(claim, { result: session() });

    expect(fleet.world.applied.map(({ type }) => type)).toEqual([
      "open-pull-request",
      "describe-pull-request",
      "set-state-label",
      "write-status-comment",
      "start-tick",
    ]);
  });

  it("leaves nothing for the next tick to repair", async () => {
    await fleet.finalize(claim, { result: session() });
    fleet.reportRun(claim.runId, "completed");

    const tick = await fleet.collect();

    expect(tick.repairs.filter(({ type }) => type !== "write-milestone-block")).toEqual([]);
  });

  it("opens a draft for a person when neither tests nor build are configured [F110]", async () => {
    await begin({});

    await fleet.finalize(claim, { result: session({ checks: [] }) });

    expect(fleet.world.pullRequestsOf(1)).toEqual([
      expect.objectContaining({ isDraft: true, labels: [] }),
    ]);
    expect(result()).toMatchObject({ outcome: "needs-human", cause: "review-needed" });
    expect(fleet.world.stateLabels(1)).toEqual(["state:reviewing"]);
  });

  it("finds a pull request that is there already and opens no second one [F10]", async () => {
    fleet.world.branches.set(BRANCH, sha("our own push"));
    const open = { branch: BRANCH, base: "main", title: "feat: x", body: "", isDraft: false };
    await fleet.world.apply([{ type: "open-pull-request", issue: 1, ...open }]);
    fleet.world.branches.delete(BRANCH);
    const [known] = fleet.world.pullRequestsOf(1);

    const report = await fleet.finalize(claim, { result: session() });

    expect(report.pullRequest).toBe(known?.number);
    expect(fleet.world.pullRequestsOf(1)).toHaveLength(1);
  });

  it("delivers onto a base that moved, when that merges cleanly, and says which base was checked [F82]", async () => {
    moveBase(fleet.world);

    const { outcome, delivery } = await fleet.finalize(claim, { result: session() });

    expect(outcome).toBe("delivered");
    expect(delivery.mergedWith).toEqual([fleet.world.repository.headSha]);
    expect(fleet.world.applied).toContainEqual(
      expect.objectContaining({
        type: "open-pull-request",
        body: expect.stringContaining(`ran on \`${claim.baseSha.slice(0, 12)}\``),
      }),
    );
  });

  it("mentions on the pull request that the text changed while the session ran [F108]", async () => {
    fleet.advance(1);
    editBody(fleet.world, 1, "Spelled right.", fleet.world.issue(1).trigger?.by ?? READER);

    await fleet.finalize(claim, { result: session() });

    expect(fleet.world.applied).toContainEqual(
      expect.objectContaining({
        type: "open-pull-request",
        body: expect.stringContaining("text of the issue changed"),
      }),
    );
  });

  it("delivers again to the same branch after a person closed the first pull request [F61]", async () => {
    await fleet.finalize(claim, { result: session() });
    fleet.reportRun(claim.runId, "completed");
    rejectPullRequest(fleet.world, 1);
    fleet.advance(10);
    removeLabel(fleet.world, 1, TRIGGER);
    setLabel(fleet.world, 1, TRIGGER);
    claim = await claimAgain();
    fleet.advance(1);

    const report = await fleet.finalize(claim, { result: session() });

    expect(report.outcome).toBe("delivered");
    expect(fleet.world.pullRequestsOf(1).map(({ state }) => state)).toEqual(["closed", "open"]);
  });
});

describe("finalize: work that is not delivered", () => {
  it("hands red checks to a person, without branch or pull request [F75]", async () => {
    await fleet.finalize(claim, { result: session({ checks: [aCheck("test", "failed")] }) });

    expect(result()).toMatchObject({ outcome: "needs-human", cause: "checks-failed" });
    expect(fleet.world.branches.has(BRANCH)).toBe(false);
    expect(fleet.world.pullRequests.size).toBe(0);
    expect(fleet.world.stateLabels(1)).toEqual(["state:failed"]);
  });

  it("hands work without the configured checks to a person: missing is never green [F77]", async () => {
    await fleet.finalize(claim, { result: session({ checks: [] }) });

    expect(result()).toMatchObject({ outcome: "needs-human", cause: "checks-failed" });
  });

  it("passes on what the agent asks", async () => {
    const report = await fleet.finalize(claim, {
      result: session({ ending: "asked", cause: "question", summary: "Which colour?", files: [] }),
    });

    expect(report).toMatchObject({ outcome: "needs-human", detail: "Which colour?" });
    expect(fleet.world.comments.get(1)?.[0]).toContain("Which colour?");
  });

  it("tries again after a while when the model was away [W24b]", async () => {
    await fleet.finalize(claim, {
      result: session({ ending: "failed", cause: "model-unavailable", detail: "529", files: [] }),
    });

    expect(result()).toMatchObject({ outcome: "retry", notBefore: fleet.clock.after(5) });
    expect(fleet.world.stateLabels(1)).toEqual(["state:retrying"]);
  });

  it("tries again when the session job died without a word [F95]", async () => {
    await fleet.finalize(claim, { result: undefined });

    expect(result()).toMatchObject({ outcome: "retry", cause: "session-lost" });
    expect(fleet.journal.state.issues.get(1)?.attempts).toBe(1);
  });

  it("gives back a claim whose session was refused, and counts no attempt", async () => {
    await fleet.finalize(claim, {
      result: session({ ending: "refused", cause: "blocked", detail: "It is blocked by #2 now." }),
    });

    expect(result()).toMatchObject({ outcome: "returned" });
    expect(fleet.journal.state.issues.get(1)?.attempts).toBe(0);
    expect(fleet.world.stateLabels(1)).toEqual(["state:queued"]);
  });

  it("pauses the fleet when the model refuses the credential, and counts no attempt [N24]", async () => {
    await fleet.finalize(claim, {
      result: session({ ending: "failed", cause: "credentials-refused", detail: "401" }),
    });

    expect(fleet.journal.state.fleet.pause?.reason).toBe("configuration");
    expect(fleet.journal.state.issues.get(1)).toMatchObject({ attempts: 0, claim: undefined });
    expect(await fleet.tick()).toEqual([]);
  });

  it("works once more on the new base when the work conflicts with it [F82]", async () => {
    moveBase(fleet.world);

    await fleet.finalize(claim, { result: session(), mergesCleanly: false });
    fleet.reportRun(claim.runId, "completed");
    fleet.advance(6);
    const next = await claimAgain();

    expect(result()).toMatchObject({ outcome: "retry", cause: "conflict" });
    expect(next).toMatchObject({ attempt: 2, baseSha: fleet.world.repository.headSha });
  });

  it.each([
    [".github/workflows/ci.yml", "a workflow"],
    [".claude/settings.json", "settings of the agent"],
    [".github/CODEOWNERS", "the owners of code"],
  ])("refuses work that changes %s, and pushes nothing [F84]", async (path, what) => {
    await fleet.finalize(claim, { result: session(), files: [aBundledFile({ path })] });

    expect(result()).toMatchObject({ outcome: "needs-human", cause: "work-refused" });
    expect(result()?.detail).toContain(what);
    expect(fleet.world.branches.has(BRANCH)).toBe(false);
  });

  it("refuses a bundle that cannot be opened", async () => {
    const report = await fleet.finalize(claim, {
      result: session(),
      files: { error: "its work does not follow the base" },
    });

    expect(report.outcome).toBe("needs-human");
    expect(report.detail).toContain("does not follow the base");
  });
});

describe("finalize: what is not believed", () => {
  it.each([
    ["another digest than the session job put out", { digest: "0".repeat(64) }, {}],
    ["the hand-off of another claim", {}, { claim: "claim-99" }],
    ["the hand-off of another run attempt", {}, { runAttempt: 2 }],
    ["work on another base", {}, { baseSha: "f".repeat(40) }],
    ["the hand-off of another issue", {}, { issue: 2 }],
  ])("delivers nothing with %s [F04, F96]", async (_, options, fields) => {
    await fleet.finalize(claim, { result: session(fields) }, options);

    expect(result()).toMatchObject({ outcome: "needs-human", cause: "handoff-refused" });
    expect(fleet.world.branches.has(BRANCH)).toBe(false);
  });

  it("delivers nothing from a result that cannot be read", async () => {
    await fleet.finalize(claim, { result: `{"v":1}` });

    expect(result()).toMatchObject({ outcome: "needs-human", cause: "handoff-refused" });
  });

  it.each([
    ["run", { runId: 1, runAttempt: 1 }],
    ["run attempt", { runId: 101, runAttempt: 2 }],
  ])("writes nothing for the claim of another %s [F14]", async (_, run) => {
    const before = fleet.journal.state;
    fleet.world.applied.length = 0;

    const report = await fleet.finalize(claim, { result: session() }, { run });

    expect(report.outcome).toBe("returned");
    expect(fleet.journal.state).toBe(before);
    expect(fleet.world.applied).toEqual([]);
  });

  it("writes nothing when the claim was taken back while it delivered", async () => {
    fleet.journal.interloper = {
      before: "result",
      act: () => {
        const lost = { ...returned(), detail: "The run was deleted." };
        fleet.journal.force({ type: "result", issue: 1, claim: claim.nonce, result: lost });
      },
    };
    fleet.world.applied.length = 0;

    const report = await fleet.finalize(claim, { result: session() });

    expect(report.outcome).toBe("returned");
    expect(result()?.detail).toBe("The run was deleted.");
    expect(fleet.world.branches.has(BRANCH)).toBe(false);
    expect(fleet.world.applied).toEqual([]);
  });

  it("does not push over a branch that somebody else has pushed to", async () => {
    fleet.world.branches.set(BRANCH, sha("a person's work"));

    await fleet.finalize(claim, { result: session() });

    expect(result()).toMatchObject({ outcome: "needs-human", cause: "work-refused" });
    expect(fleet.world.branches.get(BRANCH)).toBe(sha("a person's work"));
  });

  it("does not push over a branch that somebody pushes to at the same moment", async () => {
    fleet.journal.interloper = {
      before: "result",
      act: () => void fleet.world.branches.set(BRANCH, sha("a person's work")),
    };

    await fleet.finalize(claim, { result: session() });

    expect(result()).toMatchObject({ outcome: "needs-human", cause: "branch-moved" });
    expect(fleet.world.branches.get(BRANCH)).toBe(sha("a person's work"));
    expect(fleet.world.pullRequests.size).toBe(0);
  });

  it("delivers nothing whose approval was withdrawn while it ran [F28]", async () => {
    fleet.advance(1);
    editBody(fleet.world, 1, "Something else.", READER);
    await fleet.tick();

    await fleet.finalize(claim, { result: session() });

    expect(result()?.outcome).not.toBe("delivered");
    expect(fleet.world.pullRequests.size).toBe(0);
    expect(fleet.world.branches.has(BRANCH)).toBe(false);
  });

  it("delivers nothing whose text a reader edited while it ran, before any tick saw it [F28]", async () => {
    fleet.advance(1);
    editBody(fleet.world, 1, "Something else.", READER);

    await fleet.finalize(claim, { result: session() });

    expect(fleet.world.branches.has(BRANCH)).toBe(false);
    expect(result()?.outcome).toBe("needs-human");
  });

  it("delivers nothing for an issue that was closed meanwhile [F19]", async () => {
    close(fleet.world, 1);

    await fleet.finalize(claim, { result: session() });

    expect(fleet.world.pullRequests.size).toBe(0);
    expect(fleet.world.branches.has(BRANCH)).toBe(false);
  });

  it("writes nothing in a dry run, and says what it would [O11]", async () => {
    const before = fleet.journal.state;
    fleet.world.applied.length = 0;

    const report = await fleet.finalize(claim, { result: session() }, { dryRun: true });

    expect(report.outcome).toBe("delivered");
    expect(fleet.journal.state).toBe(before);
    expect(fleet.world.applied).toEqual([]);
    expect(fleet.log.lines.join("\n")).toContain("Dry run, not done: open a pull request for #1");
  });
});

describe("finalize: a second delivery", () => {
  it("follows a reopened issue whose first branch still exists [F12, F61]", async () => {
    await fleet.finalize(claim, { result: session() });
    fleet.reportRun(claim.runId, "completed");
    merge(fleet.world, 1);
    fleet.advance(10);
    await fleet.tick();
    fleet.advance(10);
    reopen(fleet.world, 1);
    fleet.advance(1);
    claim = await claimAgain();

    const report = await fleet.finalize(claim, { result: session() });

    expect(claim).toMatchObject({ delivery: 2, attempt: 1 });
    expect(report.outcome).toBe("delivered");
  });
});

function returned(): Result {
  return {
    outcome: "returned",
    cause: undefined,
    detail: "",
    score: undefined,
    headSha: undefined,
    pullRequest: undefined,
    keptSha: undefined,
    at: fleet.clock.now(),
    notBefore: undefined,
    startedAt: undefined,
  };
}
