import { emitEngine } from "../shapes/webhook-events.ts";
import type { Actor } from "./access.ts";
import { ApiError } from "./api-error.ts";
import { found, type Hub } from "./hub.ts";
import {
  type Job,
  type Repository,
  type Run,
  type RunAttempt,
  type User,
  type WorkflowRecord,
} from "./state.ts";

export interface NewRun {
  readonly workflowPath: string;
  readonly workflowName: string;
  readonly event: string;
  readonly actor: User;
  readonly headSha: string;
  readonly headBranch: string;
}

/** Creates a queued run with the next run number of its workflow. */
export function createRun(hub: Hub, repository: Repository, input: NewRun): Run {
  const workflow = (repository.workflows[input.workflowPath] ??= newWorkflow(hub));
  const at = hub.now();
  const run: Run = {
    id: hub.newId(),
    repositoryId: repository.id,
    number: ++workflow.lastRunNumber,
    workflowId: workflow.id,
    workflowPath: input.workflowPath,
    workflowName: input.workflowName,
    event: input.event,
    actorId: input.actor.id,
    headSha: input.headSha,
    headBranch: input.headBranch,
    createdAt: at,
    attempts: [newAttempt(1, at, input.actor)],
    jobIds: [],
  };
  hub.state.runs.set(run.id, run);
  return run;
}

export function newAttempt(attempt: number, at: string, triggeringActor: User): RunAttempt {
  return {
    attempt,
    startedAt: at,
    triggeringActorId: triggeringActor.id,
    status: "queued",
    conclusion: undefined,
    updatedAt: at,
  };
}

/** The newest attempt: what a run is asked for without a number. */
export function latestAttempt(run: Run): RunAttempt {
  return found(run.attempts.at(-1));
}

function newWorkflow(hub: Hub): WorkflowRecord {
  return { id: hub.newId(), lastRunNumber: 0 };
}

/** What the engine reports about a job; the key tells jobs of one run apart. */
export interface JobReport {
  readonly key: string;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | undefined;
  readonly startedAt: string | undefined;
  readonly completedAt: string | undefined;
  readonly runnerName: string | undefined;
  readonly labels: readonly string[] | undefined;
}

/** Creates the job of that key in the newest attempt, or brings it up to date. */
export function reportJob(hub: Hub, run: Run, report: JobReport): Job {
  const jobs = jobsOf(hub, run, latestAttempt(run));
  const job = jobs.find((it) => it.key === report.key) ?? createJob(hub, run, report);
  job.name = report.name;
  job.status = report.status;
  job.conclusion = report.conclusion ?? job.conclusion;
  job.startedAt = report.startedAt ?? job.startedAt;
  job.completedAt = report.completedAt ?? job.completedAt;
  job.runnerName = report.runnerName ?? job.runnerName;
  job.labels = report.labels ?? job.labels;
  return job;
}

function createJob(hub: Hub, run: Run, report: JobReport): Job {
  const job: Job = {
    id: hub.newId(),
    runId: run.id,
    attempt: latestAttempt(run).attempt,
    key: report.key,
    createdAt: hub.now(),
    name: report.name,
    status: report.status,
    conclusion: undefined,
    startedAt: undefined,
    completedAt: undefined,
    runnerName: undefined,
    labels: [],
  };
  hub.state.jobs.set(job.id, job);
  run.jobIds.push(job.id);
  return job;
}

/** The jobs of one attempt, or without one of all attempts. */
export function jobsOf(hub: Hub, run: Run, attempt?: RunAttempt): Job[] {
  return run.jobIds
    .flatMap((id) => hub.state.jobs.get(id) ?? [])
    .filter((job) => attempt === undefined || job.attempt === attempt.attempt);
}

/** Asks the engine to cancel the run; the run ends when the engine says so. */
export function cancelRun(hub: Hub, actor: Actor, run: Run): void {
  if (latestAttempt(run).status === "completed") {
    throw new ApiError(409, "Cannot cancel a workflow run that is completed.");
  }
  emitEngine(hub, actor.user, hub.repositoryOf(run), {
    name: "cancel",
    runId: run.id,
    ref: `refs/heads/${run.headBranch}`,
    sha: run.headSha,
  });
}
