import type { Claim } from "../../src/core/journal/records.ts";
import type { ObservedJob, ObservedRun } from "../../src/core/observation.ts";

export interface RunAttempt {
  readonly runId: number;
  readonly runAttempt: number;
}

/** A job of a run attempt, with when the API begins to list it. */
export interface SimJob {
  readonly id: number;
  readonly runAttempt: number;
  readonly name: string;
  /** In seconds of the timeline. */
  readonly listedAt: number;
  status: "queued" | "in_progress" | "completed";
  conclusion: string | undefined;
  startedAt: string | undefined;
  completedAt: string | undefined;
}

/** One claimed issue in one run attempt: a session job, then a finalize job. */
export interface Leg {
  readonly claim: Claim;
  readonly run: SimRun;
  readonly attempt: SimAttempt;
  session: SimJob | undefined;
  finalize: SimJob | undefined;
  /** What its session put out; kept when only finalize is started again. */
  handOff: string | undefined;
  isDone: boolean;
}

export interface SimAttempt {
  readonly number: number;
  readonly jobs: SimJob[];
  readonly legs: Leg[];
  /** Who began it: its event, a tick of ours, or a person. */
  readonly by: "event" | "tick" | "person";
  /** Whether the plan job of this attempt can still hand out legs. */
  isPlanning: boolean;
  isCompleted: boolean;
}

export interface SimRun {
  readonly id: number;
  readonly attempts: SimAttempt[];
  isCancelled: boolean;
  isDeleted: boolean;
}

export function latestOf({ attempts }: SimRun): SimAttempt {
  const latest = attempts.at(-1);
  if (latest === undefined) {
    throw new Error("A run has at least one attempt.");
  }
  return latest;
}

/**
 * A run as the adapter reads it: while one of its listed jobs has not ended, the jobs alone tell;
 * only then the run itself is asked.
 */
export function listRun(run: SimRun | undefined, nowSeconds: number): ObservedRun | undefined {
  if (run === undefined || run.isDeleted) {
    return undefined;
  }
  const jobs = run.attempts
    .flatMap((attempt) => attempt.jobs)
    .filter(({ listedAt, status }) => listedAt <= nowSeconds || status === "completed")
    .map(observedJob);
  const runId = run.id;
  const latest = latestOf(run);
  return jobs.some(({ status }) => status !== "completed")
    ? {
        runId,
        latestAttempt: Math.max(...jobs.map(({ runAttempt }) => runAttempt)),
        status: "in_progress",
        jobs,
      }
    : {
        runId,
        latestAttempt: latest.number,
        status: latest.isCompleted ? "completed" : "in_progress",
        jobs,
      };
}

function observedJob(job: SimJob): ObservedJob {
  const { id, runAttempt, name, status, conclusion, startedAt, completedAt } = job;
  return { id, runAttempt, name, status, conclusion, startedAt, completedAt };
}

/** Whether the session of a claim may still be running, or may still come, in the run attempt of the claim. */
export function mayStillRun(run: SimRun | undefined, { nonce, runAttempt }: Claim): boolean {
  const attempt = run?.attempts.find(({ number }) => number === runAttempt);
  if (run === undefined || run.isDeleted || attempt === undefined || attempt.isCompleted) {
    return false;
  }
  const leg = attempt.legs.find(({ claim }) => claim.nonce === nonce);
  return leg === undefined ? attempt.isPlanning : leg.session?.status !== "completed";
}
