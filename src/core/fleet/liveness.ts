import { finalizeAttempt } from "../journal/claims.ts";
import { NO_RUNNER } from "../journal/fold-fleet.ts";
import type { Claim, FleetRecord, JournalState } from "../journal/records.ts";
import type { ObservedJob, ObservedRun } from "../observation.ts";
import { secondsBetween } from "../text/instant.ts";
import { askedSince, newestOurs } from "./our-attempts.ts";
import { findJob, findRun } from "./run-jobs.ts";

/** A job that no runner took for so long means that none will. */
export const START_LIMIT_SECONDS = 15 * 60;

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
      /** The attempt of its run that this begins. */
      readonly runAttempt: number;
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
  { issues, fleet }: JournalState,
  runs: readonly ObservedRun[],
  now: string,
): readonly ClaimLife[] {
  const lives = [...issues.values()].flatMap(({ claim }) =>
    claim === undefined ? [] : [judgeClaim(claim, { fleet, run: findRun(runs, claim.runId), now })],
  );
  return oneTurnEach(lives);
}

interface Sight {
  readonly fleet: FleetRecord;
  /** `undefined` = it was deleted. */
  readonly run: ObservedRun | undefined;
  readonly now: string;
}

function judgeClaim(claim: Claim, sight: Sight): ClaimLife {
  const { finalizeAgainAt } = claim;
  const { run } = sight;
  if (finalizeAgainAt !== undefined) {
    return judgeAgain(claim, finalizeAgainAt, sight);
  }
  return run === undefined ? dead(claim, "run-deleted", true) : judgeFirst(claim, run, sight);
}

function judgeFirst(claim: Claim, run: ObservedRun, { fleet, now }: Sight): ClaimLife {
  const { issue, runId, runAttempt } = claim;
  // What an attempt of ours did not run again ended as it did before.
  const ours = { from: runAttempt, to: newestOurs(fleet, claim) };
  const session = findJob(run, issue, "session", ours);
  const finalize = findJob(run, issue, "finalize", ours);
  const cause =
    run.latestAttempt > ours.to
      ? "run-superseded"
      : causeOfDeath(claim, run, session, finalize, now);
  if (cause === undefined) {
    const isOver = session?.status === "completed";
    const isRunning = session?.status === "in_progress";
    const phase = isOver ? "finishing" : isRunning ? "running" : "dispatched";
    return { claim, life: "alive", holdsSlot: !isOver, phase };
  }
  if (
    cause !== "run-ended" ||
    finalize === undefined ||
    !isWorthFinalizing(session, finalize, now)
  ) {
    return dead(claim, cause, didStart(session));
  }
  const asked = askedSince(fleet, runId, run.latestAttempt);
  return asked !== undefined && isAttemptDue(asked, now)
    ? finishing(claim)
    : {
        claim,
        life: "finalize-again",
        jobId: finalize.id,
        runAttempt: run.latestAttempt + 1,
        isJournalled: false,
      };
}

/** Judges a claim whose finalize was to be started again: it has its turn once. */
function judgeAgain(claim: Claim, since: string, { run, now }: Sight): ClaimLife {
  const runAttempt = finalizeAttempt(claim);
  if (run === undefined || run.latestAttempt < runAttempt) {
    if (!isAttemptDue(since, now)) {
      return dead(claim, run === undefined ? "run-deleted" : "finalize-missing", true);
    }
    const unasked = findUnasked(claim, since, run, now);
    return unasked === undefined
      ? finishing(claim)
      : { claim, life: "finalize-again", jobId: unasked.id, runAttempt, isJournalled: true };
  }
  if (run.latestAttempt > runAttempt) {
    return dead(claim, "run-superseded", true);
  }
  if (run.status === "completed") {
    return dead(claim, "run-ended", true);
  }
  const finalize = findJob(run, claim.issue, "finalize", { from: runAttempt });
  if (finalize?.status === "completed") {
    return dead(claim, "leg-ended", true);
  }
  return finalize?.startedAt === undefined && !isAttemptDue(since, now)
    ? dead(claim, "finalize-missing", true)
    : finishing(claim);
}

