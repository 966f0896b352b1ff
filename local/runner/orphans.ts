import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Enough for processes that end slowly; one that forks faster than this is not to be caught. */
const PASSES = 50;
const PAUSE_MS = 4;

/**
 * Kills every process whose environment carries the job's tracking id, and waits until they are
 * gone; returns their ids. One that is just starting a program shows no environment for a moment,
 * hence nobody may be seen twice in a row.
 */
export async function killOrphans(trackingId: string): Promise<readonly number[]> {
  const killed = new Set<number>();
  let clean = 0;
  for (let pass = 0; pass < PASSES && clean < 2; pass += 1) {
    const found = await listTracked(trackingId);
    for (const pid of found) {
      killed.add(pid);
      tryKill(pid, "SIGKILL");
    }
    clean = found.length === 0 ? clean + 1 : 0;
    await setTimeout(PAUSE_MS);
  }
  return [...killed];
}

/** Sends a signal to a process, or to a group when negative; one that is gone is no error. */
export function tryKill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone, which is what the caller wants.
  }
}

async function listTracked(trackingId: string): Promise<readonly number[]> {
  const mark = `RUNNER_TRACKING_ID=${trackingId}`;
  return process.platform === "linux" ? listByProc(mark) : listByPs(mark);
}

async function listByProc(mark: string): Promise<readonly number[]> {
  const entries = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    entries.map(async (pid) => {
      try {
        const environment = await readFile(`/proc/${pid}/environ`, "utf8");
        return environment.split("\0").includes(mark) ? Number(pid) : undefined;
      } catch {
        // Ended meanwhile, or somebody else's.
        return undefined;
      }
    }),
  );
  return found.filter((pid) => pid !== undefined);
}

async function listByPs(mark: string): Promise<readonly number[]> {
  const { stdout } = await execute("ps", ["eww", "-axo", "pid=,command="], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout
    .split("\n")
    .filter((line) => line.split(" ").includes(mark))
    .map((line) => Number.parseInt(line.trim(), 10));
}
