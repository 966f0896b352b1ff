import { execFile } from "node:child_process";
import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Variable that every process of a session carries; its value is the claim's nonce. */
export const SESSION_VARIABLE = "WATER_SPIDER_SESSION";

/**
 * A process may start another while the list is read, and a killed one may take its time to go on a
 * busy machine: the list is read until it is empty, for two seconds at most.
 */
const MAX_ROUNDS = 80;
const ROUND_MS = 25;

export interface SweepRequest {
  /** Nonce of the claim. */
  readonly claim: string;
  /** Absolute paths of the session's own directories. */
  readonly directories: readonly string[];
}

/**
 * Ends every process that carries the session's marker, or works in a directory of the session:
 * daemons leave the process group, and one that clears its environment still stands somewhere
 * [F70]. Returns how many were ended.
 */
export async function sweepProcesses({ claim, directories }: SweepRequest): Promise<number> {
  // Where a process stands is said without links.
  const places = await Promise.all(directories.map((one) => realpath(one).catch(() => one)));
  const request = { claim, directories: places };
  const ended = new Set<number>();
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const pids = process.platform === "linux" ? await listLinux(request) : await listMac(request);
    const others = pids.filter((pid) => pid !== process.pid);
    if (others.length === 0) {
      break;
    }
    others.filter((pid) => tryKill(pid)).forEach((pid) => ended.add(pid));
    await sleep(ROUND_MS);
  }
  return ended.size;
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

async function listLinux({ claim, directories }: SweepRequest): Promise<readonly number[]> {
  const entries = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    entries.map(async (entry) => {
      // Of another user's process neither can be read.
      const environment = await readFile(`/proc/${entry}/environ`, "latin1").catch(() => "");
      const cwd = await readlink(`/proc/${entry}/cwd`).catch(() => "");
      const isOurs =
        environment.split("\0").includes(`${SESSION_VARIABLE}=${claim}`) ||
        directories.some((directory) => isInside(cwd, directory));
      return isOurs ? [Number(entry)] : [];
    }),
  );
  return found.flat();
}

function isInside(path: string, directory: string): boolean {
  // Linux says so of a directory that was removed under a process.
  const place = path.replace(/ \(deleted\)$/, "");
  return place === directory || place.startsWith(`${directory}/`);
}

/** macOS shows environments of the same user's processes with `ps e`, and where they are with lsof. */
async function listMac({ claim, directories }: SweepRequest): Promise<readonly number[]> {
  const marker = ` ${SESSION_VARIABLE}=${claim} `;
  const [processes, places] = await Promise.all([
    list("ps", ["axeww", "-o", "pid=,command="]),
    list("lsof", ["-w", "-d", "cwd", "-F", "pn"]),
  ]);
  const marked = processes.split("\n").flatMap((line) => {
    const pid = Number.parseInt(line, 10);
    return `${line} `.includes(marker) && Number.isSafeInteger(pid) ? [pid] : [];
  });
  return [...new Set([...marked, ...parseLsof(places, directories)])];
}

/** Reads `lsof -F pn`: a line `p` and the pid, then lines of its files, `n` and the name. */
function parseLsof(text: string, directories: readonly string[]): readonly number[] {
  let pid = 0;
  const found: number[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("p")) {
      pid = Number(line.slice(1));
    } else if (line.startsWith("n") && directories.some((one) => isInside(line.slice(1), one))) {
      found.push(pid);
    }
  }
  return found;
}

async function list(command: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run(command, args, { maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    // lsof exits with 1 when it could not look at everything; what it saw counts all the same.
    return isObject(error) && typeof error["stdout"] === "string" ? error["stdout"] : "";
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
