import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Configuration } from "../../../src/core/configuration.ts";
import type { Plan } from "../../../src/core/plan/plan-types.ts";
import { planTick } from "../../../src/core/plan/plan.ts";
import { agedRank, classOf, rankOf } from "../../../src/core/plan/priority.ts";
import { scoreIssue } from "../../../src/core/plan/score.ts";
import {
  anIssue,
  anUntriggeredIssue,
  aPlanInput,
  aReference,
  aRecord,
  type Backlog,
  CONFIGURATION,
  labelled,
  rowOf,
  WRITER,
} from "../../arbitraries/plan.ts";

const DAY = 86_400;
const AGEING = { ageingDays: 7, ageingClasses: 1 };

const plan = (backlog: Backlog): Plan => planTick(aPlanInput(backlog));

const triggeredAt = (
  at: string,
): { readonly trigger: { readonly by: typeof WRITER; readonly at: string } } => ({
  trigger: { by: WRITER, at },
});
const OLD = triggeredAt("2026-10-01T00:00:00Z");

describe("agedRank", () => {
  it("lifts by one class after seven days, not before, and never by more [N06]", () => {
    const low = rankOf(3, false);

    expect(classOf(agedRank(low, 7 * DAY - 1, AGEING))).toBe(3);
    expect(classOf(agedRank(low, 7 * DAY, AGEING))).toBe(2);
    expect(classOf(agedRank(low, 700 * DAY, AGEING))).toBe(2);
  });

  it("never lifts into P0, whatever the settings [F46]", () => {
    const anyAge = fc.record({
      priority: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
      isHotfix: fc.boolean(),
      waited: fc.integer({ min: -DAY, max: 4_000 * DAY }),
      days: fc.integer({ min: -1, max: 30 }),
      classes: fc.integer({ min: -1, max: 9 }),
    });
    fc.assert(
      fc.property(anyAge, ({ priority, isHotfix, waited, days, classes }) => {
        const own = rankOf(priority, isHotfix);
        const aged = agedRank(own, waited, { ageingDays: days, ageingClasses: classes });

        expect(aged).toBeLessThanOrEqual(own);
        expect(classOf(aged) === 0).toBe(priority === 0);
        expect(own - aged).toBeLessThanOrEqual(2 * Math.max(0, classes));
        expect(aged % 2).toBe(own % 2);
      }),
    );
  });
});

describe("inheritance", () => {
  it("orders a P3 that blocks a P0 as P0, over any number of steps, and names the P0 [N06]", () => {
    const issues = [
      anIssue({ number: 1, labels: labelled("P3-Low") }),
      anUntriggeredIssue({ number: 2, blockedBy: [aReference(1)] }),
      anIssue({ number: 3, labels: labelled("P0-Critical"), blockedBy: [aReference(2)] }),
      anIssue({ number: 4, labels: labelled("P1-High") }),
    ];

    const result = plan({ issues });

    expect(result.ready).toEqual([1, 4]);
    expect(rowOf(result, 1)).toMatchObject({
      ownPriority: 3,
      effectivePriority: 0,
      inheritedFrom: 3,
    });
    expect(rowOf(result, 3)).toMatchObject({ inheritedFrom: undefined });
  });

  it("takes nothing from an issue without the trigger label: anybody can open one", () => {
    const issues = [
      anIssue({ number: 1, labels: labelled("P3-Low") }),
      anUntriggeredIssue({ number: 2, labels: ["P0-Critical"], body: "Blocked by #1" }),
    ];

    expect(rowOf(plan({ issues }), 1)).toMatchObject({ effectivePriority: 3 });
  });

  it("takes nothing from a cycle: working for it would not unblock it", () => {
    const issues = [
      anIssue({ number: 1, labels: labelled("P3-Low") }),
      anIssue({ number: 2, labels: labelled("P0-Critical"), body: "Blocked by #1, #3" }),
      anIssue({ number: 3, labels: labelled("P0-Critical"), body: "Blocked by #2" }),
    ];

    expect(rowOf(plan({ issues }), 1)).toMatchObject({ effectivePriority: 3 });
  });

  it("names the lowest number when several could be meant", () => {
    const p0 = { labels: labelled("P0-Critical"), blockedBy: [aReference(1)] };
    const issues = [
      anIssue({ number: 1, labels: labelled("P3-Low") }),
      anIssue({ number: 8, ...p0 }),
      anIssue({ number: 5, ...p0 }),
    ];

    expect(rowOf(plan({ issues }), 1)).toMatchObject({ inheritedFrom: 5 });
  });
});

