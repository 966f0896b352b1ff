import type { Configuration } from "../configuration.ts";
import type { JournalFact } from "../journal/events.ts";
import type { IssueRecord, JournalState } from "../journal/records.ts";
import { heldStanding } from "../plan/standing.ts";

/** The branch of an issue as it was read when `/manual-fix` was said. */
export interface PushedBranch {
  readonly name: string;
  /** `undefined` = it does not exist. */
  readonly tip: string | undefined;
}

/** Returns what the journal gets for `/manual-fix`, or nothing when it is refused. */
export function manualFixFact(
  tip: JournalState,
  wish: { readonly issue: number; readonly by: string },
  branch: PushedBranch,
  retry: Pick<Configuration["retry"], "max">,
): JournalFact | undefined {
  const refusal = refuseManualFix(tip.issues.get(wish.issue), branch, retry);
  return refusal === undefined && branch.tip !== undefined
    ? { type: "manual-fix-requested", ...wish, headSha: branch.tip }
    : undefined;
}

/**
 * Says why `/manual-fix` does not apply, for the person who said it; `undefined` = it does. It takes
 * an issue that stopped, or whose draft waits, and a branch that people pushed to (state machine, 29).
 */
export function refuseManualFix(
  record: IssueRecord | undefined,
  { name, tip }: PushedBranch,
  retry: Pick<Configuration["retry"], "max">,
): string | undefined {
  if (record?.ended !== undefined) {
    return `Its delivery is ${record.ended}; set the trigger label again for a new one.`;
  }
  if (record?.claim !== undefined) {
    return `Run ${record.claim.runId} works on it; say it again when that has ended.`;
  }
  if (record?.result === undefined) {
    return "No attempt has ended yet, so there is nothing to fix.";
  }
  if (record.manualFix === undefined) {
    const state = heldStanding(record, undefined, retry)?.state;
    if (state !== "failed") {
      return state === "completing"
        ? "Its work is delivered; push to the pull request, and its own checks judge it."
        : "It has not stopped: only a draft, or an issue that failed, can be fixed by hand.";
    }
  }
  if (tip === undefined) {
    return `The branch ${name} does not exist; push your commit there, then say it again.`;
  }
  if (tip === record.branchSha) {
    return `Nobody pushed to ${name} since its last delivery (${tip.slice(0, 12)}); push your commit there, then say it again.`;
  }
  return tip === record.manualFix?.headSha
    ? `The commit ${tip.slice(0, 12)} waits for its checks already.`
    : undefined;
}
