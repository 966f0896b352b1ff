import { dispatchInputs } from "./call-interface.ts";
import { Cancellation } from "./cancellation.ts";
import { githubContext } from "./contexts.ts";
import type { Conclusion } from "./engine-events.ts";
import type { GitHubEvent } from "./github-connection.ts";
import { runGrouped } from "./grouped.ts";
import { runJobs, type JobOutcomes } from "./jobs.ts";
import { combineResults, type JobOutcome, type Level } from "./leg.ts";
import type { LocatedFile } from "./references.ts";
import type { Rerun } from "./reruns.ts";
import type { EngineServices, RunContext } from "./run-context.ts";
import { evaluateText } from "./template.ts";
import { InvalidFileError, UnsupportedError } from "./unsupported.ts";
import { parseWorkflowFile } from "./workflow-file.ts";
import { loadWorkflowTree, type WorkflowTree } from "./workflow-tree.ts";

export interface RunRequest {
  readonly runId: number;
  readonly runNumber: number;
  /** 1 for a new run; a re-run keeps the id and raises it. */
  readonly runAttempt: number;
  /** Login of who started this attempt. */
  readonly triggeringActor: string;
  readonly event: GitHubEvent;
  readonly located: LocatedFile;
  readonly cancellation: Cancellation;
  /** What a re-run repeats, with the files of the first attempt; absent: all of the workflow. */
  readonly again: { readonly rerun: Rerun; readonly tree: WorkflowTree } | undefined;
}

/** What a re-run needs of the attempt before. */
export interface EndedAttempt {
  readonly request: RunRequest;
  readonly tree: WorkflowTree;
  readonly outcomes: ReadonlyMap<string, JobOutcome>;
}

/**
 * Runs a workflow from its file to its conclusion, and reports it. Returns what a re-run needs;
 * `undefined` when the run could not start.
 */
export async function runWorkflow(
  services: EngineServices,
  request: RunRequest,
): Promise<EndedAttempt | undefined> {
  const { github, emit, halt } = services;
  const { runId } = request;
  let conclusion: Conclusion;
  let ended: EndedAttempt | undefined;
  try {
    ({ conclusion, ended } = await conclude(services, request));
  } catch (error) {
    if (!(error instanceof InvalidFileError || error instanceof UnsupportedError)) {
      throw error;
    }
    const { message } = error;
    emit({ type: "annotation", runId, jobId: undefined, level: "error", message });
    conclusion = "startup_failure";
  }
  if (!halt.requested) {
    await github.updateRun(runId, { status: "completed", conclusion });
  }
  emit({ type: "run-finished", runId, conclusion });
  return ended;
}

async function conclude(
  services: EngineServices,
  request: RunRequest,
): Promise<{ readonly conclusion: Conclusion; readonly ended: EndedAttempt }> {
  const { located, event, runId, cancellation, again } = request;
  const file = parseWorkflowFile(located.text, located.path, located.origin);
  const context = githubContext(request, event, file, services.github.endpoints);
  const outcomes = new Map(again?.rerun.outcomes);
  const run: RunContext = { ...request, services, github: context, outcomes };
  const scope = { contexts: { github: context, vars: services.variables, inputs: {} } };
  const inputs =
    event.name === "workflow_dispatch" ? dispatchInputs(event.inputs, file, scope) : {};
  const runScope = { contexts: { ...scope.contexts, inputs } };
  services.emit({
    type: "run-queued",
    runId,
    workflowPath: file.path,
    workflowName: file.name,
    title: file.runName === undefined ? file.name : evaluateText(file.runName, runScope),
    event: event.name,
  });
  const tree = again?.tree ?? (await loadWorkflowTree(located, services.cache));
  const level = topLevel(run, tree, inputs, again?.rerun);
  const jobs = await runGrouped(services, {
    definition: file.concurrency,
    scope: runScope,
    heldGroups: [],
    cancellation,
    goesOn: () => false,
    work: async (heldGroups) => start(run, { ...level, heldGroups }),
  });
  return {
    conclusion: jobs === undefined ? "cancelled" : conclusionOf(jobs, cancellation),
    ended: { request, tree, outcomes },
  };
}

function topLevel(
  run: RunContext,
  tree: WorkflowTree,
  inputs: Level["inputs"],
  rerun: Rerun | undefined,
): Level {
  return {
    tree,
    namePrefix: "",
    keyPrefix: "",
    inputs,
    secrets: run.services.secrets,
    cancellation: run.cancellation,
    heldGroups: [],
    cacheMode: tree.file.cacheMode,
    rerun,
  };
}

async function start(run: RunContext, level: Level): Promise<JobOutcomes> {
  const { services, runId } = run;
  await services.github.updateRun(runId, { status: "in_progress" });
  services.emit({ type: "run-started", runId });
  return runJobs(run, level);
}

function conclusionOf(outcomes: JobOutcomes, cancellation: Cancellation): Conclusion {
  const result = combineResults([...outcomes.values()].map((outcome) => outcome.result));
  return cancellation.requested && result !== "success" ? "cancelled" : result;
}
