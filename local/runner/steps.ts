import { runActionStep, runPre } from "./action-step.ts";
import { isTruthy } from "./expressions.ts";
import { frameScope, frameStatus } from "./frame-scope.ts";
import type { Frame, JobContext, StepConclusion, StepEnding } from "./job-context.ts";
import { runScriptStep } from "./script-step.ts";
import { defaultStepName, type StepDefinition } from "./step-definition.ts";
import { StepWatch } from "./step-watch.ts";
import { evaluateCondition, evaluateTemplate, evaluateText, evaluateTexts } from "./template.ts";
import { UnsupportedError } from "./unsupported.ts";
import type { Mapping, Value } from "./value.ts";

/** Runs the steps of a job or of a composite action, one after the other. */
export async function runSteps(frame: Frame, steps: readonly StepDefinition[]): Promise<void> {
  for (const step of steps) {
    if (frame.job.run.services.halt.requested) {
      frame.status = "cancelled";
      return;
    }
    await runStep(frame, step);
  }
}

interface StepBody {
  readonly ending: StepEnding;
  readonly outputs: Mapping;
}

async function runStep(frame: Frame, step: StepDefinition): Promise<void> {
  const { log } = frame.job;
  const name = stepName(frame, step);
  const wanted = tryOr(frame, undefined, () =>
    evaluateCondition(step.condition, frameScope(frame)),
  );
  if (wanted === false) {
    record(frame, step, "skipped", "skipped", {});
    log.stepFinished(name, "skipped");
    return;
  }
  log.stepStarted(name);
  const { ending, outputs }: StepBody =
    wanted === undefined ? { ending: "failure", outputs: {} } : await runBody(frame, step);
  const tolerated =
    ending === "failure" &&
    tryOr(frame, false, () => isTruthy(evaluateLoose(step.continueOnError, frame)));
  const conclusion = tolerated ? "success" : ending;
  record(frame, step, ending, conclusion, outputs);
  if (conclusion !== "success") {
    frame.status = frame.status === "cancelled" ? "cancelled" : conclusion;
  }
  log.stepFinished(name, conclusion);
}

function stepName(frame: Frame, step: StepDefinition): string {
  const template = step.name ?? defaultStepName(step);
  return tryOr(frame, template, () => evaluateText(template, frameScope(frame)));
}

/** Outputs of a step without id cannot be named, so they are dropped. */
function record(
  frame: Frame,
  step: StepDefinition,
  outcome: StepConclusion,
  conclusion: StepConclusion,
  outputs: Mapping,
): void {
  if (step.id !== undefined) {
    frame.steps.set(step.id, { outcome, conclusion, outputs });
  }
}

