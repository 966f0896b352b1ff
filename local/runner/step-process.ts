import {
  CommandFileError,
  CommandFiles,
  parseCommandFile,
  parsePathFile,
} from "./command-files.ts";
import { GITHUB_VARIABLES } from "./contexts.ts";
import { coerceText } from "./expressions.ts";
import { frameEnvironment } from "./frame-scope.ts";
import type { Frame, StepEnding } from "./job-context.ts";
import { StepOutput } from "./step-output.ts";
import type { StepWatch } from "./step-watch.ts";
import { isMapping, type Mapping } from "./value.ts";

export interface StepProcess {
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  /** Overrides of the `github` context, such as `action_path`. */
  readonly github: Mapping;
  /** Inputs, state and services that only JavaScript actions get; `undefined` for scripts. */
  readonly action:
    | {
        readonly inputs: Readonly<Record<string, string>>;
        readonly state: Map<string, string>;
      }
    | undefined;
}

export interface StepProcessResult {
  readonly ending: StepEnding;
  readonly exitCode: number;
  readonly outputs: Mapping;
}

const LARGEST_SUMMARY_BYTES = 1024 * 1024;

/** Runs one process of a step and takes in what it printed and wrote to its command files. */
export async function runStepProcess(
  frame: Frame,
  watch: StepWatch,
  step: StepProcess,
): Promise<StepProcessResult> {
  const { job } = frame;
  const files = new CommandFiles(job.directories.temporary);
  const output = new StepOutput(job.log, job.masker);
  const running = job.run.services.processes.start({
    jobId: job.jobId,
    command: step.command,
    args: step.args,
    directory: step.directory,
    environment: processEnvironment(frame, step, files),
    onLine: (line) => output.accept(line),
  });
  const unsubscribe = watch.onStop(running.interrupt);
  const exitCode = await running.exitCode.finally(unsubscribe);
  const readable = takeIn(frame, files, output);
  for (const [name, value] of output.state) {
    step.action?.state.set(name, value);
  }
  files.remove();
  const succeeded = exitCode === 0 && readable && !output.failed;
  const ending = succeeded ? "success" : "failure";
  return {
    ending: watch.reason === undefined ? ending : stopped(watch),
    exitCode,
    outputs: Object.fromEntries(output.outputs),
  };
}

function stopped(watch: StepWatch): StepEnding {
  return watch.reason === "timed-out" ? "failure" : "cancelled";
}

function processEnvironment(
  frame: Frame,
  step: StepProcess,
  files: CommandFiles,
): Record<string, string> {
  const { job } = frame;
  const environment: Record<string, string> = {
    ...job.inherited,
    CI: "true",
    ...frameEnvironment(frame),
    ...step.env,
  };
  for (const [name, value] of Object.entries(step.action?.inputs ?? {})) {
    environment[`INPUT_${name.replaceAll(" ", "_").toUpperCase()}`] = value;
  }
  const path = [...job.prepended.toReversed(), environment["PATH"] ?? ""];
  environment["PATH"] = path.filter((part) => part !== "").join(":");
  const shared = isMapping(job.contexts["github"]) ? job.contexts["github"] : {};
  const github = { ...shared, ...frame.composite?.github, ...step.github };
  for (const key of GITHUB_VARIABLES) {
    const value = github[key];
    if (value !== undefined) {
      environment[`GITHUB_${key.toUpperCase()}`] = coerceText(value);
    }
  }
  Object.assign(environment, job.fixed, files.environment());
  if (step.action !== undefined) {
    Object.assign(environment, job.forActions);
    for (const [name, value] of step.action.state) {
      environment[`STATE_${name}`] = value;
    }
  }
  return environment;
}

/** Reads the command files, also after a failure; returns whether all of them were readable. */
function takeIn(frame: Frame, files: CommandFiles, output: StepOutput): boolean {
  const { job } = frame;
  takeSummary(frame, files.read("summary"));
  job.prepended.push(...parsePathFile(files.read("path")));
  const readers: readonly ["output" | "state" | "env", (name: string, value: string) => void][] = [
    ["output", (name, value) => output.outputs.set(name, value)],
    ["state", (name, value) => output.state.set(name, value)],
    ["env", (name, value) => setVariable(frame, name, value)],
  ];
  let readable = true;
  for (const [file, set] of readers) {
    try {
      for (const [name, value] of parseCommandFile(files.read(file))) {
        set(name, value);
      }
    } catch (error) {
      if (!(error instanceof CommandFileError)) {
        throw error;
      }
      readable = false;
      job.log.annotate("error", `Unable to process file command '${file}' successfully.`);
      job.log.annotate("error", error.message);
    }
  }
  return readable;
}

function setVariable(frame: Frame, name: string, value: string): void {
  if (name.toUpperCase() === "NODE_OPTIONS") {
    throw new CommandFileError(`Can't store ${name} output parameter using '$GITHUB_ENV' command.`);
  }
  frame.job.exported.set(name, value);
}

function takeSummary(frame: Frame, markdown: string): void {
  if (Buffer.byteLength(markdown) > LARGEST_SUMMARY_BYTES) {
    const size = Math.ceil(Buffer.byteLength(markdown) / 1024);
    frame.job.log.annotate(
      "error",
      `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${size}k.`,
    );
  } else if (markdown !== "") {
    frame.job.log.summarize(markdown);
  }
}
