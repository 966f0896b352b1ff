import { emitEngine } from "../shapes/webhook-events.ts";
import type { Actor } from "./access.ts";
import { ApiError } from "./api-error.ts";
import type { Hub } from "./hub.ts";
import { jobsOf, latestAttempt, newAttempt } from "./runs.ts";
import { type Job, type Run } from "./state.ts";

const MAX_ATTEMPTS = 51;
const LONGEST_AGE_MS = 30 * 24 * 3600 * 1000;

/**
 * Begins a new attempt of the run, in which the engine runs the job and what needs it again. The
 * event and its actor stay; who asked becomes the triggering actor.
 */
export function rerunJob(hub: Hub, actor: Actor, run: Run, job: Job): void {
  const { attempt, status } = latestAttempt(run);
  const at = hub.now();
  if (job.attempt !== attempt) {
    throw new ApiError(403, "Only jobs from the current attempt can be re-run");
  }
  if (status !== "completed") {
    throw new ApiError(403, "This workflow run is already running");
  }
  if (attempt >= MAX_ATTEMPTS) {
    throw new ApiError(403, "The maximum number of re-runs has been reached");
  }
  if (Date.parse(at) - Date.parse(run.createdAt) > LONGEST_AGE_MS) {
    const message = "Unable to retry this workflow run because it was created over a month ago";
    throw new ApiError(403, message);
  }
  run.attempts.push(newAttempt(attempt + 1, at, actor.user));
  emitEngine(hub, actor.user, hub.repositoryOf(run), {
    name: "rerun",
    runId: run.id,
    jobKey: job.key,
    ref: `refs/heads/${run.headBranch}`,
    sha: run.headSha,
  });
}

/**
 * Takes jobs of the attempt before over into the newest one, as they ended: the job of that key,
 * its legs and what they call. They get new ids, because a job belongs to one attempt.
 */
export function carryJobs(hub: Hub, run: Run, key: string): void {
  const { attempt } = latestAttempt(run);
  const isMeant = (job: Job): boolean =>
    job.key === key || job.key.startsWith(`${key}/`) || job.key.startsWith(`${key}[`);
  const before = jobsOf(hub, run).filter((job) => job.attempt === attempt - 1 && isMeant(job));
  for (const job of before) {
    const carried: Job = { ...job, id: hub.newId(), attempt };
    hub.state.jobs.set(carried.id, carried);
    run.jobIds.push(carried.id);
  }
}
