import { describe, expect, it } from "vitest";

import type { IssueRecord, Outcome, Result } from "../../../src/core/journal/records.ts";
import type { ObservedJob, ObservedPullRequest } from "../../../src/core/observation.ts";
import type { PlanRow } from "../../../src/core/plan/plan-types.ts";
import { planTick } from "../../../src/core/plan/plan.ts";
import { indexPullRequests } from "../../../src/core/plan/pull-requests.ts";
import {
  aClaim,
  anIssue,
  aPlanInput,
  aPullRequest,
  aRecord,
  aResult,
} from "../../arbitraries/plan.ts";

const rowWith = (
  record: Partial<IssueRecord>,
  pullRequest?: ObservedPullRequest,
): PlanRow | undefined =>
  planTick(
    aPlanInput({
      issues: [anIssue({ number: 12 })],
      records: [aRecord({ issue: 12, attempts: 1, ...record })],
      pullRequests: pullRequest === undefined ? [] : [pullRequest],
    }),
  ).rows[0];

const ended = (outcome: Outcome, parts: Partial<Result> = {}): Partial<IssueRecord> => ({
  result: aResult({ outcome, ...parts }),
});

const HEAD = { headSha: "c".repeat(40) };

const job = (
  status: ObservedJob["status"],
  name = "water-spider / i12 / session",
): ObservedJob => ({
  id: 1,
  runAttempt: 2,
  name,
  status,
  conclusion: undefined,
  startedAt: undefined,
  completedAt: undefined,
});

describe("the state after an attempt", () => {
  it.each([
    ["returned", "ready", "starting"],
    ["retry", "ready", "starting"],
    ["failed", "failed", "failed"],
    ["needs-human", "failed", "needs-human"],
    ["cancelled", "cancelled", "cancelled"],
    ["nothing-to-do", "failed", "nothing-to-do"],
    ["delivered", "completing", "pull-request-due"],
  ] as const)("%s: %s", (outcome, state, reason) => {
    expect(rowWith(ended(outcome))).toMatchObject({ state, reason: { type: reason } });
  });

  it("a retry waits for its time [W24b]", () => {
    const notBefore = "2026-11-20T12:00:01Z";

    expect(rowWith(ended("retry", { notBefore }))).toMatchObject({
      state: "retrying",
      reason: { type: "retrying", notBefore },
    });
    expect(rowWith(ended("retry", { notBefore: "2026-11-20T12:00:00Z" }))?.state).toBe("ready");
  });

  it("retries that are used up are not started again, in a hundred ticks [F13, W29b]", () => {
    const input = aPlanInput({
      issues: [anIssue({ number: 1 })],
      records: [aRecord({ issue: 1, attempts: 4, ...ended("retry") })],
    });

    for (let tick = 0; tick < 100; tick += 1) {
      expect(planTick(input).starts).toEqual([]);
    }
    expect(planTick(input).rows[0]).toMatchObject({
      state: "failed",
      reason: { type: "retries-used-up", attempts: 4 },
    });
  });

  it.each([
    ["open", false, "completing", "awaiting-merge"],
    ["merged", false, "completing", "merged"],
    ["closed", false, "failed", "pull-request-closed"],
  ] as const)("delivered with a pull request that is %s", (state, isDraft, expected, reason) => {
    expect(rowWith(ended("delivered", HEAD), aPullRequest(12, { state, isDraft }))).toMatchObject({
      state: expected,
      reason: { type: reason, pullRequest: 1_012 },
    });
  });

  it("a draft waits for a review, and for its merge once it is marked ready (15, 16)", () => {
    const review = ended("needs-human", HEAD);

    expect(rowWith(review, aPullRequest(12, { isDraft: true }))).toMatchObject({
      state: "reviewing",
      reason: { type: "awaiting-review" },
    });
    expect(rowWith(review, aPullRequest(12))).toMatchObject({
      state: "completing",
      reason: { type: "awaiting-merge" },
    });
  });

  it("an ended delivery shows how it ended", () => {
    const endedAt = "2026-11-20T11:30:00Z";

    expect(rowWith({ ended: "completed", endedAt })?.state).toBe("completed");
    expect(rowWith({ ended: "cancelled", endedAt })?.state).toBe("cancelled");
  });

  it("a claim that is dead does not hold the issue: its end is journalled before anything starts", () => {
    expect(rowWith({ claim: aClaim({ issue: 12 }) })?.state).toBe("ready");
  });
});

describe("the state of a live claim", () => {
  it.each([
    ["no job yet", [], "dispatched"],
    ["a queued job", [job("queued")], "dispatched"],
    ["a job in progress", [job("in_progress")], "running"],
    [
      "a completed session job",
      [job("completed"), job("queued", "water-spider / i12 / finalize")],
      "reviewing",
    ],
    [
      "jobs of other issues only",
      [job("in_progress", "water-spider / i112 / session"), job("in_progress", "i1 / session")],
      "dispatched",
    ],
    ["a job without a caller's prefix", [job("in_progress", "i12 / session")], "running"],
  ] as const)("%s: %s", (_, jobs, state) => {
    const claim = aClaim({ issue: 12, runAttempt: 2 });
    const run = {
      runId: 100,
      latestAttempt: 2,
      status: "in_progress" as const,
      jobs: [...jobs, { ...job("completed"), runAttempt: 1 }],
    };

    const { rows } = planTick(
      aPlanInput({
        issues: [anIssue({ number: 12 })],
        records: [aRecord({ issue: 12, attempts: 1, claim })],
        liveClaims: new Map([[12, claim]]),
        observation: { runs: [run] },
      }),
    );

    expect(rows[0]?.state).toBe(state);
  });
});

describe("indexPullRequests", () => {
  it("finds ours by branch, an open one before others, the newest of equals [F30]", () => {
    const found = indexPullRequests(
      [
        aPullRequest(1, { number: 5, state: "closed" }),
        aPullRequest(1, { number: 9, state: "closed" }),
        aPullRequest(2, { number: 6, state: "open" }),
        aPullRequest(2, { number: 7, state: "merged" }),
        aPullRequest(3, { number: 8, headBranch: "feature/issue-3-extra" }),
        aPullRequest(4, { number: 10, headBranch: "fix/feature/issue-4" }),
      ],
      "feature/issue-",
      new Map(),
    );

    expect([...found].map(([issue, { number }]) => [issue, number])).toEqual([
      [1, 9],
      [2, 6],
    ]);
  });

  it.each(["merged", "closed"] as const)(
    "takes none that was %s before the latest claim: it is of an earlier delivery [F12]",
    (state) => {
      const earlier = aPullRequest(1, { state, closedAt: "2026-11-20T09:00:00Z" });
      const find = (...recentClaims: readonly string[]): number =>
        indexPullRequests([earlier], "feature/issue-", new Map([[1, { recentClaims }]])).size;

      expect(find("2026-11-20T08:30:00Z", "2026-11-20T09:00:01Z")).toBe(0);
      expect(find("2026-11-20T08:30:00Z")).toBe(1);
      expect(find()).toBe(1);
    },
  );
});
