import { describe, expect, it } from "vitest";

import type { Claim, IssueRecord } from "../../../src/core/journal/records.ts";
import type { ObservedIssue } from "../../../src/core/observation.ts";
import { planTick } from "../../../src/core/plan/plan.ts";
import {
  aClaim,
  aClosedIssue,
  anIssue,
  aPlanInput,
  aRecord,
  labelled,
} from "../../arbitraries/plan.ts";

const SLOTS = 5;
const LATENCY_MINUTES = 0.5;

/** The same small numbers every time: a linear congruence, good enough for durations. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Work {
  readonly issue: ObservedIssue;
  readonly minutes: number;
}

/**
 * Issues that wait for up to two of the sixty before them, with sessions of 5 to 15 minutes: loose
 * enough that the work, and not the longest path, bounds the time.
 */
function localGraph(count: number, seed: number): readonly Work[] {
  const next = numbersFrom(seed);
  return Array.from({ length: count }, (_, index) => {
    const blockers = [next(), next()]
      .map((part) => index - 60 + Math.floor(part * 60))
      .filter((blocker) => blocker >= 0);
    const minutes = 5 + Math.floor(next() * 11);
    const labels = [`estimated:${minutes}m`, ...blockers.map((one) => `blocked-by:#${one + 1}`)];
    return { issue: anIssue({ number: index + 1, labels: labelled(...labels) }), minutes };
  });
}

interface Drained {
  readonly makespan: number;
  readonly mostAtOnce: number;
  readonly started: readonly number[];
}

/** Runs a backlog to its end: whenever a session ends, the next tick refills its slot. */
function drain(work: readonly Work[]): Drained {
  const minutesOf = new Map(work.map(({ issue, minutes }) => [issue.number, minutes]));
  const issues = new Map(work.map(({ issue }) => [issue.number, issue]));
  const live = new Map<number, { readonly claim: Claim; readonly end: number }>();
  const started: number[] = [];
  let mostAtOnce = 0;
  let now = 0;
  for (;;) {
    const records = [...issues.values()]
      .filter(({ state }) => state === "open")
      .map(({ number }): IssueRecord => aRecord({ issue: number, claim: live.get(number)?.claim }));
    const { starts } = planTick(
      aPlanInput({
        issues: [...issues.values()],
        records,
        liveClaims: new Map([...live].map(([issue, { claim }]) => [issue, claim])),
        busySlots: [...live.values()].map(({ claim }) => claim.slot),
      }),
    );
    for (const { issue, slot } of starts) {
      started.push(issue);
      const end = now + LATENCY_MINUTES + (minutesOf.get(issue) ?? 0);
      live.set(issue, { claim: aClaim({ issue, slot }), end });
    }
    mostAtOnce = Math.max(mostAtOnce, live.size);
    const first = [...live].toSorted(([, a], [, b]) => a.end - b.end)[0];
    if (first === undefined) {
      return { makespan: now, mostAtOnce, started };
    }
    const [done, { end }] = first;
    live.delete(done);
    issues.set(done, aClosedIssue(done));
    now = end;
  }
}

describe("refilling five slots", () => {
  it.each([1, 2, 3])(
    "keeps them more than 90 percent busy on 150 issues (seed %i), and starts each once [F48, N08]",
    (seed) => {
      const work = localGraph(150, seed);
      const total = work.reduce((sum, { minutes }) => sum + minutes, 0);

      const { makespan, mostAtOnce, started } = drain(work);

      expect(total / (SLOTS * makespan)).toBeGreaterThan(0.9);
      expect(mostAtOnce).toBe(SLOTS);
      expect(started.toSorted((a, b) => a - b)).toEqual(work.map(({ issue }) => issue.number));
    },
    30_000,
  );

  it("finishes the six tasks in the time of their longest path [H6, E04a]", () => {
    const waits: Readonly<Record<number, readonly number[]>> = {
      1: [],
      2: [1],
      3: [1],
      4: [2, 3],
      5: [4],
      6: [5],
    };
    const work = Object.entries(waits).map(([number, blockers]) => ({
      issue: anIssue({
        number: Number(number),
        labels: labelled(...blockers.map((one) => `blocked-by:#${one}`)),
      }),
      minutes: 10,
    }));

    expect(drain(work)).toMatchObject({ makespan: 5 * (10 + LATENCY_MINUTES), mostAtOnce: 2 });
  });
});
