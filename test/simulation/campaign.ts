import { type HistoryReport, runHistory } from "./history.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { MUTANTS } from "./mutants/mutants.ts";
import { formatFailure, shrink } from "./shrink.ts";

/** A mutant that lives longer than this is not caught. */
export const MUTANT_SEEDS = 600;

/** Failures that are told in full; the others are only counted. */
const MAX_STORIES = 5;

export interface Tally {
  readonly histories: number;
  readonly steps: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly violations: number;
  readonly stories: readonly string[];
}

export const NO_TALLY: Tally = { histories: 0, steps: 0, faults: {}, violations: 0, stories: [] };

/** Runs the histories of so many seeds and sums them up. */
export async function runSeeds(from: number, count: number, isShrinking = true): Promise<Tally> {
  let tally = NO_TALLY;
  for (let seed = from; seed < from + count; seed += 1) {
    const report = await runHistory({ seed });
    const isTold = report.violation !== undefined && tally.stories.length < MAX_STORIES;
    tally = addTally(tally, {
      histories: 1,
      steps: report.steps,
      faults: report.faults,
      violations: report.violation === undefined ? 0 : 1,
      stories: isTold ? [await tell(report, isShrinking)] : [],
    });
  }
  return tally;
}

async function tell(report: HistoryReport, isShrinking: boolean): Promise<string> {
  const drop: ReadonlySet<number> = new Set();
  const smaller = isShrinking ? await shrink({ seed: report.seed }, report) : { report, drop };
  return formatFailure(smaller.report, smaller.drop, undefined);
}

export function addTally(a: Tally, b: Tally): Tally {
  const faults = { ...a.faults };
  for (const [kind, count] of Object.entries(b.faults)) {
    faults[kind] = (faults[kind] ?? 0) + count;
  }
  return {
    histories: a.histories + b.histories,
    steps: a.steps + b.steps,
    faults,
    violations: a.violations + b.violations,
    stories: [...a.stories, ...b.stories],
  };
}

export interface Catch {
  readonly mutant: string;
  /** The history that caught it; `undefined` = it lives. */
  readonly caughtBy: HistoryReport | undefined;
}

/** Looks for a history that catches a mutant. */
export async function catchMutant(mutant: Mutant, seeds = MUTANT_SEEDS): Promise<Catch> {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const report = await runHistory({ seed, mutant });
    if (report.violation !== undefined) {
      return { mutant: mutant.name, caughtBy: report };
    }
  }
  return { mutant: mutant.name, caughtBy: undefined };
}

export function findMutant(name: string): Mutant | undefined {
  return MUTANTS.find((mutant) => mutant.name === name);
}
