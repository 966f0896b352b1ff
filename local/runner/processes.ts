import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable } from "node:stream";

import { tryKill } from "./orphans.ts";

/** How long the runner waits at each rung of the cancel ladder, in milliseconds. */
export interface Grace {
  /** From SIGINT to SIGTERM. */
  readonly interruptMs: number;
  /** From SIGTERM to the kill. */
  readonly terminateMs: number;
  /** How long the output of an ended process is awaited that its descendants still hold open. */
  readonly drainMs: number;
}

/** The real runner's periods. */
export const REAL_GRACE: Grace = { interruptMs: 7500, terminateMs: 2500, drainMs: 5000 };

export interface ProcessRequest {
  /** The job whose step this is. */
  readonly jobId: number;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly onLine: (line: string) => void;
}

export interface RunningProcess {
  /** The exit code; 128 + n for a process that signal n ended, as a shell reports it. */
  readonly exitCode: Promise<number>;
  /** Climbs the cancel ladder on the direct child alone, as the real runner does. */
  readonly interrupt: () => void;
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** The child processes of an engine. Each leads a group of its own, so that `killAll` finds it. */
export class ProcessTable {
  readonly #grace: Grace;
  /** Job by process id. */
  readonly #groups = new Map<number, number>();
  readonly #draining = new Set<() => void>();
  #closed = false;

  constructor(grace: Grace) {
    this.#grace = grace;
  }

  start(request: ProcessRequest): RunningProcess {
    if (this.#closed) {
      throw new Error("The engine has stopped; no process starts any more.");
    }
    const child = spawn(request.command, [...request.args], {
      cwd: request.directory,
      env: { ...request.environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const timers: NodeJS.Timeout[] = [];
    if (child.pid !== undefined) {
      this.#groups.set(child.pid, request.jobId);
    }
    readLines(child.stdout, request.onLine);
    readLines(child.stderr, request.onLine);
    const exitCode = this.#exitCode(child, timers);
    const interrupt = (): void => {
      child.kill("SIGINT");
      const terminate = setTimeout(() => {
        child.kill("SIGTERM");
        timers.push(setTimeout(() => child.kill("SIGKILL"), this.#grace.terminateMs));
      }, this.#grace.interruptMs);
      timers.push(terminate);
    };
    return { exitCode, interrupt };
  }

  /** Settles when the output is read as well, or when the drain period is over. */
  #exitCode(
    child: ChildProcessByStdio<null, Readable, Readable>,
    timers: NodeJS.Timeout[],
  ): Promise<number> {
    const { pid } = child;
    return new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => {
        const finish = (): void => {
          timers.forEach(clearTimeout);
          this.#draining.delete(giveUp);
          if (pid !== undefined) {
            this.#groups.delete(pid);
          }
          resolve(code ?? 128 + (SIGNAL_NUMBERS[signal ?? ""] ?? 0));
        };
        const giveUp = (): void => {
          child.stdout.destroy();
          child.stderr.destroy();
          finish();
        };
        child.once("close", finish);
        if (this.#closed) {
          giveUp();
        } else {
          this.#draining.add(giveUp);
          timers.push(setTimeout(giveUp, this.#grace.drainMs));
        }
      });
    });
  }

  /** Kills what a job's step runs now, with its group: nothing of it can react. */
  killStep(jobId: number): void {
    for (const [pid, owner] of this.#groups) {
      if (owner === jobId) {
        tryKill(-pid, "SIGKILL");
      }
    }
  }

  /** Kills every process and its group at once, without the ladder, and lets no other start. */
  killAll(): void {
    this.#closed = true;
    for (const pid of this.#groups.keys()) {
      tryKill(-pid, "SIGKILL");
    }
    for (const giveUp of this.#draining) {
      giveUp();
    }
  }
}

/** Calls back per line; the rest after the last line break is a line too. */
function readLines(stream: Readable, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      onLine(line.replace(/\r$/, ""));
    }
  });
  stream.once("close", () => {
    if (rest !== "") {
      onLine(rest);
    }
  });
}
