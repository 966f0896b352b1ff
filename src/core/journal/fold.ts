import { noteFull } from "../fleet/full-machines.ts";
import { noteStarts } from "../fleet/start-limit.ts";
import { archive, recallRecord } from "./archive.ts";
import type { JournalEvent } from "./events.ts";
import {
  keepRecent,
  noteEndings,
  noteOffline,
  noteOnline,
  noteRerun,
  noteResult,
  resumed,
} from "./fold-fleet.ts";
import { finished } from "./fold-result.ts";
import { newRecord } from "./new-record.ts";
import type {
  Claim,
  FleetRecord,
  HistoryEntry,
  IssueRecord,
  JournalState,
  Result,
} from "./records.ts";

const HOUR_SECONDS = 3_600;

/** An issue gets few comments of ours; older keys than this many are looked for again. */
const MAX_NOTICES = 30;

/** The state before the first event. */
export const EMPTY_JOURNAL: JournalState = {
  seq: 0,
  fleet: {
    pause: undefined,
    recent: [],
    target: undefined,
    offline: [],
    reruns: [],
    full: [],
    starts: [],
    acknowledgedSeq: undefined,
  },
  issues: new Map(),
  history: [],
  unreadable: new Map(),
};

/** Order of the history: oldest first, whatever the order in which deliveries were journalled. */
export function byTime(a: HistoryEntry, b: HistoryEntry): number {
  return a.at < b.at ? -1 : Number(a.at > b.at);
}

/** Returns the state after `event`. The journal's tree is this fold over all its events. */
export function applyEvent(state: JournalState, event: JournalEvent): JournalState {
  const { fact } = event;
  const after: JournalState = { ...state, seq: event.seq };
  switch (fact.type) {
    case "approved":
      return withRecords(
        after,
        fact.approvals.map(({ issue, restarts, ...approval }) => {
          const record = startedDelivery(recallRecord(state, issue), issue);
          return { ...(restarts ? restarted(record) : record), approval };
        }),
      );
    case "withdrawn":
      return withRecords(
        after,
        fact.withdrawals.map(({ issue }) => ({
          ...(recallRecord(state, issue) ?? newRecord(issue)),
          approval: undefined,
        })),
      );
    case "dispatched":
      return {
        ...withRecords(
          after,
          fact.claims.map((claim) => claimed(state.issues.get(claim.issue), claim)),
        ),
        fleet: noteStarts(state.fleet, fact.claims),
      };
    case "result": {
      const record = state.issues.get(fact.issue);
      return record?.claim?.nonce === fact.claim
        ? {
            ...withRecords(after, [finished(record, fact.result)]),
            fleet: noteEnd(state.fleet, record.claim, fact.result),
          }
        : after;
    }
    case "stop-requested":
      return withRecords(
        after,
        fact.stops.flatMap(({ issue, claim, reason, by }) => {
          const record = state.issues.get(issue);
          return record?.claim?.nonce === claim && record.stop === undefined
            ? [{ ...record, stop: { reason, at: event.stamp.at, by } }]
            : [];
        }),
      );
    case "noticed":
      return fact.notices.reduce((tip, { issue, key }) => {
        const record = recallRecord(tip, issue) ?? newRecord(issue);
        const notices = [...record.notices.filter((known) => known !== key), key];
        return withRecords(tip, [{ ...record, notices: notices.slice(-MAX_NOTICES) }]);
      }, after);
    case "finalize-again": {
      const { issue, claim: nonce, runAttempt } = fact;
      const { at } = event.stamp;
      const record = state.issues.get(issue);
      const claim = record?.claim;
      if (record === undefined || claim?.nonce !== nonce) {
        return after;
      }
      const again = { ...claim, finalizeAgainAt: at, finalizeAgainIn: runAttempt };
      const next = withRecords(after, [{ ...record, claim: again }]);
      return runAttempt === undefined
        ? next
        : { ...next, fleet: noteRerun(next.fleet, { runId: claim.runId, runAttempt, at }) };
    }
    case "ended":
      return {
        ...withRecords(
          after,
          fact.deliveries.map((entry) => ended(recallRecord(state, entry.issue), entry)),
        ),
        fleet: noteEndings(state.fleet, fact.deliveries),
        history: [...state.history, ...fact.deliveries].toSorted(byTime),
      };
    case "archived":
      return archive(after, fact);
    case "slot-online":
      return { ...after, fleet: noteOnline(state.fleet, fact.claims) };
    case "retry-requested": {
      const record = state.issues.get(fact.issue);
      const retriedBy = fact.at === undefined ? undefined : fact.by;
      return record === undefined ? after : withRecords(after, [restarted(record, retriedBy)]);
    }
    case "approve-requested": {
      const { by, at } = fact;
      const record = recallRecord(state, fact.issue) ?? newRecord(fact.issue);
      return withRecords(after, [{ ...record, said: { by, at } }]);
    }
    case "approved-anyway": {
      const record = state.issues.get(fact.issue);
      return record === undefined ? after : withRecords(after, [approvedAnyway(record, fact)]);
    }
    case "manual-fix-requested": {
      const record = state.issues.get(fact.issue);
      return record === undefined ? after : withRecords(after, [withManualFix(record, fact)]);
    }
    case "paused":
      return { ...after, fleet: { ...state.fleet, pause: fact.pause } };
    case "resumed":
      return { ...after, fleet: resumed(state.fleet) };
    case "target-set": {
      const target = fact.count === undefined ? undefined : { count: fact.count, landed: 0 };
      return { ...after, fleet: { ...state.fleet, target } };
    }
  }
}

