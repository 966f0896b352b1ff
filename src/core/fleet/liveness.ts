import type { Configuration, RetrySettings } from "../configuration.ts";
import { finalizeAttempt } from "../journal/claims.ts";
import { NO_RUNNER } from "../journal/fold-fleet.ts";
import type { Claim, FleetRecord, JournalState, Result, StopReason } from "../journal/records.ts";
import type { ObservedJob, ObservedRun } from "../observation.ts";
import { secondsBetween } from "../text/instant.ts";
import { decideRetry } from "./retry.ts";
import { findJob, findRun } from "./run-jobs.ts";

/** A job that no runner took for so long means that none will. */
const START_LIMIT_SECONDS = 15 * 60;

/** finalize has so long to start after the session job ended. */
const FINALIZE_LIMIT_SECONDS = 30 * 60;

/** Whether the work on a claim can still come to something, judged by runs and jobs, never by silence. */
export type ClaimLife =
  | {
      readonly claim: Claim;
      readonly life: "alive";
      /** The slot is free as soon as the session job has ended; the issue stays held. */
      readonly holdsSlot: boolean;
      readonly phase: "dispatched" | "running" | "finishing";
    }
  | {
      readonly claim: Claim;
      /** finalize died before its first write; what the session left is still there. */
      readonly life: "finalize-again";
      /** The job to start again, once. */
      readonly jobId: number;
      /** The event is there and the job was never started: whoever wrote the event died before. */
      readonly isJournalled: boolean;
    }
  | {
      readonly claim: Claim;
      readonly life: "dead";
      readonly cause: DeathCause;
      /** Whether the session ever started: only then the attempt counts. */
      readonly hasStarted: boolean;
    };

export type DeathCause =
  | "run-deleted"
  | "run-superseded"
  | "run-ended"
  | "leg-ended"
  | "finalize-missing"
  | typeof NO_RUNNER;

/**
 * Judges every claim of the journal by the rule of N36. A job that is not listed yet is alive while
 * its run attempt runs. `now` is ISO 8601, UTC.
 */
export function judgeClaims(
  state: JournalState,
  runs: readonly ObservedRun[],
  now: string,
): readonly ClaimLife[] {
  return [...state.issues.values()].flatMap(({ claim }) =>
    claim === undefined ? [] : [judgeClaim(claim, runs, now)],
  );
}

function judgeClaim(claim: Claim, runs: readonly ObservedRun[], now: string): ClaimLife {
  const run = findRun(runs, { runId: claim.runId, runAttempt: finalizeAttempt(claim) });
  if (run === undefined) {
    const unasked = findUnasked(claim, runs, now);
    if (unasked !== undefined) {
      return { claim, life: "finalize-again", jobId: unasked.id, isJournalled: true };
    }
    return isAttemptDue(claim, now)
      ? { claim, life: "alive", holdsSlot: false, phase: "finishing" }
      : dead(claim, "run-deleted", true);
  }
  const session = findJob(run, claim.issue, "session");
  const finalize = findJob(run, claim.issue, "finalize");
  const cause = causeOfDeath(claim, run, session, finalize, now);
  if (cause !== undefined && mayFinalizeAgain(claim, run, session, finalize)) {
    return { claim, life: "finalize-again", jobId: finalize?.id ?? 0, isJournalled: false };
  }
  if (cause !== undefined) {
    return dead(claim, cause, didStart(claim, session));
  }
  const isOver = claim.finalizeAgainAt !== undefined || session?.status === "completed";
  const isRunning = session?.status === "in_progress";
  return {
    claim,
    life: "alive",
    holdsSlot: !isOver,
    phase: isOver ? "finishing" : isRunning ? "running" : "dispatched",
  };
}

/** The attempt that repeats finalize is asked for after its event, so it may not exist yet. */
function isAttemptDue({ finalizeAgainAt }: Claim, now: string): boolean {
  return (
    finalizeAgainAt !== undefined && waitedSeconds(finalizeAgainAt, now) <= FINALIZE_LIMIT_SECONDS
  );
}

/** A job that was asked for is listed long before that. */
const ASKED_SECONDS = 2 * 60;

/** Returns the finalize job that was to be started again, and has not been [F10]. */
function findUnasked(
  claim: Claim,
  runs: readonly ObservedRun[],
  now: string,
): ObservedJob | undefined {
  const first = findRun(runs, claim);
  const isLate =
    claim.finalizeAgainAt !== undefined &&
    isAttemptDue(claim, now) &&
    waitedSeconds(claim.finalizeAgainAt, now) >= ASKED_SECONDS;
  return isLate && first?.status === "completed" && first.latestAttempt === claim.runAttempt
    ? findJob(first, claim.issue, "finalize")
    : undefined;
}

/** In the attempt that only repeats finalize the session is not run again: it ran before. */
function didStart({ finalizeAgainAt }: Claim, session: ObservedJob | undefined): boolean {
  return (
    finalizeAgainAt !== undefined ||
    (session?.startedAt !== undefined && session.conclusion !== "skipped")
  );
}

/** A job can be started again only when its whole run has ended (GitHub documentation: re-runs). */
function mayFinalizeAgain(
  { finalizeAgainAt }: Claim,
  run: ObservedRun,
  session: ObservedJob | undefined,
  finalize: ObservedJob | undefined,
): boolean {
  return (
    finalizeAgainAt === undefined &&
    run.status === "completed" &&
    session?.conclusion === "success" &&
    finalize !== undefined &&
    finalize.conclusion !== "success"
  );
}

