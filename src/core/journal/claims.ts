import type { Claim } from "./records.ts";

/** What a leg knows of its claim from the matrix, and of its run from the runner. */
export interface ClaimIdentity {
  /** Nonce of the claim. */
  readonly claim: string;
  readonly attempt: number;
  readonly slot: string;
  readonly run: { readonly runId: number; readonly runAttempt: number };
}

/** Whether the claim is the one of this leg: a re-run, or a newer claim, is another one [F14]. */
export function isClaimOf(claim: Claim, leg: ClaimIdentity): boolean {
  return isSameLeg(claim, leg) && claim.runAttempt === leg.run.runAttempt;
}

/** The same for finalize, whose job may have been started again, once, in a later run attempt. */
export function mayFinalize(claim: Claim, leg: ClaimIdentity): boolean {
  return isSameLeg(claim, leg) && finalizeAttempt(claim) === leg.run.runAttempt;
}

/** The run attempt in which the claim's finalize job runs now. */
export function finalizeAttempt({ runAttempt, finalizeAgainAt, finalizeAgainIn }: Claim): number {
  return finalizeAgainAt === undefined ? runAttempt : (finalizeAgainIn ?? runAttempt + 1);
}

function isSameLeg(claim: Claim, leg: ClaimIdentity): boolean {
  return (
    claim.nonce === leg.claim &&
    claim.attempt === leg.attempt &&
    claim.slot === leg.slot &&
    claim.runId === leg.run.runId
  );
}
