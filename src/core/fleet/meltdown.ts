import type { FleetPause, FleetRecord, RecentEnd } from "../journal/records.ts";
import { secondsBetween } from "../text/instant.ts";

/** The breaker's sample: fewer failures than this prove nothing [F56, O04]. */
const MIN_FAILURES = 5;
const MIN_SHARE = 0.5;
const WINDOW_SECONDS = 30 * 60;

/** So many failures of one cause, one after the other, are no coincidence. */
const SAME_CAUSE = 3;

/**
 * Returns the pause that a meltdown asks for: at least 5 failures that are at least half of the
 * sessions of the last 30 minutes, or 3 of one cause in a row. It pauses the fleet and marks no issue;
 * a person resumes. `undefined` while the fleet is paused already, or well.
 */
export function decideMeltdown(fleet: FleetRecord, now: string): FleetPause | undefined {
  if (fleet.pause !== undefined) {
    return undefined;
  }
  const recent = fleet.recent.filter(({ at }) => isWithin(at, now));
  const failures = recent.filter(({ cause }) => cause !== undefined);
  if (failures.length >= MIN_FAILURES && failures.length >= recent.length * MIN_SHARE) {
    return pause(`${failures.length} of ${recent.length} sessions failed within 30 minutes.`);
  }
  const last = recent.slice(-SAME_CAUSE);
  const cause = last.at(-1)?.cause;
  return last.length === SAME_CAUSE && cause !== undefined && isSame(last, cause)
    ? pause(`${SAME_CAUSE} sessions in a row failed with ${cause}.`)
    : undefined;
}

function isSame(ends: readonly RecentEnd[], cause: string): boolean {
  return ends.every((end) => end.cause === cause);
}

function isWithin(at: string, now: string): boolean {
  return (secondsBetween(at, now) ?? Infinity) <= WINDOW_SECONDS;
}

function pause(detail: string): FleetPause {
  return {
    reason: "meltdown",
    detail: `${detail} Look at them, then resume.`,
    until: undefined,
    baseSha: undefined,
  };
}
