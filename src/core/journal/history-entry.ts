import { secondsBetween } from "../text/instant.ts";
import type { HistoryEntry, IssueRecord } from "./records.ts";

/** The line that a delivery leaves in the history: what its record says, and how it ended. */
export function historyEntry(
  record: IssueRecord,
  end: Pick<HistoryEntry, "ended" | "at" | "pullRequest" | "kind">,
): HistoryEntry {
  const { issue, delivery, attempts, result, branchSha } = record;
  return {
    issue,
    delivery,
    attempts,
    outcome: result?.outcome,
    score: result?.score,
    sessionSeconds: sessionSeconds(record),
    branchSha,
    ...end,
  };
}

function sessionSeconds({ result }: IssueRecord): number | undefined {
  const seconds =
    result?.startedAt === undefined ? undefined : secondsBetween(result.startedAt, result.at);
  return seconds === undefined ? undefined : Math.max(0, seconds);
}
