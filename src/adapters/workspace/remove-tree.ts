import { execFile } from "node:child_process";
import { lstat } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Removes a directory with everything in it, also what was made unwritable, or immutable as its
 * owner may on macOS. Throws an error that names what stays.
 */
export async function removeTree(path: string): Promise<void> {
  if ((await isAbsent(path)) || (await isGone("rm", ["-rf", "--", path], path))) {
    return;
  }
  if (process.platform === "darwin") {
    await isGone("chflags", ["-R", "-h", "nouchg,nouappnd", path], path);
  }
  await isGone("chmod", ["-R", "u+rwX", path], path);
  if (!(await isGone("rm", ["-rf", "--", path], path))) {
    throw new Error(`${path} cannot be removed. Remove it on the machine, then run this again.`);
  }
}

/** Runs a command, however it ends, and tells whether the path is gone. */
async function isGone(command: string, args: readonly string[], path: string): Promise<boolean> {
  await run(command, [...args]).catch(() => undefined);
  return await isAbsent(path);
}

async function isAbsent(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => false,
    (error: unknown) => error instanceof Error && "code" in error && error.code === "ENOENT",
  );
}
