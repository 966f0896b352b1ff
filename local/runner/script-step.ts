import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { frameScope } from "./frame-scope.ts";
import type { Frame } from "./job-context.ts";
import type { ScriptStep } from "./step-definition.ts";
import { runStepProcess, type StepProcessResult } from "./step-process.ts";
import type { StepWatch } from "./step-watch.ts";
import { evaluateText } from "./template.ts";
import { UnsupportedError } from "./unsupported.ts";

/** Shell name to command line; `default` is what a step without shell gets. */
const SHELLS: Readonly<Record<string, readonly string[]>> = {
  default: ["bash", "-e", "{0}"],
  bash: ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "{0}"],
  sh: ["sh", "-e", "{0}"],
};

/** Runs the text of a `run` step as a script file. */
export async function runScriptStep(
  frame: Frame,
  step: ScriptStep,
  env: Readonly<Record<string, string>>,
  watch: StepWatch,
): Promise<StepProcessResult> {
  const { job } = frame;
  const scope = frameScope(frame, env);
  const defaults = frame.composite === undefined ? job.defaults : undefined;
  const script = evaluateText(step.script, scope);
  const directory = evaluateText(step.workingDirectory ?? defaults?.workingDirectory ?? ".", scope);
  const file = join(job.directories.temporary, `${randomUUID()}.sh`);
  const [command = "bash", ...args] = commandLine(step.shell ?? defaults?.shell, file);
  job.log.write(`##[group]Run ${script.trim().split("\n")[0]}`);
  job.log.write(`${script.trimEnd()}\n##[endgroup]`);
  writeFileSync(file, script);
  const result = await runStepProcess(frame, watch, {
    command,
    args,
    directory: resolve(job.directories.workspace, directory),
    env,
    github: { action: step.id ?? "__run" },
    action: undefined,
  });
  rmSync(file, { force: true });
  if (result.exitCode !== 0 && watch.reason === undefined) {
    job.log.annotate("error", `Process completed with exit code ${result.exitCode}.`);
  }
  return result;
}

function commandLine(shell: string | undefined, file: string): readonly string[] {
  const template = SHELLS[shell ?? "default"] ?? shell?.split(" ");
  if (template === undefined || !template.includes("{0}")) {
    throw new UnsupportedError(`The key 'shell' with '${shell}' is not emulated.`);
  }
  return template.map((part) => (part === "{0}" ? file : part));
}