/** GitHub starts one job of a run again at a time: of several dead finalizes each has its turn [F10]. */
function oneTurnEach(lives: readonly ClaimLife[]): readonly ClaimLife[] {
  const firsts = new Map<number, ClaimLife>();
  for (const life of lives) {
    const { runId, issue } = life.claim;
    const first = firsts.get(runId);
    if (life.life === "finalize-again" && (first === undefined || issue < first.claim.issue)) {
      firsts.set(runId, life);
    }
  }
  return lives.map((life) =>
    life.life === "finalize-again" && firsts.get(life.claim.runId) !== life
      ? finishing(life.claim)
      : life,
  );
}

/** The attempt that repeats a finalize is asked for after its event, so it may not exist yet. */
function isAttemptDue(since: string, now: string): boolean {
  return waitedSeconds(since, now) <= FINALIZE_LIMIT_SECONDS;
}

/** A job that was asked for is listed long before that. */
const ASKED_SECONDS = 2 * 60;

/** Returns the finalize job that was to be started again, and has not been [F10]. */
function findUnasked(
  { issue, runAttempt }: Claim,
  since: string,
  run: ObservedRun | undefined,
  now: string,
): ObservedJob | undefined {
  return run?.status === "completed" && waitedSeconds(since, now) >= ASKED_SECONDS
    ? findJob(run, issue, "finalize", { from: runAttempt })
    : undefined;
}

/** In an attempt that only repeats finalize no session is run again: it ran before. */
function didStart(session: ObservedJob | undefined): boolean {
  return session?.startedAt !== undefined && session.conclusion !== "skipped";
}

/**
 * What a session hands over is kept for 3 days (`session.yml`); two hours before that no finalize
 * is waited for any more.
 */
const HANDOFF_SECONDS = 70 * 3_600;

/** Whether a finalize that ended without a result would find what its session handed over. */
function isWorthFinalizing(
  session: ObservedJob | undefined,
  finalize: ObservedJob,
  now: string,
): boolean {
  return (
    session?.conclusion === "success" &&
    finalize.conclusion !== "success" &&
    waitedSeconds(session.completedAt ?? now, now) <= HANDOFF_SECONDS
  );
}

/** Judges a claim in an attempt that is its own or ours. */
function causeOfDeath(
  claim: Claim,
  run: ObservedRun,
  session: ObservedJob | undefined,
  finalize: ObservedJob | undefined,
  now: string,
): DeathCause | undefined {
  if (run.status === "completed") {
    return "run-ended";
  }
  const isSessionOver = session?.status === "completed";
  if (isSessionOver && finalize?.status === "completed") {
    // The run goes on with other legs; only when it has ended can this finalize be started again.
    return isWorthFinalizing(session, finalize, now) ? undefined : "leg-ended";
  }
  if (isSessionOver && finalize?.startedAt === undefined) {
    const since = session.completedAt ?? claim.at;
    return isAttemptDue(since, now) ? undefined : "finalize-missing";
  }
  const waits = session === undefined || session.status === "queued";
  return waits && waitedSeconds(claim.at, now) > START_LIMIT_SECONDS ? NO_RUNNER : undefined;
}

/** What cannot be read counts as no time at all, so nothing dies of it. */
function waitedSeconds(since: string, now: string): number {
  return secondsBetween(since, now) ?? 0;
}

/**
 * Lists the claims that were taken back because no runner took their job, and whose job waits no
 * more, in no attempt of its run: it started, was cancelled, or is gone with its run. Their slots are served again [F54].
 */
export function listServedAgain(
  { offline }: FleetRecord,
  runs: readonly ObservedRun[],
): readonly string[] {
  return offline.flatMap(({ claim }) => {
    const { issue, runId, runAttempt } = claim;
    const run = findRun(runs, runId);
    const job = findJob(run, issue, "session", { from: runAttempt });
    return job?.status === "queued" && run?.status !== "completed" ? [] : [claim.nonce];
  });
}

/** Its session has ended, and its finalize is under way or will have its turn. */
function finishing(claim: Claim): ClaimLife {
  return { claim, life: "alive", holdsSlot: false, phase: "finishing" };
}

function dead(claim: Claim, cause: DeathCause, hasStarted: boolean): ClaimLife {
  return { claim, life: "dead", cause, hasStarted };
}
