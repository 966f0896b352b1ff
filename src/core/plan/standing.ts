import type { Configuration } from "../configuration.ts";
import { findJob, findRun } from "../fleet/run-jobs.ts";
import { keepRecent } from "../journal/fold-fleet.ts";
import type { IssueState } from "../journal/issue-state.ts";
import type { Approval, Claim, IssueRecord, Result } from "../journal/records.ts";
import type { ObservedPullRequest, ObservedRun } from "../observation.ts";
import { isAfter } from "../text/instant.ts";
import type { JournalReason } from "./reasons.ts";

/** Where the journal and our pull request say that an issue stands. */
export interface Standing {
  readonly state: IssueState;
  readonly reason: JournalReason;
}

/** Where an issue with a live claim stands, by the jobs that exist of its run. */
export function claimedStanding(claim: Claim, runs: readonly ObservedRun[]): Standing {
  const { issue, runId, runAttempt, slot, manualFix } = claim;
  if (claim.finalizeAgainAt !== undefined) {
    return { state: "reviewing", reason: { type: "finishing", runId } };
  }
  switch (findJob(findRun(runs, runId), issue, "session", { from: runAttempt })?.status) {
    case "in_progress":
      return manualFix === undefined
        ? { state: "running", reason: { type: "running", slot, runId } }
        : {
            state: "running",
            reason: { type: "checking", slot, runId, headSha: manualFix.headSha },
          };
    case "completed":
      return { state: "reviewing", reason: { type: "finishing", runId } };
    default:
      return { state: "dispatched", reason: { type: "dispatched", slot, runId } };
  }
}

/** What of a record says whether its issue is held. */
export type HeldRecord = Pick<IssueRecord, "result" | "attempts" | "manualFix">;

/**
 * Returns what holds an issue whose last attempt has ended, or `undefined` when that attempt does
 * not keep it from being started. A retry that only has to wait is no hold (`retryNotBefore`), and
 * nothing is one while a manual fix waits for its checks, unless its pull request was merged meanwhile.
 */
export function heldStanding(
  { result, attempts, manualFix }: HeldRecord,
  pullRequest: ObservedPullRequest | undefined,
  retry: Pick<Configuration["retry"], "max">,
): Standing | undefined {
  if (manualFix !== undefined) {
    return pullRequest?.state === "merged" ? deliveredStanding(pullRequest) : undefined;
  }
  switch (result?.outcome) {
    case undefined:
    case "returned":
      return undefined;
    case "retry":
      return attempts > retry.max ? usedUp(attempts, result.detail) : undefined;
    case "delivered":
      return deliveredStanding(pullRequest);
    case "needs-human":
      return reviewStanding(result, pullRequest);
    case "cancelled":
      return { state: "cancelled", reason: { type: "cancelled", detail: result.detail } };
    case "failed":
    case "nothing-to-do":
      return { state: "failed", reason: { type: result.outcome, detail: result.detail } };
  }
}

function usedUp(attempts: number, detail: string): Standing {
  return { state: "failed", reason: { type: "retries-used-up", attempts, detail } };
}

function deliveredStanding(pullRequest: ObservedPullRequest | undefined): Standing {
  if (pullRequest === undefined) {
    return { state: "completing", reason: { type: "pull-request-due" } };
  }
  const { number } = pullRequest;
  switch (pullRequest.state) {
    case "open":
      return { state: "completing", reason: { type: "awaiting-merge", pullRequest: number } };
    case "merged":
      return { state: "completing", reason: { type: "merged", pullRequest: number } };
    case "closed":
      return { state: "failed", reason: { type: "pull-request-closed", pullRequest: number } };
  }
}

/** A draft waits for a review; once a writer marked it ready it waits for its merge. */
function reviewStanding(result: Result, pullRequest: ObservedPullRequest | undefined): Standing {
  const { detail } = result;
  if (pullRequest === undefined || result.headSha === undefined) {
    return { state: "failed", reason: { type: "needs-human", detail } };
  }
  const { number, state, isDraft } = pullRequest;
  return state === "open" && isDraft
    ? { state: "reviewing", reason: { type: "awaiting-review", pullRequest: number, detail } }
    : deliveredStanding(pullRequest);
}

/** When a waiting retry may start, or `undefined` when nothing makes it wait any more. */
export function retryNotBefore(result: Result | undefined, now: string): string | undefined {
  const notBefore = result?.notBefore;
  const mayWait = result?.outcome === "retry" || result?.outcome === "returned";
  return mayWait && isAfter(notBefore, now) ? notBefore : undefined;
}

/** Claims of one issue within an hour; more of them would be a storm [F16, N26]. */
const MAX_CLAIMS_PER_HOUR = 6;
const HOUR_SECONDS = 3_600;

/** Returns how often an issue was claimed within the last hour, when that is too often. */
export function claimStorm(record: IssueRecord | undefined, now: string): number | undefined {
  const claims = keepRecent(record?.recentClaims ?? [], now, HOUR_SECONDS).length;
  return claims >= MAX_CLAIMS_PER_HOUR ? claims : undefined;
}

/**
 * Tells whether an approval by label makes a delivery that came to nothing begin again: then its
 * result and its attempts are cleared (state machine, 22). Work that is open as a pull request, or
 * merged, is not thrown away by a label.
 */
export function beginsAgain(
  approval: Approval,
  record: IssueRecord | undefined,
  pullRequest: ObservedPullRequest | undefined,
  retry: Pick<Configuration["retry"], "max">,
): boolean {
  if (record?.ended !== undefined || !isAfter(approval.at, record?.result?.at)) {
    return false;
  }
  const standing = record === undefined ? undefined : heldStanding(record, pullRequest, retry);
  return standing?.state === "failed" || standing?.state === "cancelled";
}

/** Tells whether a blocker came to its end without being done: its dependents wait [C19]. */
export function isStuck(
  record: IssueRecord | undefined,
  pullRequest: ObservedPullRequest | undefined,
  retry: Pick<Configuration["retry"], "max">,
): boolean {
  if (record === undefined || record.claim !== undefined) {
    return false;
  }
  const standing = heldStanding(record, pullRequest, retry);
  return (
    record.ended === "cancelled" || standing?.state === "failed" || standing?.state === "cancelled"
  );
}