/** Evaluates; a failure becomes an annotation and the fallback. */
function tryOr<T>(frame: Frame, fallback: T, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (error) {
    frame.job.log.annotate("error", messageOf(error));
    return fallback;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function evaluateLoose(value: Value, frame: Frame): Value {
  return typeof value === "string" ? evaluateTemplate(value, frameScope(frame)) : value;
}

async function runBody(frame: Frame, step: StepDefinition): Promise<StepBody> {
  const watch = new StepWatch();
  const release = watchStep(frame, watch, step.condition);
  const timer = startTimer(frame, step, watch);
  try {
    const env = evaluateTexts(step.env, frameScope(frame));
    if (step.type === "script") {
      return await runScriptStep(frame, step, env, watch);
    }
    return await runActionStep(frame, step, env, watch, runSteps);
  } catch (error) {
    frame.job.log.annotate("error", messageOf(error));
    return { ending: "failure", outputs: {} };
  } finally {
    release();
    clearTimeout(timer);
  }
}

/** A cancelled job asks each running step's `if` again: `always()` and `cancelled()` go on. */
function watchStep(frame: Frame, watch: StepWatch, condition: string | undefined): () => void {
  const stopUnlessWanted = (): void => {
    const goesOn = tryOr(frame, false, () => evaluateCondition(condition, frameScope(frame)));
    if (!goesOn) {
      watch.stop("cancelled");
    }
  };
  const { composite, job } = frame;
  if (composite !== undefined) {
    return composite.watch.onStop(() => {
      if (composite.watch.reason === "timed-out") {
        watch.stop("timed-out");
      } else {
        frame.status = "cancelled";
        stopUnlessWanted();
      }
    });
  }
  // What starts after the wish to cancel was let through by its `if`.
  return job.cancellation.requested
    ? () => undefined
    : job.cancellation.onRequest(stopUnlessWanted);
}

function startTimer(
  frame: Frame,
  step: StepDefinition,
  watch: StepWatch,
): NodeJS.Timeout | undefined {
  if (step.timeoutMinutes === null) {
    return undefined;
  }
  const { job } = frame;
  const minutes = Number(evaluateLoose(step.timeoutMinutes, frame));
  return setTimeout(() => {
    job.log.annotate(
      "error",
      `The action '${stepName(frame, step)}' has timed out after ${minutes} minutes.`,
    );
    watch.stop("timed-out");
  }, minutes * job.run.services.minuteMs);
}

/** Finds all actions before the first step, as GitHub does, and runs their `pre`. */
export async function prepareActions(
  frame: Frame,
  steps: readonly StepDefinition[],
): Promise<void> {
  for (const step of steps) {
    if (step.type !== "action" || step.uses.startsWith("./")) {
      continue;
    }
    const action = await frame.job.resolver.resolve(step.uses, frame.origin);
    if (action.type === "file" && action.file.type === "composite") {
      await prepareNested(frame.job, { ...frame, origin: action.origin }, action.file.steps);
    }
    if (action.type === "file" && action.file.type === "node" && action.file.pre !== undefined) {
      const { pre, preCondition } = action.file;
      await runOutside(frame, `Pre ${stepName(frame, step)}`, preCondition, (watch) =>
        runPre(frame, step, action, pre, watch),
      );
    }
  }
}

async function prepareNested(
  job: JobContext,
  frame: Frame,
  steps: readonly StepDefinition[],
): Promise<void> {
  for (const step of steps) {
    if (step.type !== "action" || step.uses.startsWith("./")) {
      continue;
    }
    const action = await job.resolver.resolve(step.uses, frame.origin);
    if (action.type === "file" && action.file.type === "composite") {
      await prepareNested(job, { ...frame, origin: action.origin }, action.file.steps);
    } else if (action.type === "file" && action.file.type === "node" && action.file.pre) {
      throw new UnsupportedError(`${step.uses}: 'pre' inside a composite action is not emulated.`);
    }
  }
}

/** Runs the posts of all actions that started, the last first. */
export async function runPosts(frame: Frame): Promise<void> {
  const { job } = frame;
  for (let post = job.posts.pop(); post !== undefined; post = job.posts.pop()) {
    if (job.run.services.halt.requested) {
      return;
    }
    const { name, condition, frame: own, run } = post;
    await runOutside(frame, name, condition, run, own);
  }
}

async function runOutside(
  frame: Frame,
  name: string,
  condition: string,
  run: (watch: StepWatch) => Promise<StepEnding>,
  scopeFrame: Frame = frame,
): Promise<void> {
  const { log } = frame.job;
  const scope = { ...frameScope(scopeFrame), functions: frameScope(frame).functions ?? {} };
  if (!tryOr(frame, false, () => evaluateCondition(condition, scope))) {
    return;
  }
  log.stepStarted(name);
  const watch = new StepWatch();
  const release = watchStep(frame, watch, condition);
  let ending: StepEnding = "failure";
  try {
    ending = await run(watch);
  } catch (error) {
    log.annotate("error", messageOf(error));
  } finally {
    release();
  }
  if (ending !== "success" && frameStatus(frame) === "success") {
    frame.status = ending;
  }
  log.stepFinished(name, ending);
}
