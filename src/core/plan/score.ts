import type { Configuration } from "../configuration.ts";
import type { PriorityClass } from "../text/labels.ts";

/** The shown score, from 0 to 1000, as the sum of its terms; whole numbers all of them [W05]. */
export interface Score {
  readonly total: number;
  readonly terms: ScoreTerms;
}

export interface ScoreTerms {
  /** Up to 500: the weight of the effective class, relative to that of P0. */
  readonly label: number;
  /** Up to 200: the shorter the work, the more. */
  readonly shortTime: number;
  /** Up to 200: issues that wait directly for this one, ten or more = all of it. */
  readonly dependents: number;
  /** Up to 100: days of waiting, thirty or more = all of it. */
  readonly age: number;
}

const MAX_LABEL = 500;
const MAX_SHORT_TIME = 200;
const MAX_DEPENDENTS = 200;
const MAX_AGE = 100;
const FULL_DEPENDENTS = 10;
const FULL_AGE_SECONDS = 30 * 86_400;
/** Work of one hour gets half of the points for short work. */
const HALF_TIME_MINUTES = 60;

/**
 * Computes the score that is shown for every issue and that orders the queue in `weighted` mode
 * [V06]: label .5, short time .2, dependents .2, age .1.
 */
export function scoreIssue(
  facts: {
    readonly priority: PriorityClass;
    readonly minutes: number;
    readonly dependents: number;
    readonly waitedSeconds: number;
  },
  weights: Configuration["priority"]["weights"],
): Score {
  const top = Math.max(weights[0], weights[1], weights[2], weights[3], 1);
  const terms: ScoreTerms = {
    label: share(MAX_LABEL, weights[facts.priority] / top),
    shortTime: share(MAX_SHORT_TIME, HALF_TIME_MINUTES / (HALF_TIME_MINUTES + facts.minutes)),
    dependents: share(MAX_DEPENDENTS, facts.dependents / FULL_DEPENDENTS),
    age: share(MAX_AGE, facts.waitedSeconds / FULL_AGE_SECONDS),
  };
  return { total: terms.label + terms.shortTime + terms.dependents + terms.age, terms };
}

function share(most: number, part: number): number {
  return Math.round(most * Math.min(Math.max(part, 0), 1));
}
