import type { ActionResult } from "./action-step-result.ts";
import { frameScope } from "./frame-scope.ts";
import type { Frame } from "./job-context.ts";
import type { StandIn } from "./stand-ins/stand-in.ts";
import type { ActionStep } from "./step-definition.ts";
import { evaluateTexts } from "./template.ts";
import { UnsupportedError } from "./unsupported.ts";

/** Runs a stand-in inside the engine; what it throws fails the step. */
export async function runStandIn(
  frame: Frame,
  step: ActionStep,
  env: Readonly<Record<string, string>>,
  standIn: StandIn,
): Promise<ActionResult> {
  const { job } = frame;
  const { services, event, runId } = job.run;
  const given = evaluateTexts(step.with, frameScope(frame, env));
  const unknown = Object.keys(given).find((name) => !(name in standIn.inputs));
  if (unknown !== undefined) {
    throw new UnsupportedError(`${step.uses}: the input '${unknown}' is not emulated offline.`);
  }
  const outputs: Record<string, string> = {};
  job.log.write(`##[group]Run ${step.uses}\nStand-in: ${standIn.differs}.\n##[endgroup]`);
  await standIn.run({
    inputs: { ...standIn.inputs, ...given },
    runId,
    repository: event.repository,
    ref: event.ref,
    sha: event.sha,
    workspace: job.directories.workspace,
    token: job.token,
    gitUrl: (repository) => services.github.gitUrl(repository),
    artifacts: services.artifacts,
    log: (line) => job.log.write(line),
    warn: (message) => job.log.annotate("warning", message),
    setOutput: (name, value) => {
      outputs[name] = value;
    },
  });
  return { ending: "success", outputs };
}
