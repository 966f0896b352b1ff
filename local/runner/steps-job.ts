import { randomUUID } from "node:crypto";
import { join } from "node:path";

import { ActionResolver } from "./action-resolution.ts";
import type { Cancellation } from "./cancellation.ts";
import { coerceText, isTruthy } from "./expressions.ts";
import { frameScope, frameStatus } from "./frame-scope.ts";
import type { Frame, JobContext } from "./job-context.ts";
import type { StepsJob } from "./job-definition.ts";
import {
  actionServices,
  fixedEnvironment,
  inheritedEnvironment,
  makeDirectories,
  runnerContext,
  writeEvent,
} from "./job-environment.ts";
import { JobLog } from "./job-log.ts";
import { reportEnded, reportQueued, reportStarted } from "./job-reports.ts";
import type { JobOutcome, Leg, Level } from "./leg.ts";
import { Masker } from "./masking.ts";
import { killOrphans } from "./orphans.ts";
import type { RunContext } from "./run-context.ts";
import type { Runner } from "./runner-pool.ts";
import { prepareActions, runPosts, runSteps } from "./steps.ts";
import { evaluateTexts, evaluateValue } from "./template.ts";
import { isSequence, type Mapping } from "./value.ts";

const CANCELLED: JobOutcome = { result: "cancelled", outputs: {} };

/** Runs a job with steps: waits for a runner, runs, cleans up. */
export async function runStepsJob(
  run: RunContext,
  level: Level,
  job: StepsJob,
  leg: Leg,
): Promise<JobOutcome> {
  const { pool, emit, halt } = run.services;
  const wanted = evaluateValue(job.runsOn, leg.scope);
  const labels = isSequence(wanted) ? wanted.map(coerceText) : [coerceText(wanted)];
  const jobId = await reportQueued(run, leg, labels);
  if (!pool.canServe(labels)) {
    const message = `${leg.name}: no runner carries the labels ${labels.join(", ")}, so the job waits.`;
    emit({ type: "annotation", runId: run.runId, jobId, level: "warning", message });
  }
  const runner = await waitForRunner(run, leg, labels);
  if (runner === undefined || halt.requested) {
    await reportEnded(run, leg, "cancelled");
    if (runner !== undefined) {
      pool.release(runner);
    }
    return CANCELLED;
  }
  try {
    await reportStarted(run, leg, jobId, runner.name, labels);
    return await runOn(runner, { run, level, job, leg, jobId });
  } finally {
    pool.release(runner);
  }
}

async function waitForRunner(
  run: RunContext,
  leg: Leg,
  labels: readonly string[],
): Promise<Runner | undefined> {
  const pending = run.services.pool.acquire(labels);
  const withdrawUnlessWanted = (): void => {
    if (!leg.goesOn()) {
      pending.withdraw();
    }
  };
  const unsubscribe = leg.cancellation.onRequest(withdrawUnlessWanted);
  const unsubscribeHalt = run.services.halt.onRequest(pending.withdraw);
  return pending.runner.finally(() => {
    unsubscribe();
    unsubscribeHalt();
  });
}

interface Assignment {
  readonly run: RunContext;
  readonly level: Level;
  readonly job: StepsJob;
  readonly leg: Leg;
  readonly jobId: number;
}

