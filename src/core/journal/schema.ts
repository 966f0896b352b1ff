import * as v from "valibot";

import { absent, time } from "../stored-shapes.ts";
import { type JournalFact, WITHDRAWAL_CAUSES } from "./events.ts";
import {
  type FleetRecord,
  type HistoryEntry,
  type IssueRecord,
  type JournalState,
  OUTCOMES,
  PAUSE_REASONS,
  STOP_REASONS,
} from "./records.ts";

/**
 * The shapes of what the journal holds, version 1. Whoever has `contents: write` can write there,
 * so everything read from it passes through here; unknown keys are refused, not dropped.
 */
export const JOURNAL_VERSION = 1;

const sha = v.pipe(v.string(), v.regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/));
const textHash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const sentence = v.pipe(v.string(), v.maxLength(1_000));
/** Logins of managed users end in `_` and the short code of their enterprise. */
const login = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,100}(\[bot\])?$/));
const configurationName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9._/-]{1,64}$/));
const nonce = v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,64}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

const points = v.pipe(v.number(), v.minValue(0), v.maxValue(100));

const approval = v.strictObject({ by: login, at: time, textHash });

const manualFix = v.strictObject({ headSha: sha, by: login, attempt: positive });

const claim = v.strictObject({
  issue: positive,
  attempt: positive,
  delivery: positive,
  runId: positive,
  runAttempt: positive,
  slot: configurationName,
  machine: configurationName,
  textHash,
  baseSha: sha,
  configurationSha: sha,
  at: time,
  nonce,
  finalizeAgainAt: absent(time),
  finalizeAgainIn: absent(positive),
  manualFix: absent(manualFix),
  startedBy: absent(login),
});

/** What finds the job of a claim that was taken back. */
const waitingJob = v.strictObject({
  issue: positive,
  runId: positive,
  runAttempt: positive,
  nonce,
});

const result = v.strictObject({
  outcome: v.picklist(OUTCOMES),
  cause: absent(configurationName),
  detail: sentence,
  score: absent(points),
  headSha: absent(sha),
  pullRequest: absent(
    v.strictObject({ title: v.pipe(v.string(), v.maxLength(256)), isDraft: v.boolean() }),
  ),
  keptSha: absent(sha),
  at: time,
  notBefore: absent(time),
  startedAt: absent(time),
  machine: absent(configurationName),
  failingChecks: absent(v.pipe(v.array(configurationName), v.maxLength(10))),
});

const ended = v.picklist(["completed", "cancelled"]);

const pause = v.strictObject({
  reason: v.picklist(PAUSE_REASONS),
  detail: sentence,
  until: absent(time),
  baseSha: absent(sha),
  seenSeq: absent(positive),
});

const noticeKey = v.pipe(v.string(), v.regex(/^[a-z0-9:-]{1,64}$/));

const stop = v.strictObject({ reason: v.picklist(STOP_REASONS), at: time, by: absent(login) });

export const issueRecordSchema: v.GenericSchema<unknown, IssueRecord> = v.strictObject({
  issue: positive,
  delivery: positive,
  attempts: count,
  approval: absent(approval),
  said: absent(v.strictObject({ by: login, at: time })),
  claim: absent(claim),
  stop: absent(stop),
  recentClaims: v.optional(v.array(time), () => []),
  result: absent(result),
  notices: v.optional(v.array(noticeKey), () => []),
  branchSha: absent(sha),
  keptSha: absent(sha),
  lastFailure: absent(
    v.strictObject({ attempt: positive, cause: configurationName, detail: sentence }),
  ),
  manualFix: absent(manualFix),
  ended: absent(ended),
  endedAt: absent(time),
  endedBy: absent(login),
  retriedBy: absent(login),
});

