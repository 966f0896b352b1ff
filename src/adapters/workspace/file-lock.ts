import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { uptime } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 50;

/** Nobody holds a lock longer than the longest fetch. */
const MAX_WAIT_MS = 30 * 60_000;

/** The clock may have been set since the machine started. */
const BOOT_SLACK_MS = 60_000;

/**
 * Runs `work` while this process holds the lock file; others on the machine wait. A lock whose
 * process is gone is taken over, because a killed runner cannot give it back.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  for (let waitedMs = 0; !(await tryCreate(path)); waitedMs += POLL_MS) {
    if (waitedMs > MAX_WAIT_MS) {
      throw new Error(
        `The lock ${path} was not given back within ${MAX_WAIT_MS / 60_000} minutes. ` +
          "Remove that file when no run of this machine is fetching.",
      );
    }
    await removeIfOrphaned(path);
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** Creates a file that names this process; false when it exists already. It is never seen empty. */
export async function tryCreate(path: string): Promise<boolean> {
  const own = `${path}.${randomUUID()}`;
  await writeFile(own, String(process.pid));
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      return false;
    }
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

async function removeIfOrphaned(path: string): Promise<void> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text !== undefined && (await isOrphaned(path, text))) {
    await takeAway(path, text);
  }
}

/**
 * Tells whether nobody can give the lock back: its process is gone, it is older than the machine's
 * start (numbers of processes come again), or it names none, which only a power failure can leave.
 */
async function isOrphaned(path: string, text: string): Promise<boolean> {
  const pid = Number(text);
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isRunning(pid)) {
    return true;
  }
  const modifiedMs = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Infinity,
  );
  return modifiedMs < Date.now() - uptime() * 1_000 - BOOT_SLACK_MS;
}

/** Whether the process that made this file with `tryCreate` still runs; false when it is not there. */
export async function isHeld(path: string): Promise<boolean> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text !== undefined && !(await isOrphaned(path, text));
}

/** Moves the file aside first: another one may have taken the lock over since it was read. */
async function takeAway(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, "utf8")) !== text) {
      await link(aside, path);
    }
  } catch {
    // It was taken away by somebody else: the next look tells.
  } finally {
    await rm(aside, { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
