import { join } from "node:path";

import type { CompositeAction, NodeAction } from "./action-file.ts";
import { actionInputs } from "./action-inputs.ts";
import type { ResolvedAction } from "./action-resolution.ts";
import type { ActionResult } from "./action-step-result.ts";
import { coerceText } from "./expressions.ts";
import { frameEnvironment, frameScope } from "./frame-scope.ts";
import type { Frame, StepEnding } from "./job-context.ts";
import { runStandIn } from "./stand-in-step.ts";
import { defaultStepName, type ActionStep, type StepDefinition } from "./step-definition.ts";
import { runStepProcess } from "./step-process.ts";
import type { StepWatch } from "./step-watch.ts";
import { evaluateText, evaluateValue } from "./template.ts";
import type { Mapping } from "./value.ts";

/** Runs steps inside a frame; handed in, because composite actions hold steps again. */
export type RunSteps = (frame: Frame, steps: readonly StepDefinition[]) => Promise<void>;

type FileAction = Extract<ResolvedAction, { type: "file" }>;

/** Runs one use of an action. */
export async function runActionStep(
  frame: Frame,
  step: ActionStep,
  env: Readonly<Record<string, string>>,
  watch: StepWatch,
  runSteps: RunSteps,
): Promise<ActionResult> {
  const action = await frame.job.resolver.resolve(step.uses, frame.origin);
  if (action.type === "stand-in") {
    return runStandIn(frame, step, env, action.standIn);
  }
  const { file } = action;
  if (file.type === "composite") {
    return runComposite(frame, step, { ...action, file }, env, watch, runSteps);
  }
  return runNodeAction(frame, step, action, file.main, env, watch);
}

/** Runs the `pre` of an action that has one; its post is registered with it. */
export async function runPre(
  frame: Frame,
  step: ActionStep,
  action: FileAction,
  script: string,
  watch: StepWatch,
): Promise<StepEnding> {
  return (await runNodeAction(frame, step, action, script, {}, watch)).ending;
}

async function runNodeAction(
  frame: Frame,
  step: ActionStep,
  action: FileAction,
  script: string,
  env: Readonly<Record<string, string>>,
  watch: StepWatch,
): Promise<ActionResult> {
  const inputs = actionInputs(frame, step, action.file, env);
  const known = frame.states.get(step);
  const state = known ?? new Map<string, string>();
  frame.states.set(step, state);
  const run = async (file: string, ownWatch: StepWatch): Promise<ActionResult> =>
    runStepProcess(frame, ownWatch, {
      command: frame.job.run.services.nodePath,
      args: [join(action.directory, file)],
      directory: frame.job.directories.workspace,
      env,
      github: actionGithub(step, action),
      action: { inputs, state },
    });
  if (known === undefined && action.file.type === "node") {
    registerPost(frame, step, action.file, async (file, own) => (await run(file, own)).ending);
  }
  frame.job.log.write(`##[group]Run ${step.uses}\n##[endgroup]`);
  return run(script, watch);
}

/** Posts are registered when an action starts, so that they also run when it fails or is killed. */
function registerPost(
  frame: Frame,
  step: ActionStep,
  file: NodeAction,
  run: (file: string, watch: StepWatch) => Promise<StepEnding>,
): void {
  const { post } = file;
  if (post !== undefined) {
    frame.job.posts.push({
      name: `Post ${evaluateText(step.name ?? defaultStepName(step), frameScope(frame))}`,
      condition: file.postCondition,
      frame,
      run: (watch) => run(post, watch),
    });
  }
}

function actionGithub(step: ActionStep, action: FileAction): Mapping {
  const { remote } = action;
  const generated = `__${(remote?.repository ?? "self").replaceAll("/", "_")}`;
  return {
    action: step.id ?? generated,
    ...(remote === undefined
      ? {}
      : { action_repository: remote.repository, action_ref: remote.ref }),
  };
}

async function runComposite(
  frame: Frame,
  step: ActionStep,
  action: FileAction & { readonly file: CompositeAction },
  env: Readonly<Record<string, string>>,
  watch: StepWatch,
  runSteps: RunSteps,
): Promise<ActionResult> {
  const inner: Frame = {
    job: frame.job,
    origin: action.origin,
    steps: new Map(),
    states: new Map(),
    status: "success",
    composite: {
      inputs: actionInputs(frame, step, action.file, env),
      env: { ...frameEnvironment(frame), ...env },
      github: { ...actionGithub(step, action), action_path: action.directory },
      watch,
    },
  };
  await runSteps(inner, action.file.steps);
  const scope = frameScope(inner);
  const outputs = Object.entries(action.file.outputs).map(([name, value]): [string, string] => [
    name,
    coerceText(evaluateValue(value, scope)),
  ]);
  return { ending: inner.status, outputs: Object.fromEntries(outputs) };
}
