import { spawnSync } from "node:child_process";

import { PROJECT_ROOT } from "../../scripts/project-root.ts";
import { median } from "../statistics.ts";

/** How long a program takes from its start to its end, when there is nothing for it to do. */
export interface ActionStart {
  readonly program: string;
  readonly medianMs: number;
  readonly minimumMs: number;
  /** Median of the processor time: hardly moved by what else the machine does. */
  readonly medianCpuMs: number;
  /** The same, less that of Node with an empty program. */
  readonly overNodeMs: number;
}

const EMPTY = "node -e 0";

/** Every program that the runner starts, as it lies in `dist`. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  [EMPTY]: ["-e", "0"],
  collect: ["actions/collect/dist/index.js"],
  dispatch: ["actions/dispatch/dist/index.js"],
  "run-session": ["actions/run-session/dist/index.js"],
  "run-session, post": ["actions/run-session/dist/post/index.js"],
  finalize: ["actions/finalize/dist/index.js"],
};

/** Bash tells the processor time of what it ran, in seconds; Node does not tell that of a child. */
const TIMED = 'TIMEFORMAT="%3U %3S"; time "$@" > /dev/null 2>&1';

interface Times {
  readonly wallMs: number[];
  readonly cpuMs: number[];
}

/**
 * Starts each program `runs` times, in turn. Outside of a job an action ends as soon as it has
 * loaded: a variable of the runner or an input is missing.
 */
export function measureStarts(runs: number): readonly ActionStart[] {
  const times = new Map<string, Times>();
  for (let run = 0; run <= runs; run += 1) {
    for (const [program, args] of Object.entries(PROGRAMS)) {
      const { wallMs, cpuMs } = times.get(program) ?? { wallMs: [], cpuMs: [] };
      times.set(program, { wallMs, cpuMs });
      const start = performance.now();
      const cpu = runTimed(args);
      // The first one brings the file into the machine's cache.
      if (run > 0) {
        wallMs.push(performance.now() - start);
        cpuMs.push(cpu);
      }
    }
  }
  const bareMs = median(times.get(EMPTY)?.cpuMs ?? []);
  return [...times].map(([program, { wallMs, cpuMs }]) => ({
    program,
    medianMs: median(wallMs),
    minimumMs: Math.min(...wallMs),
    medianCpuMs: median(cpuMs),
    overNodeMs: median(cpuMs) - bareMs,
  }));
}

/** Returns the processor time of one start, in milliseconds. */
function runTimed(args: readonly string[]): number {
  const { stderr } = spawnSync("bash", ["-c", TIMED, "bash", process.execPath, ...args], {
    cwd: PROJECT_ROOT,
    env: { PATH: process.env["PATH"], LC_ALL: "C" },
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [user, system] = stderr.trim().split(" ").map(Number);
  return 1_000 * ((user ?? Number.NaN) + (system ?? Number.NaN));
}
