import { secondsBetween } from "../text/instant.ts";
import type { HistoryEntry, IssueRecord } from "./records.ts";

/**
 * The line that a delivery leaves in the history: what its record says, and how it ended. Its keys
 * come in the order of the schema.
 */
export function historyEntry(
  record: IssueRecord,
  end: Pick<HistoryEntry, "ended" | "at" | "pullRequest" | "kind" | "by">,
): HistoryEntry {
  const { issue, delivery, attempts, result, branchSha } = record;
  return {
    issue,
    delivery,
    attempts,
    ended: end.ended,
    at: end.at,
    outcome: result?.outcome,
    score: result?.score,
    pullRequest: end.pullRequest,
    sessionSeconds: sessionSeconds(record),
    kind: end.kind,
    branchSha,
    by: end.by,
  };
}

function sessionSeconds({ result }: IssueRecord): number | undefined {
  const seconds =
    result?.startedAt === undefined ? undefined : secondsBetween(result.startedAt, result.at);
  return seconds === undefined ? undefined : Math.max(0, seconds);
}
