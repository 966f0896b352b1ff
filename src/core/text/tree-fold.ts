import type { JournalEvent, JournalFact } from "../journal/events.ts";
import { applyEvent, EMPTY_JOURNAL } from "../journal/fold.ts";
import type { IssueRecord, JournalState } from "../journal/records.ts";
import { formatTreeChanges } from "./journal-tree.ts";

/**
 * Folds a whole journal, event after event, over one map of records that is its own. The state of
 * `applyEvent` is a new map for each event: right for a tick, too much for a hundred thousand.
 */
export class TreeFold {
  readonly #issues = new Map<number, IssueRecord>();
  #rest: Omit<JournalState, "issues"> = EMPTY_JOURNAL;

  /** The state after the latest event. Its records are this fold's own: the next event changes them. */
  get state(): JournalState {
    return { ...this.#rest, issues: this.#issues };
  }

  /** Returns the files of the tree that the event changes, by path; one without a text leaves it. */
  add(event: JournalEvent): ReadonlyMap<string, string | undefined> {
    // An event changes no issue but those it names, so the fold needs to see no other.
    const named = issuesOf(event.fact).flatMap((issue) => this.#issues.get(issue) ?? []);
    const before = { ...this.#rest, issues: new Map(named.map((one) => [one.issue, one])) };
    const { issues, ...rest } = applyEvent(before, event);
    const files = formatTreeChanges(before, { ...rest, issues });
    for (const { issue } of named) {
      this.#issues.delete(issue);
    }
    for (const [issue, record] of issues) {
      this.#issues.set(issue, record);
    }
    this.#rest = rest;
    return files;
  }
}

/** The issues that a fact names: no other record depends on it. */
function issuesOf(fact: JournalFact): readonly number[] {
  switch (fact.type) {
    case "approved":
      return fact.approvals.map(({ issue }) => issue);
    case "withdrawn":
      return fact.withdrawals.map(({ issue }) => issue);
    case "dispatched":
      return fact.claims.map(({ issue }) => issue);
    case "stop-requested":
      return fact.stops.map(({ issue }) => issue);
    case "ended":
      return fact.deliveries.map(({ issue }) => issue);
    case "noticed":
      return fact.notices.map(({ issue }) => issue);
    case "archived":
      return fact.issues;
    case "result":
    case "finalize-again":
    case "retry-requested":
    case "approve-requested":
    case "approved-anyway":
    case "manual-fix-requested":
      return [fact.issue];
    case "slot-online":
    case "paused":
    case "resumed":
    case "target-set":
      return [];
  }
}
