import { execFile } from "node:child_process";
import { promisify } from "node:util";

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** Runs git in a repository and returns what it says; throws when it fails. */
export async function readGit(repository: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("git", ["-C", repository, ...args], {
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  return stdout.trimEnd();
}

/** Whether git succeeds, for questions that it answers by its exit code. */
export async function isGitTrue(repository: string, ...args: readonly string[]): Promise<boolean> {
  try {
    await readGit(repository, ...args);
    return true;
  } catch {
    return false;
  }
}
