import { decideResult } from "../../core/delivery/decide-result.ts";
import { keptWorkRef } from "../../core/delivery/spent-refs.ts";
import type { FleetPause, IssueRecord, Result } from "../../core/journal/records.ts";
import { formatCommitMessage } from "../../core/text/commit-message.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Delivery } from "../../ports/delivery.ts";
import { RefMovedError, type RefUpdate, type DecideFact } from "../../ports/journal.ts";
import { type Writer } from "../writer.ts";
import type { FinalizeInputs, FinalizePorts } from "./finalize.ts";
import type { JudgedWork } from "./judge-work.ts";

/** What became of the first write. */
export type Landing =
  | { readonly landing: "landed"; readonly result: Result }
  /** The claim is not this leg's any more. */
  | { readonly landing: "taken-back" }
  /** Somebody asked it to stop, or withdrew the approval, after it was judged: it is judged again. */
  | { readonly landing: "outdated" };

/** The first write: result event and branch land together or not at all (design section 2). */
export async function journalResult(
  { delivery, clock }: FinalizePorts,
  writer: Writer,
  inputs: FinalizeInputs,
  work: JudgedWork,
): Promise<Landing> {
  const { judgement, session, quality, title, branch, branchTip, claim } = work;
  const at = clock.now();
  const isDelivered = judgement.deliver !== undefined;
  const made = await makeCommit(delivery, inputs, work, at);
  const headSha = isDelivered ? made : undefined;
  const keptSha = isDelivered ? undefined : made;
  const result = decideResult({
    judgement,
    // Checks alone are no session: estimates do not count them [W08].
    session: claim.manualFix === undefined ? session : undefined,
    score: session?.ending === "worked" ? quality.total : undefined,
    delivered: headSha === undefined ? undefined : { headSha, title },
    keptSha,
    at,
    notBefore:
      judgement.delayMinutes === undefined ? undefined : clock.after(judgement.delayMinutes),
    machine: claim.machine,
    failingChecks: session?.ending === "worked" ? quality.failingChecks : [],
  });
  const keptRef = keptWorkRef(inputs.issue, inputs.configuration.refPrefix);
  const alongside: RefUpdate | undefined =
    made === undefined
      ? undefined
      : isDelivered
        ? { ref: `refs/heads/${branch}`, sha: made, expected: branchTip }
        : { ref: keptRef, sha: made, expected: await delivery.readRef(keptRef) };
  const landed = await land(writer, work, result, alongside);
  if (landed.landing === "outdated") {
    return landed;
  }
  if (judgement.pauses !== undefined) {
    const pause = {
      reason: judgement.pauses,
      detail: result.detail,
      until: pauseEnd(clock, judgement.pauses, session?.resetsInMinutes),
      baseSha: judgement.pauses === "base-red" ? claim.baseSha : undefined,
    };
    await writer.event((tip) =>
      tip.fleet.pause === undefined ? { type: "paused", pause, by: undefined } : undefined,
    );
  }
  return inputs.dryRun ? { landing: "landed", result } : landed;
}

/** What people pushed is delivered as the commit that it is: its push only holds the branch's lease. */
async function makeCommit(
  delivery: Delivery,
  { issue }: FinalizeInputs,
  { claim, judgement, isKeepable, title }: JudgedWork,
  at: string,
): Promise<string | undefined> {
  const isDelivered = judgement.deliver !== undefined;
  if (claim.manualFix !== undefined) {
    return isDelivered ? claim.manualFix.headSha : undefined;
  }
  return isDelivered || isKeepable
    ? await delivery.commit(formatCommitMessage(title, issue), at)
    : undefined;
}

/** An account that does not say when its limit resets is tried again after so long. */
const ACCOUNT_LIMIT_MINUTES = 60;

/** No reset that a session names is believed beyond this: it comes from the session machine. */
const MAX_ACCOUNT_LIMIT_MINUTES = 24 * 60;

/** When a pause ends by itself; `undefined` = when a person resumes, or the base moves. */
function pauseEnd(
  clock: Clock,
  reason: FleetPause["reason"],
  resetsInMinutes: number | undefined,
): string | undefined {
  return reason === "account-limit"
    ? clock.after(Math.min(resetsInMinutes ?? ACCOUNT_LIMIT_MINUTES, MAX_ACCOUNT_LIMIT_MINUTES))
    : undefined;
}

async function land(
  writer: Writer,
  work: JudgedWork,
  result: Result,
  alongside: RefUpdate | undefined,
): Promise<Landing> {
  const { issue, nonce } = work.claim;
  let isOutdated = false;
  const decide: DecideFact = (tip) => {
    const held = tip.issues.get(issue);
    isOutdated = held?.claim?.nonce === nonce && !isAsJudged(held, work.record);
    return held?.claim?.nonce !== nonce || isOutdated
      ? undefined
      : { type: "result", issue, claim: nonce, result };
  };
  try {
    if ((await writer.event(decide, alongside)) !== undefined) {
      return { landing: "landed", result };
    }
    return { landing: isOutdated ? "outdated" : "taken-back" };
  } catch (error) {
    if (!(error instanceof RefMovedError)) {
      throw error;
    }
    return await land(writer, work, withoutRef(result), undefined);
  }
}

/** Whether what people want of the work is what it was judged by. */
function isAsJudged(held: IssueRecord, judged: IssueRecord): boolean {
  return (
    held.stop?.reason === judged.stop?.reason &&
    held.approval?.at === judged.approval?.at &&
    held.approval?.textHash === judged.approval?.textHash
  );
}

/** What becomes of a result whose ref somebody else moved: kept work is dropped, a delivery is not. */
function withoutRef(result: Result): Result {
  return result.headSha === undefined
    ? { ...result, keptSha: undefined }
    : {
        ...result,
        outcome: "needs-human",
        cause: "branch-moved",
        detail: "Somebody else pushed to the issue's branch while the work was delivered.",
        headSha: undefined,
        pullRequest: undefined,
      };
}
