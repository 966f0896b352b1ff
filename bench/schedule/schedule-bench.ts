import type { BenchOptions, BenchReport } from "../bench-options.ts";
import { ourPolicy } from "./our-policy.ts";
import { cronPolicy, idealPolicy, levelPolicy, wavePolicy } from "./rival-policies.ts";
import { formatScheduleReport, judgeSchedule } from "./schedule-report.ts";
import { type Policy, simulate, SLOTS } from "./simulate.ts";
import { findUrgentWait } from "./urgency.ts";
import {
  DURATIONS,
  type Durations,
  lowerBoundSeconds,
  makeWork,
  type Work,
  WORK_SHAPES,
  type WorkShape,
} from "./work-graph.ts";

/** What one policy made of one backlog. */
export interface ScheduleCell {
  readonly shape: WorkShape;
  readonly count: number;
  readonly durations: Durations;
  readonly seed: number;
  readonly policy: string;
  readonly makespanSeconds: number;
  /** Makespan divided by the lower bound. */
  readonly overBound: number;
  /** Makespan divided by that of the ideal list schedule. */
  readonly overIdeal: number;
  /** 0 to 1. */
  readonly occupancy: number;
  readonly mostAtOnce: number;
  /** Urgent issues that a lower class was started before, and the longest wait for that reason. */
  readonly overtaken: number;
  readonly longestOvertakenSeconds: number;
}

interface Extent {
  readonly counts: readonly number[];
  readonly seeds: readonly number[];
}

const FULL: Extent = { counts: [100, 500], seeds: [1, 2, 3] };
const QUICK: Extent = { counts: [30], seeds: [1] };

/** How near our refilling comes to the best possible, and what barriers and cron would cost. */
export function runScheduleBench({ isQuick, progress }: BenchOptions): Promise<BenchReport> {
  const { counts, seeds } = isQuick ? QUICK : FULL;
  const cells: ScheduleCell[] = [];
  for (const shape of WORK_SHAPES) {
    for (const count of counts) {
      for (const durations of DURATIONS) {
        progress(`schedule: ${shape}, ${count} issues, ${durations} sessions ...`);
        for (const seed of seeds) {
          cells.push(...drainAll({ shape, count, durations, seed }));
        }
      }
    }
  }
  const targets = isQuick ? [] : judgeSchedule(cells);
  return Promise.resolve({
    lines: formatScheduleReport(cells, targets),
    data: { cells, targets },
  });
}

function policiesFor(work: readonly Work[]): readonly Policy[] {
  return [
    ourPolicy(work, "estimated"),
    ourPolicy(work, "unestimated"),
    levelPolicy(work),
    wavePolicy(work),
    cronPolicy(work, 600),
    cronPolicy(work, 3_600),
    idealPolicy(work),
  ];
}

type Backlog = Pick<ScheduleCell, "shape" | "count" | "durations" | "seed">;

function drainAll(backlog: Backlog): readonly ScheduleCell[] {
  const work = makeWork(backlog.shape, backlog.count, backlog.durations, backlog.seed);
  const bound = lowerBoundSeconds(work, SLOTS);
  const ideal = simulate(work, idealPolicy(work)).makespanSeconds;
  return policiesFor(work).map((policy) => {
    const drained = simulate(work, policy);
    const { overtaken, longestSeconds } = findUrgentWait(work, drained);
    return {
      ...backlog,
      policy: policy.name,
      makespanSeconds: drained.makespanSeconds,
      overBound: drained.makespanSeconds / bound,
      overIdeal: drained.makespanSeconds / ideal,
      occupancy: drained.occupancy,
      mostAtOnce: drained.mostAtOnce,
      overtaken,
      longestOvertakenSeconds: longestSeconds,
    };
  });
}