async function runOn(runner: Runner, assignment: Assignment): Promise<JobOutcome> {
  const { run, level, job, leg, jobId } = assignment;
  const { github, emit, workDirectory, halt } = run.services;
  const permissions = level.tree.permissions.get(job.id) ?? {};
  const { repository } = run.event;
  const token = await github.createJobToken({ repository, permissions, runId: run.runId, jobId });
  const masker = new Masker();
  for (const secret of [token, ...Object.values(level.secrets)]) {
    masker.add(secret);
  }
  const file = `${leg.key.replaceAll(/[^\w.-]+/g, "_")}.log`;
  const attempt = run.runAttempt === 1 ? "" : `-${run.runAttempt}`;
  const path = join(workDirectory, "logs", `run-${run.runId}${attempt}`, file);
  const log = new JobLog({ path, emit, masker, runId: run.runId, jobId });
  const trackingId = `github_${randomUUID()}`;
  const cancellation = leg.cancellation.child(leg.goesOn);
  halt.onRequest(() => cancellation.request());
  const timer = startJobTimer(assignment, runner, log, cancellation);
  let outcome: JobOutcome = { result: "failure", outputs: {} };
  try {
    const setup = { ...assignment, runner, token, masker, log, trackingId, cancellation };
    outcome = await runAllSteps(await openJob(setup), job, level);
  } catch (error) {
    log.annotate("error", error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
    for (const pid of await killOrphans(trackingId)) {
      log.write(`Terminate orphan process: pid (${pid})`);
    }
    log.close();
    if (!halt.requested) {
      await github.deleteJobToken(token);
    }
  }
  await reportEnded(run, leg, outcome.result, path);
  return tolerate(job, leg, outcome);
}

function startJobTimer(
  { run, job, leg }: Assignment,
  runner: Runner,
  log: JobLog,
  cancellation: Cancellation,
): NodeJS.Timeout {
  const minutes = Number(evaluateValue(job.timeoutMinutes, leg.scope));
  return setTimeout(() => {
    log.annotate(
      "error",
      `The job running on runner ${runner.name} has exceeded the maximum execution time of ${minutes} minutes.`,
    );
    cancellation.request();
  }, minutes * run.services.minuteMs);
}

interface Setup extends Assignment {
  readonly runner: Runner;
  readonly token: string;
  readonly masker: Masker;
  readonly log: JobLog;
  readonly trackingId: string;
  readonly cancellation: Cancellation;
}

async function openJob(setup: Setup): Promise<JobContext> {
  const { run, level, job, leg, jobId, runner, token, trackingId } = setup;
  const { file } = level.tree;
  const directories = await makeDirectories(run, runner);
  const github: Mapping = {
    ...run.github,
    token,
    job: job.id,
    workspace: directories.workspace,
    event_path: await writeEvent(run, directories),
  };
  const workflow = file.origin;
  const contexts = {
    ...leg.scope.contexts,
    github,
    secrets: { ...level.secrets, github_token: token },
    runner: runnerContext(runner, directories),
    job: {
      check_run_id: jobId,
      workflow_repository: workflow.repository,
      workflow_sha: workflow.sha,
      workflow_ref: `${workflow.repository}/${file.path}@${workflow.ref}`,
      workflow_file_path: file.path,
    },
  };
  const workflowEnv = evaluateTexts(file.env, { contexts });
  const jobEnv = evaluateTexts(job.env, { contexts: { ...contexts, env: workflowEnv } });
  const cacheMode =
    level.cacheMode === "none" ? "none" : (job.cacheMode ?? file.cacheMode ?? level.cacheMode);
  const forActions = actionServices(run, jobId, cacheMode);
  setup.masker.add(forActions["ACTIONS_RUNTIME_TOKEN"] ?? "");
  return {
    run,
    jobId,
    runner,
    directories,
    log: setup.log,
    masker: setup.masker,
    cancellation: setup.cancellation,
    token,
    resolver: new ActionResolver(run.services.cache, directories.workspace),
    defaults: {
      shell: job.defaults.shell ?? file.defaults.shell,
      workingDirectory: job.defaults.workingDirectory ?? file.defaults.workingDirectory,
    },
    contexts,
    inherited: inheritedEnvironment(run, runner),
    fixed: fixedEnvironment(runner, directories, trackingId),
    forActions,
    env: { ...workflowEnv, ...jobEnv },
    exported: new Map(),
    prepended: [],
    posts: [],
  };
}

async function runAllSteps(context: JobContext, job: StepsJob, level: Level): Promise<JobOutcome> {
  const frame: Frame = {
    job: context,
    origin: level.tree.file.origin,
    steps: new Map(),
    states: new Map(),
    status: "success",
    composite: undefined,
  };
  await prepareActions(frame, job.steps);
  await runSteps(frame, job.steps);
  const outputs = jobOutputs(frame, job);
  await runPosts(frame);
  return { result: frameStatus(frame), outputs };
}

/** Evaluates `outputs`; one that holds a secret is dropped, an empty one is none. */
function jobOutputs(frame: Frame, job: StepsJob): Mapping {
  const { log, masker } = frame.job;
  const outputs: Record<string, string> = {};
  const values = evaluateTexts(job.outputs, frameScope(frame));
  for (const [name, value] of Object.entries(values)) {
    if (masker.mask(value) !== value) {
      log.annotate("warning", `Skip output '${name}' since it may contain secret.`);
    } else if (value !== "") {
      outputs[name] = value;
    }
  }
  return outputs;
}

/** What the rest of the run sees: with `continue-on-error` a failure counts as success. */
function tolerate(job: StepsJob, leg: Leg, outcome: JobOutcome): JobOutcome {
  const tolerated = isTruthy(evaluateValue(job.continueOnError, leg.scope));
  return outcome.result === "failure" && tolerated ? { ...outcome, result: "success" } : outcome;
}
