import { execFile } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Command lines of the processes that have `mark` in their environment, their command line or the
 * path of their working directory, this one left out.
 */
export async function listProcesses(mark: string): Promise<readonly string[]> {
  return process.platform === "linux" ? await listByProc(mark) : await listByPs(mark);
}

async function listByProc(mark: string): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
      const directory = await readlink(`/proc/${pid}/cwd`).catch(() => "");
      const isOurs = [command, environment, directory].some((fact) => fact.includes(mark));
      return isOurs ? [`${pid}: ${command.replaceAll("\0", " ")}`] : [];
    }),
  );
  return found.flat();
}

/** macOS: `-E` adds the environment of one's own processes to the command line. */
async function listByPs(mark: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-axEww", "-o", "pid=,command="], {
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  return stdout
    .split("\n")
    .filter((line) => line.includes(mark) && Number.parseInt(line, 10) !== process.pid);
}
