import type { Stop } from "../journal/events.ts";
import type { JournalState, StopReason } from "../journal/records.ts";
import type { Observation } from "../observation.ts";
import type { PlannedWithdrawal } from "../plan/plan-types.ts";

/**
 * Lists the live claims whose session should end early, because nobody wants its work any more: the
 * issue was closed, its trigger label removed, or its text changed by a non-writer [N37, F19, F28].
 */
export function listStops(
  journal: JournalState,
  observation: Observation,
  liveIssues: Iterable<number>,
  withdrawals: readonly PlannedWithdrawal[],
): readonly Stop[] {
  const withdrawn = new Map(withdrawals.map(({ issue, cause }) => [issue, cause]));
  return [...liveIssues].flatMap((number): readonly Stop[] => {
    const record = journal.issues.get(number);
    const issue = observation.issues.get(number);
    if (record?.claim === undefined || record.stop !== undefined) {
      return [];
    }
    const cause = withdrawn.get(number);
    const reason: StopReason | undefined =
      issue === undefined || issue.state === "closed"
        ? "issue-closed"
        : cause === "text-edited"
          ? "text-edited"
          : cause === undefined
            ? undefined
            : "trigger-removed";
    return reason === undefined ? [] : [{ issue: number, claim: record.claim.nonce, reason }];
  });
}

/** The stops that are still to be journalled: the claim holds and nobody asked before. */
export function stopsDue(stops: readonly Stop[], tip: JournalState): readonly Stop[] {
  return stops.filter(({ issue, claim }) => {
    const record = tip.issues.get(issue);
    return record?.claim?.nonce === claim && record.stop === undefined;
  });
}
