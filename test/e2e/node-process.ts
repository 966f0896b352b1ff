import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

export const PROJECT = join(import.meta.dirname, "../..");
export const REHEARSE = join(PROJECT, "build/local/rehearse.js");

export interface Ended {
  /** `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Everything that it has written to stderr so far. */
  readonly stderr: () => string;
}

/** Starts a Node program of this project, without anything that this test runner has in its environment. */
export function startNode(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
  cwd = PROJECT,
): Started {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ exitCode: code ?? undefined, stdout, stderr }));
  });
  return { child, ended, stderr: () => stderr };
}
