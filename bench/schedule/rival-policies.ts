import type { Moment, Policy } from "./simulate.ts";
import { SLOTS } from "./simulate.ts";
import { urgentAt } from "./urgency.ts";
import { remainingSeconds, type Work } from "./work-graph.ts";

/**
 * The list schedule with perfect knowledge: longest remaining path first, by the true durations,
 * at the same latency. It knows no classes.
 */
export function idealPolicy(work: readonly Work[]): Policy {
  const remaining = remainingSeconds(work);
  return {
    name: "ideal list schedule",
    everySeconds: undefined,
    decide: ({ ready, freeSlots }) =>
      numbersOf(ready.toSorted((a, b) => longer(remaining, a, b))).slice(0, freeSlots),
  };
}

/** Starts in the best order by class and true remaining path, so that only the moment differs. */
export function cronPolicy(work: readonly Work[], everySeconds: number): Policy {
  return {
    name: `refill every ${everySeconds / 60} min`,
    everySeconds,
    decide: (moment) => inOrder(work, moment, moment.ready).slice(0, moment.freeSlots),
  };
}

/** Five at a time, and nothing new before the last of them has ended. */
export function wavePolicy(work: readonly Work[]): Policy {
  return {
    name: "waves of five",
    everySeconds: undefined,
    decide: (moment) =>
      moment.running.size > 0 ? [] : inOrder(work, moment, moment.ready).slice(0, SLOTS),
  };
}

/** Level by level: nothing of the next one before the last issue of this one is done. */
export function levelPolicy(work: readonly Work[]): Policy {
  const levels = new Map<number, number>();
  for (const { number, blockedBy } of work) {
    const before = blockedBy.map((blocker) => levels.get(blocker) ?? 0);
    levels.set(number, 1 + Math.max(-1, ...before));
  }
  const levelOf = ({ number }: Work): number => levels.get(number) ?? 0;
  return {
    name: "level barriers",
    everySeconds: undefined,
    decide: (moment) => {
      const open = work.filter(
        ({ number, arrivesAt }) => arrivesAt <= moment.now && !moment.done.has(number),
      );
      const current = Math.min(...open.map(levelOf));
      const candidates = moment.ready.filter((each) => levelOf(each) === current);
      return inOrder(work, moment, candidates).slice(0, moment.freeSlots);
    },
  };
}

function inOrder(work: readonly Work[], { now }: Moment, some: readonly Work[]): readonly number[] {
  const urgent = urgentAt(work, now);
  const remaining = remainingSeconds(work);
  const classOf = ({ number }: Work): number => (urgent.has(number) ? 0 : 1);
  return numbersOf(some.toSorted((a, b) => classOf(a) - classOf(b) || longer(remaining, a, b)));
}

function longer(remaining: ReadonlyMap<number, number>, a: Work, b: Work): number {
  return (remaining.get(b.number) ?? 0) - (remaining.get(a.number) ?? 0) || a.number - b.number;
}

function numbersOf(work: readonly Work[]): readonly number[] {
  return work.map(({ number }) => number);
}
