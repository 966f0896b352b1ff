import fc from "fast-check";

import {
  type EventStamp,
  type JournalEvent,
  type JournalFact,
  WITHDRAWAL_CAUSES,
} from "../../src/core/journal/events.ts";
import {
  type Approval,
  type Claim,
  type FleetPause,
  type HistoryEntry,
  type ManualFix,
  OUTCOMES,
  PAUSE_REASONS,
  type PullRequestPlan,
  type Result,
  STOP_REASONS,
} from "../../src/core/journal/records.ts";

/** Few issues, two of them in one shard, so that events meet. */
export const issueNumbers: fc.Arbitrary<number> = fc.constantFrom(1, 2, 7, 101, 99_999);

/** Three months, in both forms that are written; equal times are common. */
export const times: fc.Arbitrary<string> = fc
  .record({
    day: fc.integer({ min: 0, max: 90 }),
    second: fc.constantFrom(0, 1, 59),
    hasFraction: fc.boolean(),
  })
  .map(({ day, second, hasFraction }) => {
    const iso = new Date(Date.UTC(2026, 9, 1 + day, 12, 0, second)).toISOString();
    return hasFraction ? iso : iso.replace(".000Z", "Z");
  });

function hex(length: number): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(...Array.from("0123456789abcdef")), {
      minLength: length,
      maxLength: length,
    })
    .map((digits) => digits.join(""));
}

export const shas: fc.Arbitrary<string> = hex(40);
export const textHashes: fc.Arbitrary<string> = hex(64);
/** Few values: results often name the claim that holds. */
export const nonces: fc.Arbitrary<string> = fc.constantFrom("n1", "n2", "n3");
const sentences = fc.string({ unit: "binary", maxLength: 200 });
const logins = fc.constantFrom("octocat", "octo_acme", "dependabot[bot]");
const positives = fc.integer({ min: 1, max: 10_000_000_000 });

function absentOr<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}

export const approvals: fc.Arbitrary<Approval> = fc.record({
  by: logins,
  at: times,
  textHash: textHashes,
});

export const manualFixes: fc.Arbitrary<ManualFix> = fc.record({
  headSha: shas,
  by: logins,
  attempt: fc.integer({ min: 1, max: 4 }),
});

export const claims: fc.Arbitrary<Claim> = fc.record({
  issue: issueNumbers,
  attempt: fc.integer({ min: 1, max: 4 }),
  delivery: fc.integer({ min: 1, max: 3 }),
  runId: positives,
  runAttempt: fc.integer({ min: 1, max: 3 }),
  slot: fc.constantFrom("mac-1/1", "mac-1/2", "mac-2/1"),
  machine: fc.constantFrom("mac-1", "mac-2"),
  textHash: textHashes,
  baseSha: shas,
  configurationSha: shas,
  at: times,
  nonce: nonces,
  finalizeAgainAt: absentOr(times),
  finalizeAgainIn: absentOr(fc.integer({ min: 2, max: 6 })),
  manualFix: absentOr(manualFixes),
  startedBy: absentOr(logins),
});

const pullRequestPlans: fc.Arbitrary<PullRequestPlan> = fc.record({
  title: fc.string({ unit: "binary", maxLength: 80 }),
  isDraft: fc.boolean(),
});

export const results: fc.Arbitrary<Result> = fc.record({
  outcome: fc.constantFrom(...OUTCOMES),
  cause: absentOr(fc.constantFrom("checks-failed", "stalled", "no-runner", "machine-full")),
  detail: sentences,
  score: absentOr(fc.integer({ min: 0, max: 100 })),
  headSha: absentOr(shas),
  pullRequest: absentOr(pullRequestPlans),
  keptSha: absentOr(shas),
  at: times,
  notBefore: absentOr(times),
  startedAt: absentOr(times),
  machine: absentOr(fc.constantFrom("mac-1", "mac-2")),
  failingChecks: absentOr(fc.subarray(["build", "test", "lint"])),
});

export const pauses: fc.Arbitrary<FleetPause> = fc.record({
  reason: fc.constantFrom(...PAUSE_REASONS),
  detail: sentences,
  until: absentOr(times),
  baseSha: absentOr(shas),
  seenSeq: absentOr(positives),
});

