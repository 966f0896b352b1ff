import type { HistoryEntry, IssueRecord, JournalState } from "../journal/records.ts";
import type { Observation, ObservedPullRequest } from "../observation.ts";
import { secondsBetween } from "../text/instant.ts";
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
        : issue.state === "closed" && !observation.stale.has(record.issue);
    if (isHeld || !isOver) {
      return [];
    }
    const { kind } = labels.read(issue?.labels ?? []);
    return [endOf(record, kind, pullRequestOf.get(record.issue), observation.at)];
  });
}

function endOf(
  record: IssueRecord,
  kind: string | undefined,
  pullRequest: ObservedPullRequest | undefined,
  at: string,
): HistoryEntry {
  const isMerged = record.result?.headSha !== undefined && pullRequest?.state === "merged";
  return {
    issue: record.issue,
    delivery: record.delivery,
    attempts: record.attempts,
    ended: isMerged ? "completed" : "cancelled",
    at,
    outcome: record.result?.outcome,
    score: record.result?.score,
    pullRequest: pullRequest?.number,
    sessionSeconds: sessionSecondsOf(record),
    kind,
    branchSha: record.branchSha,
  };
}

function sessionSecondsOf({ result }: IssueRecord): number | undefined {
  const seconds =
    result?.startedAt === undefined ? undefined : secondsBetween(result.startedAt, result.at);
  return seconds === undefined ? undefined : Math.max(0, seconds);
}