describe("hotfix", () => {
  it("is the first of its class and no more [E28]", () => {
    const issues = [
      anIssue({ number: 1, labels: labelled("P1-High", "estimated:9h") }),
      anIssue({ number: 2, labels: labelled("P1-High", "hotfix") }),
      anIssue({ number: 3, labels: labelled("P0-Critical") }),
      anIssue({ number: 4, labels: labelled("P3-Low") }),
      anIssue({ number: 5, labels: labelled("P0-Critical", "hotfix"), blockedBy: [aReference(4)] }),
    ];

    expect(plan({ issues }).ready).toEqual([4, 3, 2, 1]);
  });
});

describe("ageing in a plan", () => {
  it("lifts an old P3 beside fresh P2 issues and above none of a higher class [F46]", () => {
    const issues = [
      anIssue({ number: 1, labels: labelled("P3-Low"), ...OLD }),
      anIssue({ number: 2, labels: labelled("P2-Medium") }),
      anIssue({ number: 3, labels: labelled("P1-High") }),
      anIssue({ number: 4, labels: labelled("P3-Low") }),
    ];

    const result = plan({ issues });

    expect(result.ready).toEqual([3, 1, 2, 4]);
    expect(rowOf(result, 1)).toMatchObject({ ownPriority: 3, effectivePriority: 2, isAged: true });
  });

  it("lets a P0 and its blocker start first in a queue full of aged P3 issues [F46]", () => {
    const issues = [
      ...Array.from({ length: 200 }, (_, index) =>
        anIssue({ number: index + 1, labels: labelled("P3-Low"), ...OLD }),
      ),
      anIssue({ number: 900, labels: labelled("P0-Critical"), blockedBy: [aReference(901)] }),
      anIssue({ number: 901, labels: labelled("P3-Low") }),
      anIssue({ number: 902, labels: labelled("P0-Critical") }),
    ];

    expect(
      plan({ issues })
        .starts.map(({ issue }) => issue)
        .slice(0, 2),
    ).toEqual([901, 902]);
  });

  it("counts waiting in ready only: being blocked for long is no merit", () => {
    const issues = [
      anIssue({ number: 1, labels: labelled("P3-Low"), blockedBy: [aReference(2)], ...OLD }),
      anIssue({
        number: 2,
        state: "closed",
        closedAs: "completed",
        closedAt: "2026-11-20T09:00:00Z",
      }),
    ];

    expect(rowOf(plan({ issues }), 1)).toMatchObject({ effectivePriority: 3, isAged: false });
  });

  it("counts from the approval in the journal", () => {
    const approval = {
      by: "wren",
      at: "2026-10-01T00:00:00Z",
      textHash: anIssue({ number: 1 }).textHash,
    };
    const issue = anIssue({ number: 1, labels: labelled("P3-Low"), ...OLD });

    const result = plan({ issues: [issue], records: [aRecord({ issue: 1, approval })] });

    expect(rowOf(result, 1)).toMatchObject({ isAged: true });
  });
});

describe("the score", () => {
  const weights = CONFIGURATION.priority.weights;

  it("is the sum of its terms, whole numbers from 0 to 1000 [W05]", () => {
    const anyFacts = fc.record({
      priority: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
      minutes: fc.integer({ min: 0, max: 1e9 }),
      dependents: fc.nat(1e6),
      waitedSeconds: fc.integer({ min: -1e9, max: 1e10 }),
    });
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { total, terms } = scoreIssue(facts, weights);
        const parts = Object.values(terms);

        expect(parts.every((part) => Number.isSafeInteger(part) && part >= 0)).toBe(true);
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(total);
        expect(total).toBeLessThanOrEqual(1_000);
      }),
    );
  });

  it("weighs label .5, short time .2, dependents .2 and age .1 [V06]", () => {
    const best = { priority: 0, minutes: 0, dependents: 10, waitedSeconds: 30 * DAY } as const;

    expect(scoreIssue(best, weights).terms).toEqual({
      label: 500,
      shortTime: 200,
      dependents: 200,
      age: 100,
    });
    expect(scoreIssue({ ...best, priority: 3 }, [100, 70, 40, 10]).terms.label).toBe(50);
  });

  it("orders the queue in weighted mode, below a hotfix P0 and after all blockers", () => {
    const priority: Configuration["priority"] = { ...CONFIGURATION.priority, mode: "weighted" };
    const issues = [
      anIssue({ number: 1, labels: labelled("P0-Critical", "estimated:100h") }),
      anIssue({ number: 2, labels: labelled("P1-High", "estimated:5m"), ...OLD }),
      anIssue({ number: 3, labels: labelled("P0-Critical", "hotfix", "estimated:100h") }),
      anIssue({ number: 4, labels: labelled("P3-Low", "estimated:100h") }),
      anIssue({
        number: 5,
        labels: labelled("P1-High", "estimated:5m"),
        blockedBy: [aReference(4)],
      }),
    ];

    const result = plan({ issues, configuration: { priority } });

    expect(result.rows.map(({ issue }) => issue)).toEqual([3, 2, 1, 4, 5]);
    expect(result.orderCheck).toBe("agrees");
  });
});