export const historyEntries: fc.Arbitrary<HistoryEntry> = fc.record({
  issue: issueNumbers,
  delivery: fc.integer({ min: 1, max: 3 }),
  attempts: fc.nat({ max: 4 }),
  ended: fc.constantFrom("completed", "cancelled"),
  at: times,
  outcome: absentOr(fc.constantFrom(...OUTCOMES)),
  score: absentOr(fc.integer({ min: 0, max: 100 })),
  pullRequest: absentOr(positives),
  sessionSeconds: absentOr(fc.nat({ max: 7_200 })),
  kind: absentOr(fc.string({ maxLength: 30 })),
  branchSha: absentOr(shas),
  by: absentOr(logins),
});

function listOf<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(arbitrary, { minLength: 1, maxLength: 3 });
}

/** Every type of fact: the compiler refuses a list without one. */
const factsByType: { readonly [T in JournalFact["type"]]: fc.Arbitrary<JournalFact> } = {
  approved: fc.record({
    type: fc.constant("approved" as const),
    approvals: listOf(
      fc
        .tuple(issueNumbers, approvals, fc.boolean())
        .map(([issue, approval, restarts]) => ({ ...approval, issue, restarts })),
    ),
  }),
  withdrawn: fc.record({
    type: fc.constant("withdrawn" as const),
    withdrawals: listOf(
      fc.record({ issue: issueNumbers, cause: fc.constantFrom(...WITHDRAWAL_CAUSES) }),
    ),
  }),
  dispatched: fc.record({ type: fc.constant("dispatched" as const), claims: listOf(claims) }),
  result: fc.record({
    type: fc.constant("result" as const),
    issue: issueNumbers,
    claim: nonces,
    result: results,
  }),
  "stop-requested": fc.record({
    type: fc.constant("stop-requested" as const),
    stops: listOf(
      fc.record({
        issue: issueNumbers,
        claim: nonces,
        reason: fc.constantFrom(...STOP_REASONS),
        by: absentOr(logins),
      }),
    ),
  }),
  noticed: fc.record({
    type: fc.constant("noticed" as const),
    notices: listOf(
      fc.record({ issue: issueNumbers, key: fc.constantFrom("cycle-1", "blocker-failed-2") }),
    ),
  }),
  "finalize-again": fc.record({
    type: fc.constant("finalize-again" as const),
    issue: issueNumbers,
    claim: nonces,
    runAttempt: absentOr(fc.integer({ min: 2, max: 6 })),
  }),
  archived: fc.record({
    type: fc.constant("archived" as const),
    issues: fc.array(issueNumbers, { maxLength: 3 }),
    historyFrom: fc.constantFrom("2026-09", "2026-10", "2026-12"),
  }),
  "slot-online": fc.record({
    type: fc.constant("slot-online" as const),
    claims: fc.array(nonces, { maxLength: 2 }),
  }),
  "target-set": fc.record({
    type: fc.constant("target-set" as const),
    count: absentOr(fc.integer({ min: 1, max: 100 })),
    by: logins,
  }),
  ended: fc.record({ type: fc.constant("ended" as const), deliveries: listOf(historyEntries) }),
  "retry-requested": fc.record({
    type: fc.constant("retry-requested" as const),
    issue: issueNumbers,
    by: logins,
    at: absentOr(times),
  }),
  "approve-requested": fc.record({
    type: fc.constant("approve-requested" as const),
    issue: issueNumbers,
    by: logins,
    at: times,
  }),
  "approved-anyway": fc.record({
    type: fc.constant("approved-anyway" as const),
    issue: issueNumbers,
    by: logins,
    score: absentOr(fc.integer({ min: 0, max: 100 })),
  }),
  "manual-fix-requested": fc.record({
    type: fc.constant("manual-fix-requested" as const),
    issue: issueNumbers,
    by: logins,
    headSha: shas,
  }),
  paused: fc.record({ type: fc.constant("paused" as const), pause: pauses, by: absentOr(logins) }),
  resumed: fc.record({ type: fc.constant("resumed" as const), by: absentOr(logins) }),
};

export const facts: fc.Arbitrary<JournalFact> = fc.oneof(...Object.values(factsByType));

export const stamps: fc.Arbitrary<EventStamp> = fc.record({
  at: times,
  runId: fc.nat(),
  runAttempt: fc.nat({ max: 5 }),
  nonce: nonces,
});

export const events: fc.Arbitrary<JournalEvent> = fc.record({
  seq: positives,
  stamp: stamps,
  fact: facts,
});

/** A journal from its first event on: `seq` counts up by one. */
export const histories: fc.Arbitrary<readonly JournalEvent[]> = fc
  .array(fc.tuple(stamps, facts), { maxLength: 25 })
  .map((pairs) => pairs.map(([stamp, fact], index) => ({ seq: index + 1, stamp, fact })));
