import { historyEntry } from "../journal/history-entry.ts";
import type { HistoryEntry, JournalState } from "../journal/records.ts";
import type { Observation, ObservedIssue, ObservedPullRequest } from "../observation.ts";
import { isAfter, isAtOrAfter } from "../text/instant.ts";
import { LabelReader } from "../text/label-reading.ts";

/**
 * Lists the deliveries that have come to their end since the last tick: our pull request is merged
 * and the issue closed, or a person closed, transferred or deleted the issue (every delivery that
 * goes on is read by number, so what is missing is gone). An issue with a claim is left alone: its
 * session ends first.
 */
export function listEndings(
  journal: JournalState,
  observation: Observation,
  pullRequestOf: ReadonlyMap<number, ObservedPullRequest>,
  triggerLabel: string,
): readonly HistoryEntry[] {
  const labels = new LabelReader(triggerLabel);
  return [...journal.issues.values()].flatMap((record) => {
    const issue = observation.issues.get(record.issue);
    const isHeld = record.ended !== undefined || record.claim !== undefined;
    const isOver =
      issue === undefined
        ? !observation.unreadable.has(record.issue)
        : issue.state === "closed" &&
          !observation.stale.has(record.issue) &&
          !mayBeMerged(issue, pullRequestOf.get(record.issue), observation.at);
    if (isHeld || !isOver) {
      return [];
    }
    const { kind } = labels.read(issue?.labels ?? []);
    const pullRequest = pullRequestOf.get(record.issue);
    const isMerged = record.result?.headSha !== undefined && pullRequest?.state === "merged";
    return [
      historyEntry(record, {
        ended: isMerged ? "completed" : "cancelled",
        at: endOf(issue, observation.at),
        pullRequest: pullRequest?.number,
        kind,
      }),
    ];
  });
}

/**
 * A reading begins before what it sees: somebody may have closed the issue in between, and what
 * people said before that is no word after the end [F11].
 */
function endOf(issue: ObservedIssue | undefined, readAt: string): string {
  const closedAt = issue?.closedAt;
  return closedAt !== undefined && isAfter(closedAt, readAt) ? closedAt : readAt;
}

/**
 * Pull requests are read before the issues that are read by number: one that was open then may have
 * been merged, and have closed its issue, in between. The next tick knows.
 */
function mayBeMerged(
  issue: ObservedIssue,
  pullRequest: ObservedPullRequest | undefined,
  readAt: string,
): boolean {
  return pullRequest?.state === "open" && isAtOrAfter(issue.closedAt ?? "", readAt);
}
