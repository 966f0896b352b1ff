import { spawn } from "node:child_process";

import type { AbortSignalLike } from "../../ports/agent.ts";
import type { CommandRun } from "../../ports/workspace.ts";

const TAIL = 8_000;

/** How long the output may stay open after the command has ended. */
const DRAIN_MS = 500;

export interface CommandOptions {
  readonly cwd: string;
  readonly environment: Record<string, string>;
  readonly limitMs: number;
  /** Ends the command when it is aborted. */
  readonly stop: AbortSignalLike | undefined;
  readonly clock: () => Date;
}

/** Runs a command line in a process group of its own and ends all of it at the limit. */
export function runCommand(
  [program = "", ...args]: readonly string[],
  options: CommandOptions,
): Promise<CommandRun> {
  const startedMs = options.clock().getTime();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.environment,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let tail = "";
    let timedOut = false;
    const keep = (chunk: Buffer): void => {
      tail = (tail + chunk.toString("utf8")).slice(-TAIL);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    let isOver = false;
    const end = (): void => {
      // The number of a group that is gone may belong to somebody else by now.
      if (!isOver) {
        killGroup(child.pid);
      }
    };
    options.stop?.addEventListener("abort", end, { once: true });
    if (options.stop?.aborted === true) {
      end();
    }
    const limit = setTimeout(() => {
      timedOut = true;
      end();
    }, options.limitMs);
    child.once("error", (error) => {
      clearTimeout(limit);
      reject(error);
    });
    child.once("exit", (code) => {
      clearTimeout(limit);
      end();
      isOver = true;
      const seconds = (options.clock().getTime() - startedMs) / 1000;
      const finish = (): void => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ exitCode: code ?? undefined, timedOut, seconds, tail });
      };
      // Its last words may still be on their way; a daemon that it left may hold its output open.
      const drained = setTimeout(finish, DRAIN_MS);
      child.once("close", () => {
        clearTimeout(drained);
        finish();
      });
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) {
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group is gone already.
  }
}