export const historyEntrySchema: v.GenericSchema<unknown, HistoryEntry> = v.strictObject({
  issue: positive,
  delivery: positive,
  attempts: count,
  ended,
  at: time,
  outcome: absent(v.picklist(OUTCOMES)),
  score: absent(v.number()),
  pullRequest: absent(positive),
  sessionSeconds: absent(v.pipe(v.number(), v.minValue(0))),
  kind: absent(v.pipe(v.string(), v.maxLength(100))),
  branchSha: absent(sha),
  by: absent(login),
});

export const fleetSchema: v.GenericSchema<
  unknown,
  { readonly v: 1; readonly seq: JournalState["seq"]; readonly fleet: FleetRecord }
> = v.strictObject({
  v: v.literal(JOURNAL_VERSION),
  seq: count,
  fleet: v.strictObject({
    pause: absent(pause),
    recent: v.optional(
      v.array(v.strictObject({ at: time, cause: absent(configurationName) })),
      () => [],
    ),
    target: absent(v.strictObject({ count: positive, landed: count })),
    offline: v.optional(
      v.array(v.strictObject({ slot: configurationName, claim: waitingJob, since: time })),
      () => [],
    ),
    reruns: v.optional(
      v.array(v.strictObject({ runId: positive, runAttempt: positive, at: time })),
      () => [],
    ),
    full: v.optional(
      v.array(v.strictObject({ machine: configurationName, since: time })),
      () => [],
    ),
    starts: v.optional(v.array(v.strictObject({ by: login, at: time })), () => []),
    acknowledgedSeq: absent(positive),
  }),
});

const factSchema: v.GenericSchema<unknown, JournalFact> = v.variant("type", [
  v.strictObject({
    type: v.literal("approved"),
    approvals: v.array(
      v.strictObject({ ...approval.entries, issue: positive, restarts: v.boolean() }),
    ),
  }),
  v.strictObject({
    type: v.literal("withdrawn"),
    withdrawals: v.array(v.strictObject({ issue: positive, cause: v.picklist(WITHDRAWAL_CAUSES) })),
  }),
  v.strictObject({ type: v.literal("dispatched"), claims: v.array(claim) }),
  v.strictObject({ type: v.literal("result"), issue: positive, claim: nonce, result }),
  v.strictObject({
    type: v.literal("stop-requested"),
    stops: v.array(
      v.strictObject({
        issue: positive,
        claim: nonce,
        reason: v.picklist(STOP_REASONS),
        by: absent(login),
      }),
    ),
  }),
  v.strictObject({
    type: v.literal("noticed"),
    notices: v.array(v.strictObject({ issue: positive, key: noticeKey })),
  }),
  v.strictObject({
    type: v.literal("finalize-again"),
    issue: positive,
    claim: nonce,
    runAttempt: absent(positive),
  }),
  v.strictObject({
    type: v.literal("archived"),
    issues: v.array(positive),
    historyFrom: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}$/)),
  }),
  v.strictObject({ type: v.literal("slot-online"), claims: v.array(nonce) }),
  v.strictObject({ type: v.literal("target-set"), count: absent(positive), by: login }),
  v.strictObject({ type: v.literal("ended"), deliveries: v.array(historyEntrySchema) }),
  v.strictObject({
    type: v.literal("retry-requested"),
    issue: positive,
    by: login,
    at: absent(time),
  }),
  v.strictObject({ type: v.literal("approve-requested"), issue: positive, by: login, at: time }),
  v.strictObject({
    type: v.literal("approved-anyway"),
    issue: positive,
    by: login,
    score: absent(points),
  }),
  v.strictObject({
    type: v.literal("manual-fix-requested"),
    issue: positive,
    by: login,
    headSha: sha,
  }),
  v.strictObject({ type: v.literal("paused"), pause, by: absent(login) }),
  v.strictObject({ type: v.literal("resumed"), by: absent(login) }),
]);

export const eventLineSchema = v.strictObject({
  v: v.literal(JOURNAL_VERSION),
  seq: positive,
  stamp: v.strictObject({ at: time, runId: count, runAttempt: count, nonce }),
  fact: factSchema,
});
