import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

import type { AgentUsage } from "../../core/session/agent-run.ts";

const run = promisify(execFile);

/** Clock ticks of a second in /proc: the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const MEGABYTE = 1024 * 1024;

interface ProcessSample {
  readonly pid: number;
  readonly parent: number;
  readonly memoryBytes: number;
  /** On Linux with its ended children's. */
  readonly cpuSeconds: number;
}

/**
 * Measures a process with its descendants, whenever it is told to. Between two measurements a peak
 * may pass unseen, and macOS forgets the time of ended children: both figures are lower bounds.
 */
export class UsageMeter {
  readonly #pid: number | undefined;
  #usage: AgentUsage | undefined;
  #pending: Promise<void> = Promise.resolve();

  constructor(pid: number | undefined) {
    this.#pid = pid;
  }

  /** Measures once; a process that is gone changes nothing. */
  async measure(): Promise<void> {
    this.#pending = this.#pending.then(() => this.#sample());
    await this.#pending;
  }

  /** Returns what was measured; `undefined` when the process ended before it could be. */
  async usage(): Promise<AgentUsage | undefined> {
    await this.#pending;
    return this.#usage;
  }

  async #sample(): Promise<void> {
    const samples = await listProcesses();
    const tree = listTree(samples, this.#pid);
    if (tree.length === 0) {
      return;
    }
    const memoryMb = Math.round(sum(tree.map(({ memoryBytes }) => memoryBytes)) / MEGABYTE);
    const cpuSeconds = sum(tree.map((sample) => sample.cpuSeconds));
    this.#usage = {
      peakMemoryMb: Math.max(memoryMb, this.#usage?.peakMemoryMb ?? 0),
      cpuSeconds: Math.max(cpuSeconds, this.#usage?.cpuSeconds ?? 0),
    };
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function listTree(
  samples: readonly ProcessSample[],
  root: number | undefined,
): readonly ProcessSample[] {
  const found = samples.filter(({ pid }) => pid === root);
  const known = new Set(found.map(({ pid }) => pid));
  for (const { pid } of found) {
    // What is found here is looked at later in the same loop.
    for (const child of samples) {
      if (child.parent === pid && !known.has(child.pid)) {
        known.add(child.pid);
        found.push(child);
      }
    }
  }
  return found;
}

async function listProcesses(): Promise<readonly ProcessSample[]> {
  try {
    return process.platform === "linux" ? await listLinux() : await listByPs();
  } catch {
    // A figure for people: without it the session goes on.
    return [];
  }
}

async function listLinux(): Promise<readonly ProcessSample[]> {
  const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
  const samples = await Promise.all(
    pids.map(async (pid) => {
      try {
        const [stat, status] = await Promise.all([
          readFile(`/proc/${pid}/stat`, "latin1"),
          readFile(`/proc/${pid}/status`, "latin1"),
        ]);
        return [parseProc(Number(pid), stat, status)];
      } catch {
        // It ended in between.
        return [];
      }
    }),
  );
  return samples.flat();
}

/** Reads proc(5). The name in `stat` is in brackets and may hold anything; fixed fields follow it. */
function parseProc(pid: number, stat: string, status: string): ProcessSample {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // Field 3 is the first here: 4 is the parent, 14 to 17 are times.
  const ticks = fields.slice(11, 15).map(Number);
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0);
  return {
    pid,
    parent: Number(fields[1]),
    memoryBytes: kilobytes * 1_024,
    cpuSeconds: sum(ticks) / TICKS_PER_SECOND,
  };
}

async function listByPs(): Promise<readonly ProcessSample[]> {
  const { stdout } = await run("ps", ["-axo", "pid=,ppid=,rss=,time="], {
    maxBuffer: 16 * MEGABYTE,
  });
  return stdout.split("\n").flatMap((line) => {
    const [pid, parent, kilobytes, time] = line.trim().split(/\s+/);
    return time === undefined
      ? []
      : [
          {
            pid: Number(pid),
            parent: Number(parent),
            memoryBytes: Number(kilobytes) * 1_024,
            cpuSeconds: parsePsTime(time),
          },
        ];
  });
}

/** Reads `ps -o time`: `[days-][hours:]minutes:seconds`. */
function parsePsTime(time: string): number {
  const [clock = "", days = "0"] = time.split("-").toReversed();
  return (
    clock.split(":").reduce((seconds, part) => seconds * 60 + Number(part), 0) +
    Number(days) * 86_400
  );
}
