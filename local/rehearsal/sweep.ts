import { execFile } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/**
 * Kills every process of ours that belongs to the rehearsal in `folder`: one that has the folder's
 * path in its environment, its command line or as its working directory. Agents and their commands
 * run in process groups of their own, so the tree of children does not find them.
 */
export async function killProcessesOf(folder: string): Promise<void> {
  const pids = process.platform === "linux" ? await findByProc(folder) : await findByPs(folder);
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself in the meantime.
    }
  }
}

async function findByProc(folder: string): Promise<readonly number[]> {
  const names = await readdir("/proc");
  const pids = names.map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const belongs = await Promise.all(
    pids.map(async (pid) => {
      const facts = await Promise.all([
        readFile(`/proc/${pid}/environ`, "utf8").catch(() => ""),
        readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
        readlink(`/proc/${pid}/cwd`).catch(() => ""),
      ]);
      return facts.some((fact) => fact.includes(folder));
    }),
  );
  return pids.filter((_, index) => belongs[index]);
}

/** macOS: `-E` adds the environment of one's own processes to the command line. */
async function findByPs(folder: string): Promise<readonly number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-axEww", "-o", "pid=,command="], {
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  return stdout
    .split("\n")
    .filter((line) => line.includes(folder))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => pid > 0 && pid !== process.pid);
}
