import { execFile } from "node:child_process";
import { promisify } from "node:util";

import type { Configuration } from "../../core/configuration.ts";
import { listPrograms, type MachineFacts } from "../../core/session/preflight.ts";
import { findSandbox } from "../sandbox/find-sandbox.ts";

const run = promisify(execFile);

export interface InspectOptions {
  /** What the runner told its job. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How much later it is here than at GitHub; `undefined` = GitHub did not say. */
  readonly aheadSeconds: number | undefined;
}

/** Prints the programs that the shell does not know, builtins counted as known. */
const MISSING = 'for name in "$@"; do type -t -- "$name" > /dev/null || echo "$name"; done';

/** Looks at the machine: git, the programs of the configured commands, sandbox. */
export async function inspectMachine(
  { environment, aheadSeconds }: InspectOptions,
  { prepare, checks }: Pick<Configuration, "prepare" | "checks">,
): Promise<MachineFacts> {
  const path = environment["PATH"] ?? "";
  const env = { PATH: path };
  const programs = listPrograms([...prepare.commands, ...Object.values(checks)]);
  const [git, missing, sandbox] = await Promise.all([
    tryRun("git", ["--version"], env),
    // With a socket for its input, as here, bash would read .bashrc and with it another PATH.
    tryRun("bash", ["--norc", "-c", MISSING, "bash", ...programs], env),
    findSandbox(path),
  ]);
  return {
    runner: environment["RUNNER_NAME"] ?? "",
    os: environment["RUNNER_OS"] ?? "",
    arch: environment["RUNNER_ARCH"] ?? "",
    environment: environment["RUNNER_ENVIRONMENT"] ?? "",
    path,
    git: git?.trim(),
    aheadSeconds,
    sandbox,
    missingPrograms: (missing ?? "bash").split("\n").filter((name) => name !== ""),
  };
}

async function tryRun(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  try {
    return (await run(program, args, { env, timeout: 15_000 })).stdout;
  } catch {
    return undefined;
  }
}