function causeOfDeath(
  claim: Claim,
  run: ObservedRun,
  session: ObservedJob | undefined,
  finalize: ObservedJob | undefined,
  now: string,
): DeathCause | undefined {
  if (run.latestAttempt > run.runAttempt) {
    return "run-superseded";
  }
  if (run.status === "completed") {
    return "run-ended";
  }
  const isSessionOver = claim.finalizeAgainAt !== undefined || session?.status === "completed";
  if (isSessionOver && finalize?.status === "completed") {
    // The run goes on with other legs; only when it has ended can this finalize be started again.
    return finalize.conclusion === "success" || session?.conclusion !== "success"
      ? "leg-ended"
      : undefined;
  }
  if (isSessionOver && finalize?.startedAt === undefined) {
    const since = claim.finalizeAgainAt ?? session?.completedAt ?? claim.at;
    return waitedSeconds(since, now) > FINALIZE_LIMIT_SECONDS ? "finalize-missing" : undefined;
  }
  const waits = !isSessionOver && (session === undefined || session.status === "queued");
  return waits && waitedSeconds(claim.at, now) > START_LIMIT_SECONDS ? NO_RUNNER : undefined;
}

/** What cannot be read counts as no time at all, so nothing dies of it. */
function waitedSeconds(since: string, now: string): number {
  return secondsBetween(since, now) ?? 0;
}

/**
 * Lists the claims that were taken back because no runner took their job, and whose job waits no
 * more: it started, was cancelled, or is gone with its run. Their slots are served again [F54].
 */
export function listServedAgain(
  { offline }: FleetRecord,
  runs: readonly ObservedRun[],
): readonly string[] {
  return offline.flatMap(({ claim }) => {
    const run = findRun(runs, claim);
    const job = findJob(run, claim.issue, "session");
    return job?.status === "queued" && run?.status !== "completed" ? [] : [claim.nonce];
  });
}

function dead(claim: Claim, cause: DeathCause, hasStarted: boolean): ClaimLife {
  return { claim, life: "dead", cause, hasStarted };
}

/** What a dead claim is judged by besides its jobs. */
export interface DeathCircumstances {
  /** What a person wanted of it; it holds although nobody was left to obey. */
  readonly stop: StopReason | undefined;
  readonly at: string;
  readonly policy: RetrySettings;
  /** Uniform in [0, 1). */
  readonly jitter: number;
  /** Says when so many minutes have passed. */
  readonly notBefore: (minutes: number) => string;
  /** Who should have taken the job (`describeRunner`). */
  readonly runner: string;
}

/** What the journal gets for a dead claim: an attempt counts only if its session started. */
export function resultOfDeath(
  death: Extract<ClaimLife, { readonly life: "dead" }>,
  { stop, at, policy, jitter, notBefore, runner }: DeathCircumstances,
): Result {
  const { attempt, slot } = death.claim;
  const how =
    death.cause === NO_RUNNER
      ? `${runner} took the job within ${START_LIMIT_SECONDS / 60} minutes`
      : DEATHS[death.cause];
  const nothing = {
    score: undefined,
    headSha: undefined,
    pullRequest: undefined,
    keptSha: undefined,
    startedAt: undefined,
    notBefore: undefined,
    cause: death.cause,
    at,
  };
  if (stop !== undefined) {
    const detail = `Attempt ${attempt} on ${slot} was to be stopped (${stop}), and was lost (${how}).`;
    const outcome = stop === "cancelled" ? "cancelled" : "returned";
    return { ...nothing, outcome, cause: "cancelled", detail };
  }
  const decision = death.hasStarted
    ? decideRetry(death.cause, attempt, policy, jitter)
    : ({ action: "give-back" } as const);
  const detail = `Attempt ${attempt} on ${slot} was lost (${how}).`;
  switch (decision.action) {
    case "give-back":
      return {
        ...nothing,
        outcome: "returned",
        detail: `Attempt ${attempt} on ${slot} never started (${how}).`,
      };
    case "retry": {
      const { delayMinutes } = decision;
      return { ...nothing, outcome: "retry", detail, notBefore: notBefore(delayMinutes) };
    }
    case "escalate":
      return { ...nothing, outcome: "needs-human", detail };
  }
}

/**
 * Says who should have taken a claim's job, and tells a machine that serves other jobs from one
 * that serves none: whether its runners are online is not ours to ask [F54].
 */
export function describeRunner(
  claim: Claim,
  machines: Configuration["machines"],
  lives: readonly ClaimLife[],
): string {
  const isServing = lives.some(
    (life) =>
      life.life === "alive" && life.phase === "running" && life.claim.machine === claim.machine,
  );
  const labels = machines.find(({ name }) => name === claim.machine)?.labels ?? [];
  return isServing
    ? `no free runner of ${claim.machine}, whose others are busy,`
    : `no runner with the labels ${labels.join(", ") || claim.machine}`;
}

const DEATHS: Readonly<Record<Exclude<DeathCause, typeof NO_RUNNER>, string>> = {
  "run-deleted": "its workflow run was deleted",
  "run-superseded": "its workflow run was started again",
  "run-ended": "its workflow run ended without a result",
  "leg-ended": "both of its jobs ended without a result",
  "finalize-missing": "finalize did not start within 30 minutes",
};
