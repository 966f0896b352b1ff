import { callInputs } from "./call-interface.ts";
import type { Cancellation } from "./cancellation.ts";
import { ExpressionFailure, type ExpressionFunction, type Scope } from "./expressions.ts";
import { runGrouped } from "./grouped.ts";
import type { CallJob, JobDefinition } from "./job-definition.ts";
import { reportEnded } from "./job-reports.ts";
import { combineResults, type JobOutcome, type JobResult, type Leg, type Level } from "./leg.ts";
import { carry, isInLeg, shareOf } from "./reruns.ts";
import type { RunContext } from "./run-context.ts";
import { runStepsJob } from "./steps-job.ts";
import { evaluateStrategy, legName } from "./strategy.ts";
import { evaluateCondition, evaluateMapping, evaluateTexts } from "./template.ts";
import { InvalidFileError, UnsupportedError } from "./unsupported.ts";
import { isMapping, mappingAt, type Mapping } from "./value.ts";

export type JobOutcomes = ReadonlyMap<string, JobOutcome>;

/** Runs all jobs of a workflow file, each as soon as those it needs have ended. */
export async function runJobs(run: RunContext, level: Level): Promise<JobOutcomes> {
  const started = new Map<string, Promise<JobOutcome>>();
  for (const job of level.tree.file.jobs) {
    started.set(job.id, runOrCarry(run, level, job, started));
  }
  const outcomes = [...started].map(async ([id, outcome]): Promise<[string, JobOutcome]> => [
    id,
    await outcome,
  ]);
  return new Map(await Promise.all(outcomes));
}

async function runOrCarry(
  run: RunContext,
  level: Level,
  job: JobDefinition,
  started: ReadonlyMap<string, Promise<JobOutcome>>,
): Promise<JobOutcome> {
  const key = `${level.keyPrefix}${job.id}`;
  const outcome =
    level.rerun !== undefined && shareOf(level, job) === "none"
      ? await carry(run, level.rerun, key)
      : await runJob(run, level, job, started);
  run.outcomes.set(key, outcome);
  return outcome;
}

async function runJob(
  run: RunContext,
  level: Level,
  job: JobDefinition,
  started: ReadonlyMap<string, Promise<JobOutcome>>,
): Promise<JobOutcome> {
  const ancestors = new Map<string, JobOutcome>();
  for (const id of ancestorsOf(job, level.tree.file.jobs)) {
    const outcome = await started.get(id);
    if (outcome !== undefined) {
      ancestors.set(id, outcome);
    }
  }
  const needs = job.needs.map((id): [string, Mapping] => [id, { ...ancestors.get(id) }]);
  const scope: Scope = {
    contexts: {
      github: run.github,
      inputs: level.inputs,
      vars: run.services.variables,
      needs: Object.fromEntries(needs),
    },
    functions: statusFunctions([...ancestors.values()], level.cancellation),
  };
  const unexpanded = {
    key: `${level.keyPrefix}${job.id}`,
    name: `${level.namePrefix}${job.name ?? job.id}`,
  };
  try {
    if (run.services.halt.requested) {
      return { result: "cancelled", outputs: {} };
    }
    if (!evaluateCondition(job.condition, scope)) {
      await reportEnded(run, unexpanded, "skipped");
      return { result: "skipped", outputs: {} };
    }
    return await runLegs(run, level, job, scope);
  } catch (error) {
    await reportFailedStart(run, unexpanded, error);
    return { result: "failure", outputs: {} };
  }
}

/** A job whose file or expressions are wrong fails; anything else is a mistake of the engine. */
async function reportFailedStart(
  run: RunContext,
  leg: Pick<Leg, "key" | "name">,
  error: unknown,
): Promise<void> {
  const expected =
    error instanceof InvalidFileError ||
    error instanceof UnsupportedError ||
    error instanceof ExpressionFailure;
  if (!expected) {
    throw error;
  }
  const message = `${leg.name}: ${error.message}`;
  const { runId } = run;
  run.services.emit({ type: "annotation", runId, jobId: undefined, level: "error", message });
  await reportEnded(run, leg, "failure");
}

function ancestorsOf(job: JobDefinition, jobs: readonly JobDefinition[]): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (id: string): void => {
    if (!found.has(id)) {
      found.add(id);
      jobs.find((candidate) => candidate.id === id)?.needs.forEach(visit);
    }
  };
  job.needs.forEach(visit);
  return found;
}

/** At job level success() and failure() look at all ancestors; a skipped one is no success. */
export function statusFunctions(
  ancestors: readonly JobOutcome[],
  cancellation: Cancellation,
): Readonly<Record<string, ExpressionFunction>> {
  return {
    always: () => true,
    cancelled: () => cancellation.requested,
    success: () => !cancellation.requested && ancestors.every(({ result }) => result === "success"),
    failure: () => ancestors.some(({ result }) => result === "failure"),
  };
}

