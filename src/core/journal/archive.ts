import type { HistorySettings } from "../configuration.ts";
import type { JournalFact } from "./events.ts";
import { newRecord } from "./new-record.ts";
import type { HistoryEntry, IssueRecord, JournalState } from "./records.ts";

/** One event names at most so many issues; the next tick goes on. */
const MAX_ARCHIVED = 500;

type Archived = Extract<JournalFact, { readonly type: "archived" }>;

/**
 * Returns what leaves the tree, or `undefined` while nothing is due [W12]: records of deliveries
 * that ended longer ago than `queueDays`, and months of history beyond the longest window. Records
 * go a seventh of their time later, all that are due at once, so that a busy journal gets about one
 * such event a day. `ago` says when so many days before now were; issues in `kept` are open, or have
 * an open pull request, and stay.
 */
export function archiveFactDue(
  { issues, history }: JournalState,
  { queueDays, sessionDays, metricDays }: HistorySettings,
  ago: (days: number) => string,
  kept: ReadonlySet<number>,
): Archived | undefined {
  const endedBefore = (time: string): number[] =>
    [...issues.values()]
      .filter(({ issue, ended, endedAt, claim }) => {
        const isOver = ended !== undefined && claim === undefined && !kept.has(issue);
        return isOver && endedAt !== undefined && endedAt < time;
      })
      .map(({ issue }) => issue);
  const historyFrom = ago(Math.max(queueDays, sessionDays, metricDays)).slice(0, 7);
  const hasOldMonth = history.some(({ at }) => monthOf(at) < historyFrom);
  const isDue = endedBefore(ago((queueDays * 8) / 7)).length > 0;
  return isDue || hasOldMonth
    ? {
        type: "archived",
        issues: endedBefore(ago(queueDays))
          .toSorted((a, b) => a - b)
          .slice(0, MAX_ARCHIVED),
        historyFrom,
      }
    : undefined;
}

/** The state without them. What is not over any more by now stays. */
export function archive(state: JournalState, { issues, historyFrom }: Archived): JournalState {
  const kept = new Map(state.issues);
  for (const issue of issues) {
    const record = kept.get(issue);
    if (record?.ended !== undefined && record.claim === undefined) {
      kept.delete(issue);
    }
  }
  return {
    ...state,
    issues: kept,
    history: state.history.filter(({ at }) => monthOf(at) >= historyFrom),
  };
}

/** The record of an issue; of an archived one what its line in the history tells of it. */
export function recallRecord(state: JournalState, issue: number): IssueRecord | undefined {
  const record = state.issues.get(issue);
  if (record !== undefined || state.unreadable.has(issue)) {
    return record;
  }
  const entry = state.history.findLast((one) => one.issue === issue);
  return entry === undefined ? undefined : recordOfEntry(entry);
}

/** The state as if the archived records of these issues were in it, for whoever decides about them. */
export function recallRecords(state: JournalState, issues: Iterable<number>): JournalState {
  const missing = new Set([...issues].filter((issue) => !state.issues.has(issue)));
  const recalled = new Map<number, IssueRecord>();
  for (const entry of state.history) {
    if (missing.has(entry.issue) && !state.unreadable.has(entry.issue)) {
      recalled.set(entry.issue, recordOfEntry(entry));
    }
  }
  return recalled.size === 0
    ? state
    : { ...state, issues: new Map([...state.issues, ...recalled]) };
}

function recordOfEntry(entry: HistoryEntry): IssueRecord {
  const { issue, delivery, attempts, ended, at, branchSha, by } = entry;
  return { ...newRecord(issue, delivery), attempts, ended, endedAt: at, endedBy: by, branchSha };
}

function monthOf(at: string): string {
  return at.slice(0, 7);
}
