import type { Drained } from "./simulate.ts";
import type { Work } from "./work-graph.ts";

/** The P0 issues that are there by `now`, and everything that they wait for. */
export function urgentAt(work: readonly Work[], now: number): ReadonlySet<number> {
  const urgent = new Set(
    work
      .filter(({ isUrgent, arrivesAt }) => isUrgent && arrivesAt <= now)
      .map(({ number }) => number),
  );
  // Blockers have lower numbers, so that one way down finds them all.
  for (const { number, blockedBy } of work.toReversed()) {
    if (urgent.has(number)) {
      for (const blocker of blockedBy) {
        urgent.add(blocker);
      }
    }
  }
  return urgent;
}

export interface UrgentWait {
  /** P0 issues, and blockers of such, that were ready while a lower class was started instead. */
  readonly overtaken: number;
  /** The longest time from such a start to the own one. */
  readonly longestSeconds: number;
}

/** Finds the urgent issues that waited for work of a lower class to be started before them. */
export function findUrgentWait(work: readonly Work[], { readyAt, claimedAt }: Drained): UrgentWait {
  const times = [...new Set(claimedAt.values())].toSorted((a, b) => a - b);
  const firstOvertaking = new Map<number, number>();
  for (const time of times) {
    const urgent = urgentAt(work, time);
    const startsLower = work.some(
      ({ number }) => claimedAt.get(number) === time && !urgent.has(number),
    );
    for (const number of startsLower ? urgent : []) {
      const isWaiting = (readyAt.get(number) ?? time + 1) <= time;
      const isLeft = (claimedAt.get(number) ?? 0) > time;
      if (isWaiting && isLeft && !firstOvertaking.has(number)) {
        firstOvertaking.set(number, time);
      }
    }
  }
  const waits = Array.from(
    firstOvertaking,
    ([number, time]) => (claimedAt.get(number) ?? 0) - time,
  );
  return { overtaken: waits.length, longestSeconds: Math.max(0, ...waits) };
}
