import type { Claim } from "../journal/records.ts";
import type { ObservedJob, ObservedRun } from "../observation.ts";

/** Returns that attempt of that run, or `undefined` when it was not observed. */
export function findRun(
  runs: readonly ObservedRun[],
  { runId, runAttempt }: Pick<Claim, "runId" | "runAttempt">,
): ObservedRun | undefined {
  return runs.find((run) => run.runId === runId && run.runAttempt === runAttempt);
}

/** A job's name ends in `i<issue> / <job>`; what stands before it is the caller's. */
export function findJob(
  run: ObservedRun | undefined,
  issue: number,
  job: "session" | "finalize",
): ObservedJob | undefined {
  const name = `i${issue} / ${job}`;
  return run?.jobs.find((one) => one.name === name || one.name.endsWith(` / ${name}`));
}
