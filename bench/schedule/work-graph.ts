import { type NextNumber, numbersFrom, wholeNumber } from "../seeded-numbers.ts";

export const WORK_SHAPES = ["flat", "local", "random"] as const;
export const DURATIONS = ["even", "long-tailed"] as const;

export type WorkShape = (typeof WORK_SHAPES)[number];
export type Durations = (typeof DURATIONS)[number];

/** An issue of the simulation. */
export interface Work {
  readonly number: number;
  /** Lower numbers only, so that there is no cycle. */
  readonly blockedBy: readonly number[];
  /** How long its session really takes. */
  readonly seconds: number;
  /** What people say of it: 30 % off at most, in steps of 5 minutes. */
  readonly estimateMinutes: number;
  readonly isUrgent: boolean;
  /** When it gets the trigger label; 0 = from the start. */
  readonly arrivesAt: number;
}

const LOCAL_WINDOW = 60;
const URGENT_SHARE = 0.04;

/**
 * Makes a backlog. `flat`: nothing waits. `local`: each waits for up to two of the sixty before it.
 * `random`: each waits for two lower ones. Four in a hundred are P0; those of them that nothing
 * waits for arrive while others are at work.
 */
export function makeWork(
  shape: WorkShape,
  count: number,
  durations: Durations,
  seed: number,
): readonly Work[] {
  const next = numbersFrom(seed);
  const drafts = Array.from({ length: count }, (_, index) => {
    const seconds = durations === "even" ? wholeNumber(next, 300, 900) : longTailed(next);
    const noise = 0.7 + 0.6 * next();
    return {
      number: index + 1,
      blockedBy: blockersOf(shape, index + 1, next),
      seconds,
      estimateMinutes: Math.max(5, 5 * Math.round((seconds * noise) / 300)),
      isUrgent: next() < URGENT_SHARE,
    };
  });
  const awaited = new Set(drafts.flatMap(({ blockedBy }) => blockedBy));
  const halfway = drafts.reduce((sum, { seconds }) => sum + seconds, 0) / 10;
  return drafts.map((draft) => ({
    ...draft,
    arrivesAt: draft.isUrgent && !awaited.has(draft.number) ? Math.floor(next() * halfway) : 0,
  }));
}

function blockersOf(shape: WorkShape, number: number, next: NextNumber): readonly number[] {
  const lowest = shape === "local" ? number - LOCAL_WINDOW : 1;
  if (shape === "flat" || number === 1) {
    return [];
  }
  const picked = [wholeNumber(next, lowest, number - 1), wholeNumber(next, lowest, number - 1)];
  return [...new Set(picked)].filter((blocker) => blocker >= 1);
}

/** Mostly 4 to 10 minutes; one in ten has a tail, up to an hour and a half. */
function longTailed(next: NextNumber): number {
  const short = wholeNumber(next, 240, 600);
  return next() < 0.9 ? short : Math.min(5_400, Math.round(short / (1 - next()) ** 0.8));
}

/** Seconds from the start of each issue to the end of the longest chain behind it, by number. */
export function remainingSeconds(work: readonly Work[]): ReadonlyMap<number, number> {
  const remaining = new Map(work.map(({ number, seconds }) => [number, seconds]));
  const secondsOf = new Map(remaining);
  for (const { number, blockedBy } of work.toReversed()) {
    for (const blocker of blockedBy) {
      const through = (secondsOf.get(blocker) ?? 0) + (remaining.get(number) ?? 0);
      remaining.set(blocker, Math.max(remaining.get(blocker) ?? 0, through));
    }
  }
  return remaining;
}

/** No schedule on so many slots is shorter, with no latency at all. */
export function lowerBoundSeconds(work: readonly Work[], slots: number): number {
  const total = work.reduce((sum, { seconds }) => sum + seconds, 0);
  return Math.max(total / slots, ...remainingSeconds(work).values());
}
