import type { Claim, FleetRecord } from "../journal/records.ts";

type Reruns = Pick<FleetRecord, "reruns">;

/** How many attempts of a run are ours: it grows with each, so that a decision tells which it knew. */
export function countReruns({ reruns }: Reruns, runId: number): number {
  return reruns.filter((one) => one.runId === runId).length;
}

/**
 * Returns the newest attempt of a claim's run that was begun by the claim itself or by a
 * `finalize-again`. One beyond it was begun by somebody else [F14, F102].
 */
export function newestOurs({ reruns }: Reruns, { runId, runAttempt }: Claim): number {
  const ours = new Set(reruns.filter((one) => one.runId === runId).map((one) => one.runAttempt));
  let newest = runAttempt;
  while (ours.has(newest + 1)) {
    newest += 1;
  }
  return newest;
}

/** Returns when the newest of our attempts of a run was journalled, if it is newer than `attempt`. */
export function askedSince({ reruns }: Reruns, runId: number, attempt: number): string | undefined {
  return reruns.findLast((one) => one.runId === runId && one.runAttempt > attempt)?.at;
}
