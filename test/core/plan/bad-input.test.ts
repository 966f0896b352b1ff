import { describe, expect, it } from "vitest";

import type { ObservedIssue } from "../../../src/core/observation.ts";
import type { Plan } from "../../../src/core/plan/plan-types.ts";
import { planTick } from "../../../src/core/plan/plan.ts";
import {
  anIssue,
  anUntriggeredIssue,
  aPlanInput,
  aReference,
  labelled,
  REPOSITORY,
  rowOf,
  sentenceOf,
} from "../../arbitraries/plan.ts";

const plan = (issues: readonly ObservedIssue[]): Plan => planTick(aPlanInput({ issues }));

/** A second of work, on a machine that may be busy with other tests. */
const HUGE_TIMEOUT_MS = 60_000;

describe("bad input", () => {
  it("5,000 blockers on one issue: one row with a short sentence", () => {
    const labels = Array.from({ length: 5_000 }, (_, index) => `blocked-by:#${index + 2}`);
    const blockers = Array.from({ length: 5_000 }, (_, index) =>
      anUntriggeredIssue({ number: index + 2 }),
    );

    const result = plan([anIssue({ number: 1, labels: labelled(...labels) }), ...blockers]);

    expect(rowOf(result, 1)?.blockedBy).toHaveLength(5_000);
    expect(sentenceOf(result, 1).length).toBeLessThan(300);
  });

  it(
    "a cycle of 5,000: every member held, at most twenty comments",
    () => {
      const issues = Array.from({ length: 5_000 }, (_, index) =>
        anIssue({ number: index + 1, blockedBy: [aReference(index === 0 ? 5_000 : index)] }),
      );

      const result = plan(issues);

      expect(result.cycles).toHaveLength(1);
      expect(result.cycles[0]).toHaveLength(5_000);
      expect(result.rows.every(({ reason }) => reason.type === "cycle")).toBe(true);
      expect(result.notices).toHaveLength(20);
    },
    HUGE_TIMEOUT_MS,
  );

  it.each([
    "Blocked by #-1",
    "Blocked by #0",
    "Blocked by #99999999999999999999",
    "Blocked by #1e9",
    "Blocked by #\u0661",
    "\u202EBlocked by #x\u202C",
    "Blocked by \u0007#y",
  ])("%j: a reason, never a crash", (body) => {
    const result = plan([anIssue({ number: 1, body })]);

    expect(rowOf(result, 1)?.reason.type).toBe("bad-reference");
    // eslint-disable-next-line no-control-regex
    expect(sentenceOf(result, 1)).not.toMatch(/[\u0000-\u001F\u202A-\u202E]/u);
  });

  it("issues with numbers that GitHub does not give", () => {
    const issues = [-1, 0, 1.5, 2 ** 53].map((number) => anIssue({ number }));

    expect(plan(issues).rows).toHaveLength(4);
  });

  it(
    "a chain of 100,000 is planned to its end [F39]",
    () => {
      const issues = Array.from({ length: 100_000 }, (_, index) =>
        anIssue({
          number: index + 1,
          labels: index === 0 ? labelled() : labelled(`blocked-by:#${index}`),
        }),
      );

      const result = plan(issues);

      expect(result.ready).toEqual([1]);
      expect(result.criticalPath).toHaveLength(100_000);
      expect(result.orderCheck).toBe("partly");
    },
    HUGE_TIMEOUT_MS,
  );

  it(
    "a parent chain of 5,000 with a blocker on top does not take quadratic room",
    () => {
      const issues = Array.from({ length: 5_000 }, (_, index) =>
        anIssue({
          number: index + 1,
          parent: index === 0 ? undefined : aReference(index),
          body: `Blocked by #${10_000 + index}`,
        }),
      );
      const blockers = Array.from({ length: 5_000 }, (_, index) =>
        anUntriggeredIssue({ number: 10_000 + index }),
      );

      const result = plan([...issues, ...blockers]);

      expect(result.ready).toEqual([]);
      expect(rowOf(result, 5_000)?.blockedBy.length).toBeLessThanOrEqual(51);
    },
    HUGE_TIMEOUT_MS,
  );

  it("tells references of its own repository whatever the case of its name", () => {
    const issue = anIssue({ number: 2, body: `Blocked by ${REPOSITORY.toUpperCase()}#1` });

    expect(plan([anIssue({ number: 1 }), issue]).edges).toHaveLength(1);
  });
});
