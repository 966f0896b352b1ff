import { execFile } from "node:child_process";
import { promisify } from "node:util";

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs git without anybody's configuration; returns its output. */
export async function runGit(
  args: readonly string[],
  options: { readonly cwd: string },
): Promise<string> {
  const { stdout } = await promisify(execFile)("git", [...args], {
    cwd: options.cwd,
    maxBuffer: MAX_OUTPUT_BYTES,
    env: {
      PATH: process.env["PATH"],
      HOME: options.cwd,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
    },
  });
  return stdout;
}
