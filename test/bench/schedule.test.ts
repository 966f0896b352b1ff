import { describe, expect, it } from "vitest";

import { ourPolicy } from "../../bench/schedule/our-policy.ts";
import {
  cronPolicy,
  idealPolicy,
  levelPolicy,
  wavePolicy,
} from "../../bench/schedule/rival-policies.ts";
import { LATENCY_SECONDS, type Policy, simulate, SLOTS } from "../../bench/schedule/simulate.ts";
import { findUrgentWait } from "../../bench/schedule/urgency.ts";
import {
  lowerBoundSeconds,
  makeWork,
  remainingSeconds,
  type Work,
} from "../../bench/schedule/work-graph.ts";

const aWork = (number: number, parts: Partial<Work> = {}): Work => ({
  number,
  blockedBy: [],
  seconds: 600,
  estimateMinutes: 10,
  isUrgent: false,
  arrivesAt: 0,
  ...parts,
});

const policiesFor = (work: readonly Work[]): readonly Policy[] => [
  ourPolicy(work, "estimated"),
  ourPolicy(work, "unestimated"),
  levelPolicy(work),
  wavePolicy(work),
  cronPolicy(work, 600),
  idealPolicy(work),
];

describe("makeWork", () => {
  it.each([
    ["flat", "even", 0],
    ["local", "even", 60],
    ["random", "long-tailed", 200],
  ] as const)("makes a %s backlog with %s sessions", (shape, durations, reach) => {
    const work = makeWork(shape, 200, durations, 1);
    const seconds = work.map((each) => each.seconds);
    const longest = durations === "even" ? 900 : 5_400;

    expect(makeWork(shape, 200, durations, 1)).toEqual(work);
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(240);
    expect(Math.max(...seconds)).toBeLessThanOrEqual(longest);
    expect(Math.max(...seconds)).toBeGreaterThan(0.3 * longest);
    for (const { number, blockedBy } of work) {
      expect(blockedBy.every((each) => each < number && each >= number - reach)).toBe(true);
    }
  });
});

describe("lowerBoundSeconds", () => {
  it("is the longest chain or the work of one slot, whichever is more [H3]", () => {
    const chain = [aWork(1), aWork(2, { blockedBy: [1] }), aWork(3, { blockedBy: [2] })];
    const flat = Array.from({ length: 10 }, (_, index) => aWork(index + 1));

    expect(lowerBoundSeconds(chain, SLOTS)).toBe(1_800);
    expect(lowerBoundSeconds(flat, SLOTS)).toBe(1_200);
    expect([...remainingSeconds(chain)]).toEqual([
      [1, 1_800],
      [2, 1_200],
      [3, 600],
    ]);
  });
});

describe("simulate", () => {
  it("adds the latency to every session of a chain", () => {
    const chain = [aWork(1), aWork(2, { blockedBy: [1] })];

    const { makespanSeconds } = simulate(chain, idealPolicy(chain));

    expect(makespanSeconds).toBe(2 * (600 + LATENCY_SECONDS));
  });

  it("lets cron wait for its next time", () => {
    const chain = [aWork(1), aWork(2, { blockedBy: [1] })];

    const { claimedAt } = simulate(chain, cronPolicy(chain, 3_600));

    expect(claimedAt.get(2)).toBe(3_600);
  });

  it("starts every issue once, after what it waits for, five at a time at most [N08, F48]", () => {
    const work = makeWork("local", 60, "even", 4);
    for (const policy of policiesFor(work)) {
      const { claimedAt, mostAtOnce, occupancy } = simulate(work, policy);

      expect(claimedAt.size).toBe(60);
      expect(mostAtOnce).toBe(SLOTS);
      expect(occupancy).toBeLessThan(1);
      for (const { number, blockedBy, arrivesAt } of work) {
        const claimed = claimedAt.get(number) ?? 0;
        expect(claimed).toBeGreaterThanOrEqual(arrivesAt);
        for (const blocker of blockedBy) {
          expect(claimed).toBeGreaterThan(claimedAt.get(blocker) ?? 0);
        }
      }
    }
  });

  it("refuses a policy that starts what is not ready", () => {
    const chain = [aWork(1), aWork(2, { blockedBy: [1] })];
    const policy = { name: "rash", everySeconds: undefined, decide: () => [2] };

    expect(() => simulate(chain, policy)).toThrow("#2");
  });
});

describe("findUrgentWait", () => {
  it("finds a P0 that was overtaken, and for how long", () => {
    const work = [
      ...Array.from({ length: 10 }, (_, index) => aWork(index + 1)),
      aWork(11, { isUrgent: true }),
    ];
    const byNumber: Policy = {
      name: "first come, first served",
      everySeconds: undefined,
      decide: ({ ready, freeSlots }) => ready.slice(0, freeSlots).map(({ number }) => number),
    };

    const wait = findUrgentWait(work, simulate(work, byNumber));

    expect(wait).toEqual({ overtaken: 1, longestSeconds: 2 * (600 + LATENCY_SECONDS) });
  });

  it("never finds one under our policy, late arrivals included [N09]", () => {
    for (const seed of [1, 2, 3]) {
      const work = makeWork("random", 60, "long-tailed", seed);
      const { overtaken } = findUrgentWait(work, simulate(work, ourPolicy(work, "unestimated")));

      expect(work.some(({ isUrgent }) => isUrgent)).toBe(true);
      expect(overtaken).toBe(0);
    }
  });
});
