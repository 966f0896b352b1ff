import type { ObservedJob, ObservedRun } from "../observation.ts";

/** Returns that run, or `undefined` when it was not observed. */
export function findRun(runs: readonly ObservedRun[], runId: number): ObservedRun | undefined {
  return runs.find((run) => run.runId === runId);
}

/** Run attempts from one to another, both included; without `to` up to the newest. */
export interface AttemptRange {
  readonly from: number;
  readonly to?: number;
}

/**
 * Returns the newest job of that kind in these attempts. Whether GitHub lists what was not run again
 * under each attempt or under the first alone, this finds it. A job's name ends in `i<issue> / <job>`;
 * what stands before it is the caller's.
 */
export function findJob(
  run: ObservedRun | undefined,
  issue: number,
  job: "session" | "finalize",
  { from, to = Infinity }: AttemptRange,
): ObservedJob | undefined {
  const name = `i${issue} / ${job}`;
  return run?.jobs
    .filter((one) => one.name === name || one.name.endsWith(` / ${name}`))
    .filter(({ runAttempt }) => runAttempt >= from && runAttempt <= to)
    .toSorted((a, b) => b.runAttempt - a.runAttempt || b.id - a.id)[0];
}
