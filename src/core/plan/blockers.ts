import type { Configuration } from "../configuration.ts";
import type { JournalState } from "../journal/records.ts";
import type { Observation, ObservedIssue, ObservedPullRequest } from "../observation.ts";
import { isAtOrAfter } from "../text/instant.ts";

/** What an issue that is named as a blocker does to those that wait for it. */
export type BlockerVerdict =
  | "blocks"
  | "resolved"
  /** Closed without being done: unblocks, and the dependents are told [W23a]. */
  | "resolved-not-planned"
  /** No such issue of this repository is known. */
  | "unresolvable"
  | "unreadable";

export interface BlockerContext {
  readonly observation: Pick<Observation, "issues" | "unreadable">;
  readonly journal: Pick<JournalState, "issues">;
  readonly pullRequests: ReadonlyMap<number, ObservedPullRequest>;
  readonly unblockOn: Configuration["unblockOn"];
}

/**
 * Judges a blocker of this repository: `issue` is what was observed under its number. Only open
 * issues block [F37].
 */
export function judgeBlocker(
  number: number,
  issue: ObservedIssue | undefined,
  context: BlockerContext,
): BlockerVerdict {
  if (issue === undefined) {
    return context.observation.unreadable.has(number) ? "unreadable" : "unresolvable";
  }
  if (issue.state === "closed") {
    return closedVerdict(issue.closedAs);
  }
  return isDoneThoughOpen(issue, context) ? "resolved" : "blocks";
}

/** The verdict on a closed issue, which a native reference shows by itself. */
export function closedVerdict(closedAs: ObservedIssue["closedAs"]): BlockerVerdict {
  return closedAs === "not_planned" || closedAs === "duplicate"
    ? "resolved-not-planned"
    : "resolved";
}

/**
 * Our own work counts from the moment that `unblockOn` names, before the issue is closed; an issue
 * that was reopened after that blocks again.
 */
function isDoneThoughOpen(issue: ObservedIssue, context: BlockerContext): boolean {
  const record = context.journal.issues.get(issue.number);
  if (record === undefined || context.unblockOn === "closed") {
    return false;
  }
  if (record.ended !== undefined) {
    return record.ended === "completed" && !isReopened(issue, record.endedAt);
  }
  const result = record.claim === undefined ? record.result : undefined;
  const isMade = result?.outcome === "delivered" || result?.outcome === "needs-human";
  const pullRequest = context.pullRequests.get(issue.number);
  return (
    isMade &&
    !isReopened(issue, result.at) &&
    (pullRequest?.state === "merged" ||
      (pullRequest?.state === "open" && context.unblockOn === "pr-created"))
  );
}

/** Fails closed: without a time of the end, any reopening counts as later. */
function isReopened(issue: ObservedIssue, since: string | undefined): boolean {
  return issue.reopened !== undefined && isAtOrAfter(issue.reopened.at, since ?? "");
}
