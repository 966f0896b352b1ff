import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";

import type { BenchOptions, BenchReport } from "../bench-options.ts";
import { median } from "../statistics.ts";
import { formatTargets, type Target } from "../target.ts";
import { formatTable } from "../text-table.ts";
import { type ActionStart, measureStarts } from "./action-starts.ts";
import { measureSessions, type SessionTiming } from "./session-overhead.ts";

const MOST_OVERHEAD_MS = 2_000;
const MOST_START_MS = 100;

interface Machine {
  readonly node: string;
  readonly processors: number;
  /** Processes that wanted a processor, on average over a minute. */
  readonly load: number;
}

interface Summary {
  readonly contestant: SessionTiming["contestant"];
  readonly beforeMs: number;
  readonly afterMs: number;
}

/** What we add to the agent's own time, and how long the actions take to load. */
export async function runSessionBench({ isQuick, progress }: BenchOptions): Promise<BenchReport> {
  progress("session: starts of the actions ...");
  const machine = {
    node: process.versions.node,
    processors: availableParallelism(),
    load: loadavg()[0] ?? Number.NaN,
  };
  const starts = measureStarts(isQuick ? 1 : 15);
  const folder = await mkdtemp(join(tmpdir(), "ws-bench-"));
  try {
    const timings = await measureSessions(isQuick ? 1 : 9, folder, progress);
    const summaries = (["action", "bare CLI"] as const).map((name) => summarize(name, timings));
    const targets = isQuick ? [] : judge(starts, summaries);
    return {
      lines: format(machine, starts, summaries, targets),
      data: { machine, starts, timings, targets },
    };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function summarize(
  contestant: SessionTiming["contestant"],
  timings: readonly SessionTiming[],
): Summary {
  const own = timings.filter((timing) => timing.contestant === contestant);
  return {
    contestant,
    beforeMs: median(own.map(({ beforeMs }) => beforeMs)),
    afterMs: median(own.map(({ afterMs }) => afterMs)),
  };
}

function judge(
  starts: readonly ActionStart[],
  [action, bare]: readonly Summary[],
): readonly Target[] {
  const more = totalMs(action) - totalMs(bare);
  const slowest = Math.max(...starts.map(({ overNodeMs }) => overNodeMs));
  return [
    {
      target: `at most ${MOST_OVERHEAD_MS} ms more than the bare CLI`,
      measured: `${more.toFixed(0)} ms`,
      isMet: more <= MOST_OVERHEAD_MS,
    },
    {
      target: `every action starts in at most ${MOST_START_MS} ms of processor time more than Node`,
      measured: `${slowest.toFixed(0)} ms`,
      isMet: slowest <= MOST_START_MS,
    },
  ];
}

function totalMs(summary: Summary | undefined): number {
  return summary === undefined ? Number.NaN : summary.beforeMs + summary.afterMs;
}

function format(
  machine: Machine,
  starts: readonly ActionStart[],
  summaries: readonly Summary[],
  targets: readonly Target[],
): readonly string[] {
  return [
    `Milliseconds, medians, on Node ${process.versions.node}; ${machine.processors} processors, load ${machine.load.toFixed(1)}.`,
    "",
    ...formatTable(
      ["around the agent", "start to first request", "result to hand-off", "together"],
      summaries.map((one) => [one.contestant, ms(one.beforeMs), ms(one.afterMs), ms(totalMs(one))]),
    ),
    "",
    ...formatTable(
      ["start of", "median", "minimum", "processor", "over Node"],
      starts.map((one) => [
        one.program,
        ms(one.medianMs),
        ms(one.minimumMs),
        ms(one.medianCpuMs),
        ms(one.overNodeMs),
      ]),
    ),
    "",
    ...formatTargets(targets),
  ];
}

function ms(value: number): string {
  return value.toFixed(0);
}
