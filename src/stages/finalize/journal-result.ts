import { decideResult } from "../../core/delivery/decide-result.ts";
import type { Claim, FleetPause, Result } from "../../core/journal/records.ts";
import { formatCommitMessage } from "../../core/text/commit-message.ts";
import type { Clock } from "../../ports/clock.ts";
import { BranchMovedError, type BranchUpdate, type DecideFact } from "../../ports/journal.ts";
import { type Writer } from "../writer.ts";
import type { FinalizeInputs, FinalizePorts } from "./finalize.ts";
import type { JudgedWork } from "./judge-work.ts";

/** The first write: result event and branch land together or not at all (design section 2). */
export async function journalResult(
  { delivery, clock }: FinalizePorts,
  writer: Writer,
  inputs: FinalizeInputs,
  work: JudgedWork,
): Promise<Result | undefined> {
  const { judgement, session, quality, title, branch, branchTip, claim } = work;
  const at = clock.now();
  const headSha =
    judgement.deliver === undefined
      ? undefined
      : await delivery.commit(formatCommitMessage(title, inputs.issue), at);
  const result = decideResult({
    judgement,
    session,
    score: session?.ending === "worked" ? quality.total : undefined,
    delivered: headSha === undefined ? undefined : { headSha, title },
    at,
    notBefore:
      judgement.delayMinutes === undefined ? undefined : clock.after(judgement.delayMinutes),
  });
  const alongside: BranchUpdate | undefined =
    headSha === undefined ? undefined : { branch, sha: headSha, expected: branchTip };
  const landed = await land(writer, claim, result, alongside);
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
  return landed === undefined && inputs.dryRun ? result : landed;
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

/** Returns the result that was journalled; `undefined` when the claim is not this leg's any more. */
async function land(
  writer: Writer,
  claim: Claim,
  result: Result,
  alongside: BranchUpdate | undefined,
): Promise<Result | undefined> {
  const decide: DecideFact = (tip) =>
    tip.issues.get(claim.issue)?.claim?.nonce === claim.nonce
      ? { type: "result", issue: claim.issue, claim: claim.nonce, result }
      : undefined;
  try {
    return (await writer.event(decide, alongside)) === undefined ? undefined : result;
  } catch (error) {
    if (!(error instanceof BranchMovedError)) {
      throw error;
    }
    const moved: Result = {
      ...result,
      outcome: "needs-human",
      cause: "branch-moved",
      detail: "Somebody else pushed to the issue's branch while the work was delivered.",
      headSha: undefined,
      pullRequest: undefined,
    };
    return await land(writer, claim, moved, undefined);
  }
}
