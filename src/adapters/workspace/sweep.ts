import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Variable that every process of a session carries; its value is the claim's nonce. */
export const SESSION_VARIABLE = "WATER_SPIDER_SESSION";

/** A process may start another while the list is read, so the list is read until it is empty. */
const MAX_ROUNDS = 10;

/**
 * Ends every process that carries the session's marker: daemons leave the process group, their
 * environment stays [F70]. Returns how many were ended.
 */
export async function sweepProcesses(claim: string): Promise<number> {
  const marker = `${SESSION_VARIABLE}=${claim}`;
  let ended = 0;
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const pids = process.platform === "linux" ? await listLinux(marker) : await listByPs(marker);
    const killed = pids.filter((pid) => pid !== process.pid && tryKill(pid)).length;
    if (killed === 0) {
      break;
    }
    ended += killed;
  }
  return ended;
}

function tryKill(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    // It ended in between.
    return false;
  }
}

async function listLinux(marker: string): Promise<readonly number[]> {
  const entries = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    entries.map(async (entry) => {
      try {
        const environment = await readFile(`/proc/${entry}/environ`, "latin1");
        return environment.split("\0").includes(marker) ? [Number(entry)] : [];
      } catch {
        return [];
      }
    }),
  );
  return found.flat();
}

/** macOS shows environments of the same user's processes with `ps e`. */
async function listByPs(marker: string): Promise<readonly number[]> {
  const { stdout } = await run("ps", ["axeww", "-o", "pid=,command="], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout
    .split("\n")
    .filter((line) => `${line} `.includes(` ${marker} `))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => Number.isSafeInteger(pid));
}
