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

/**
 * Which try a failure of this claim is: of the agent's attempts, or of the tries to check a manual
 * fix, which are counted by themselves.
 */
export function tryOf({ attempt, manualFix }: Claim): number {
  return manualFix?.attempt ?? attempt;
}

/** What a claim is for, as the beginning of a sentence. */
export function describeTry({ attempt, manualFix }: Claim): string {
  return manualFix === undefined
    ? `Attempt ${attempt}`
    : `The check of the manual fix ${manualFix.headSha.slice(0, 12)}`;
}

function isSameLeg(claim: Claim, leg: ClaimIdentity): boolean {
  return (
    claim.nonce === leg.claim &&
    claim.attempt === leg.attempt &&
    claim.slot === leg.slot &&
    claim.runId === leg.run.runId
  );
}
