import { secondsBetween } from "../text/instant.ts";
import type { Claim, FleetRecord, HistoryEntry, RecentEnd, Result, RunAgain } from "./records.ts";

/** The meltdown breaker looks at half an hour; a busy fleet ends fewer sessions than this in it. */
const RECENT_SECONDS = 30 * 60;
const MAX_RECENT = 60;

/** Notes how a session ended. What was given back is no session's failure and no success. */
export function noteResult(fleet: FleetRecord, result: Result): FleetRecord {
  if (result.outcome === "returned" || result.outcome === "cancelled") {
    return fleet;
  }
  const end: RecentEnd = { at: result.at, cause: failureOf(result) };
  const kept = fleet.recent.filter(({ at }) => ageSeconds(at, result.at) <= RECENT_SECONDS);
  return { ...fleet, recent: [...kept, end].slice(-MAX_RECENT) };
}

/** A draft and a question are good ends: the session did what it could. */
function failureOf({ outcome, cause }: Result): string | undefined {
  const isFailure = outcome !== "delivered" && cause !== "review-needed" && cause !== "question";
  return isFailure ? (cause ?? outcome) : undefined;
}

/** The cause of a result whose job no runner took: its slot takes no other job until then. */
export const NO_RUNNER = "no-runner";

/** Notes that the job of this claim still waits for a runner, although the claim is taken back. */
export function noteOffline(fleet: FleetRecord, claim: Claim, result: Result): FleetRecord {
  if (result.cause !== NO_RUNNER) {
    return fleet;
  }
  const { slot, issue, runId, runAttempt, nonce } = claim;
  const others = fleet.offline.filter((known) => known.slot !== slot);
  const waiting = { slot, claim: { issue, runId, runAttempt, nonce }, since: result.at };
  return { ...fleet, offline: [...others, waiting] };
}

/** Notes that the jobs of these claims have left the queue: their slots are served again. */
export function noteOnline(fleet: FleetRecord, claims: readonly string[]): FleetRecord {
  return { ...fleet, offline: fleet.offline.filter(({ claim }) => !claims.includes(claim.nonce)) };
}

/** Longer than anything waits in a run for its turn: what a session hands over is kept 3 days. */
const RERUNS_SECONDS = 7 * 24 * 3_600;

/** Notes that a run attempt is ours. */
export function noteRerun(fleet: FleetRecord, rerun: RunAgain): FleetRecord {
  const kept = fleet.reruns.filter(({ at }) => ageSeconds(at, rerun.at) <= RERUNS_SECONDS);
  return { ...fleet, reruns: [...kept, rerun] };
}

/** Whoever resumes has looked: what went wrong before does not count again. */
export function resumed(fleet: FleetRecord): FleetRecord {
  const acknowledgedSeq = fleet.pause?.seenSeq ?? fleet.acknowledgedSeq;
  return { ...fleet, pause: undefined, recent: [], offline: [], full: [], acknowledgedSeq };
}

/** Counts what landed towards the target. */
export function noteEndings(fleet: FleetRecord, deliveries: readonly HistoryEntry[]): FleetRecord {
  const landed = deliveries.filter(({ ended }) => ended === "completed").length;
  return fleet.target === undefined || landed === 0
    ? fleet
    : { ...fleet, target: { ...fleet.target, landed: fleet.target.landed + landed } };
}

/** Keeps the times that lie at most so many seconds before `now`. */
export function keepRecent(
  times: readonly string[],
  now: string,
  seconds: number,
): readonly string[] {
  return times.filter((at) => ageSeconds(at, now) < seconds);
}

/** What cannot be read counts as long ago. */
function ageSeconds(at: string, now: string): number {
  return secondsBetween(at, now) ?? Infinity;
}

/** Whether the fleet met its target, when it has one. */
export function isTargetReached({ target }: FleetRecord): boolean {
  return target !== undefined && target.landed >= target.count;
}
