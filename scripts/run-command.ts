import { spawn } from "node:child_process";

import { PROJECT_ROOT } from "./project-root.ts";

/** How a command ended: its exit code (1 when a signal ended it) and what it printed, both streams in order. */
export interface CommandResult {
  readonly exitCode: number;
  readonly output: string;
  readonly seconds: number;
}

/**
 * Runs a command in the folder of the repository with no standard input. With `show` the output
 * goes straight to the terminal and `output` stays empty.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly show?: boolean } = {},
): Promise<CommandResult> {
  const start = performance.now();
  const stdio = options.show === true ? "inherit" : "pipe";
  const child = spawn(command, args, { cwd: PROJECT_ROOT, stdio: ["ignore", stdio, stdio] });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
  }

  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      resolve(code ?? 1);
    });
  });

  return { exitCode, output: chunks.join(""), seconds: (performance.now() - start) / 1000 };
}

/** Runs jobs with at most `lanes` of them at a time; results come in the order of the jobs. */
export async function runInLanes<Job, Result>(
  jobs: readonly Job[],
  lanes: number,
  run: (job: Job) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const waiting = jobs.entries();
  const lane = async (): Promise<void> => {
    for (const [index, job] of waiting) {
      results.set(index, await run(job));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}
