import { beforeEach, describe, expect, it } from "vitest";

import type { Claim, Result } from "../../src/core/journal/records.ts";
import type { SessionResult } from "../../src/core/session/session-result.ts";
import { READER, sha, TRIGGER } from "../world/an-issue.ts";
import type { PureFleet } from "../world/pure-fleet.ts";
import {
  editBody,
  merge,
  moveBase,
  rejectPullRequest,
  removeLabel,
  reopen,
  setLabel,
} from "../world/pure-people.ts";
import { BRANCH, claimDelivery, handedOver, resultIn } from "./claimed-delivery.ts";
import { nextClaim } from "./claims.ts";

let fleet: PureFleet;
let claim: Claim;

beforeEach(async () => {
  ({ fleet, claim } = await claimDelivery());
});

function session(fields: Partial<SessionResult> = {}): SessionResult {
  return handedOver(claim, fields);
}

function result(): Result | undefined {
  return resultIn(fleet);
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
    ({ fleet, claim } = await claimDelivery({}));

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
    claim = await nextClaim(fleet);
    fleet.advance(1);

    const report = await fleet.finalize(claim, { result: session() });

    expect(report.outcome).toBe("delivered");
    expect(fleet.world.pullRequestsOf(1).map(({ state }) => state)).toEqual(["closed", "open"]);
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
    claim = await nextClaim(fleet);

    const report = await fleet.finalize(claim, { result: session() });

    expect(claim).toMatchObject({ delivery: 2, attempt: 1 });
    expect(report.outcome).toBe("delivered");
  });
});