async function runLegs(
  run: RunContext,
  level: Level,
  job: JobDefinition,
  scope: Scope,
): Promise<JobOutcome> {
  const strategy = evaluateStrategy(job, scope);
  const total = strategy.matrices.length;
  const siblings = level.cancellation.child();
  const cancelledScope: Scope = {
    ...scope,
    functions: { ...scope.functions, cancelled: () => true, success: () => false },
  };
  const goesOn = (): boolean => evaluateCondition(job.condition, cancelledScope);
  const legs = strategy.matrices.map((matrix, index): Leg => {
    const contexts = {
      ...scope.contexts,
      matrix,
      strategy: {
        "fail-fast": strategy.failFast,
        "job-index": index,
        "job-total": total,
        "max-parallel": strategy.maxParallel,
      },
    };
    const legScope: Scope = { contexts, functions: scope.functions ?? {} };
    const suffix = job.strategy === undefined ? "" : `[${index}]`;
    return {
      name: `${level.namePrefix}${legName(job, matrix, legScope)}`,
      key: `${level.keyPrefix}${job.id}${suffix}`,
      scope: legScope,
      cancellation: siblings.child(),
      goesOn,
    };
  });
  const outcomes: JobOutcome[] = [];
  const rerun = shareOf(level, job) === "part" ? level.rerun : undefined;
  await eachLimited(legs, strategy.maxParallel, async (leg) => {
    const outcome =
      rerun === undefined || isInLeg(rerun, leg.key)
        ? await runLeg(run, { ...level, rerun }, job, leg)
        : await carry(run, rerun, leg.key);
    run.outcomes.set(leg.key, outcome);
    outcomes.push(outcome);
    if (outcome.result === "failure" && strategy.failFast) {
      siblings.request();
    }
  });
  return combineOutcomes(outcomes);
}

/** The last leg to finish wins an output, but an empty text does not overwrite. */
function combineOutcomes(outcomes: readonly JobOutcome[]): JobOutcome {
  const outputs: Record<string, Mapping[string]> = {};
  for (const [name, value] of outcomes.flatMap((outcome) => Object.entries(outcome.outputs))) {
    if (value !== "" || !(name in outputs)) {
      outputs[name] = value;
    }
  }
  return { result: combineResults(outcomes.map(({ result }) => result)), outputs };
}

async function eachLimited<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}

async function runLeg(
  run: RunContext,
  level: Level,
  job: JobDefinition,
  leg: Leg,
): Promise<JobOutcome> {
  const cancelled: JobOutcome = { result: "cancelled", outputs: {} };
  const levelCancelled = level.cancellation.requested;
  // A wish that was there before the job's `if` was asked has been answered by it.
  if (leg.cancellation.requested && !(levelCancelled && leg.goesOn())) {
    await reportEnded(run, leg, "cancelled");
    return cancelled;
  }
  try {
    const outcome = await runGrouped(run.services, {
      definition: job.concurrency,
      scope: leg.scope,
      heldGroups: level.heldGroups,
      cancellation: leg.cancellation,
      goesOn: leg.goesOn,
      work: async (heldGroups) =>
        job.type === "call"
          ? runCall(run, { ...level, heldGroups }, job, leg)
          : runStepsJob(run, level, job, leg),
    });
    if (outcome === undefined) {
      await reportEnded(run, leg, "cancelled");
    }
    return outcome ?? cancelled;
  } catch (error) {
    await reportFailedStart(run, leg, error);
    return { result: "failure", outputs: {} };
  }
}

async function runCall(run: RunContext, level: Level, job: CallJob, leg: Leg): Promise<JobOutcome> {
  const tree = level.tree.called.get(job.id);
  if (tree === undefined) {
    throw new Error(`The workflow that job '${job.id}' calls was not loaded.`);
  }
  const { github = {}, vars = {} } = leg.scope.contexts;
  const secretScope = { contexts: { ...leg.scope.contexts, secrets: level.secrets } };
  const inputs = callInputs(evaluateMapping(job.with, leg.scope), tree.file, {
    contexts: { github, vars, inputs: level.inputs },
  });
  const called: Level = {
    tree,
    namePrefix: `${leg.name} / `,
    keyPrefix: `${leg.key}/`,
    inputs,
    secrets: job.secrets === "inherit" ? level.secrets : evaluateTexts(job.secrets, secretScope),
    cancellation: leg.cancellation.child(leg.goesOn),
    heldGroups: level.heldGroups,
    cacheMode: level.cacheMode === "none" ? "none" : (job.cacheMode ?? level.cacheMode),
    rerun: level.rerun,
  };
  const outcomes = await runGrouped(run.services, {
    definition: tree.file.concurrency,
    scope: { contexts: { github, vars, inputs } },
    heldGroups: called.heldGroups,
    cancellation: called.cancellation,
    goesOn: leg.goesOn,
    work: async (heldGroups) => runJobs(run, { ...called, heldGroups }),
  });
  if (outcomes === undefined) {
    return { result: "cancelled", outputs: {} };
  }
  const results: readonly JobResult[] = [...outcomes.values()].map(({ result }) => result);
  return { result: combineResults(results), outputs: callOutputs(run, called, outcomes) };
}

function callOutputs(run: RunContext, level: Level, outcomes: JobOutcomes): Mapping {
  const declared = mappingAt(level.tree.file.on["workflow_call"] ?? {}, "outputs");
  const jobs = Object.fromEntries(
    [...outcomes].map(([id, outcome]): [string, Mapping] => [id, { ...outcome }]),
  );
  const values = Object.entries(declared).map(([name, output]) => [
    name,
    isMapping(output) ? (output["value"] ?? "") : "",
  ]);
  return evaluateTexts(Object.fromEntries(values), {
    contexts: { github: run.github, vars: run.services.variables, inputs: level.inputs, jobs },
  });
}