/** An approval after an end starts the next delivery, with its attempts at 0 [F12]. */
function startedDelivery(record: IssueRecord | undefined, issue: number): IssueRecord {
  if (record === undefined) {
    return newRecord(issue);
  }
  const { branchSha } = record;
  return record.ended === undefined
    ? record
    : { ...newRecord(issue, record.delivery + 1), branchSha };
}

/** A stopped delivery begins again; one whose session runs is not stopped. */
function restarted(record: IssueRecord, retriedBy?: string): IssueRecord {
  return record.claim === undefined
    ? { ...record, attempts: 0, result: undefined, manualFix: undefined, retriedBy }
    : record;
}

/** Why work is delivered that did not pass: a writer said so, by name [E21]. */
export const APPROVED_ANYWAY = "approved-anyway";

/** Only work that waits as a pull request for a person can be approved. */
function approvedAnyway(
  record: IssueRecord,
  { by, score }: Extract<JournalEvent["fact"], { readonly type: "approved-anyway" }>,
): IssueRecord {
  const { result } = record;
  if (record.claim !== undefined || result?.outcome !== "needs-human") {
    return record;
  }
  const reached = score === undefined ? "without a score" : `with a score of ${score}`;
  const detail = `Approved by ${by} ${reached}.`;
  const delivered = { ...result, outcome: "delivered", cause: APPROVED_ANYWAY, detail } as const;
  return { ...record, result: delivered, manualFix: undefined };
}

/** Why work is delivered that no agent wrote: its checks are green, and a writer asked for them [E21]. */
export const MANUAL_FIX = "manual-fix";

/** What the branch and its pull request hold stays known: the old result stands until the next one. */
function withManualFix(
  record: IssueRecord,
  { headSha, by }: Extract<JournalEvent["fact"], { readonly type: "manual-fix-requested" }>,
): IssueRecord {
  const isOpen = record.claim === undefined && record.ended === undefined;
  return isOpen ? { ...record, manualFix: { headSha, by, attempt: 1 } } : record;
}

/** The attempt is counted here, before its session starts [F14]; checks alone are none [E29a]. */
function claimed(record: IssueRecord | undefined, claim: Claim): IssueRecord {
  const before = record ?? newRecord(claim.issue);
  const recentClaims = [...keepRecent(before.recentClaims, claim.at, HOUR_SECONDS), claim.at];
  const attempts = claim.manualFix === undefined ? claim.attempt : before.attempts;
  return { ...before, claim, stop: undefined, recentClaims, attempts };
}

/** What the end of a claim says of the fleet. Checks alone are no session, and say nothing of how sessions go. */
function noteEnd(fleet: FleetRecord, claim: Claim, result: Result): FleetRecord {
  const told = claim.manualFix === undefined ? noteResult(fleet, result) : fleet;
  return noteFull(noteOffline(told, claim, result), claim, result);
}

function ended(record: IssueRecord | undefined, entry: HistoryEntry): IssueRecord {
  return {
    ...(record ?? newRecord(entry.issue)),
    claim: undefined,
    stop: undefined,
    manualFix: undefined,
    ended: entry.ended,
    endedAt: entry.at,
    endedBy: entry.by,
  };
}

/** An issue whose record cannot be read is held: writing it anew would lose what it says [N04]. */
function withRecords(state: JournalState, records: readonly IssueRecord[]): JournalState {
  const issues = new Map(state.issues);
  for (const record of records) {
    if (!state.unreadable.has(record.issue)) {
      issues.set(record.issue, record);
    }
  }
  return { ...state, issues };
}
