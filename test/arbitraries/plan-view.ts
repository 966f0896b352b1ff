import fc from "fast-check";

import type { Plan, PlanRow } from "../../src/core/plan/plan-types.ts";
import { planTick } from "../../src/core/plan/plan.ts";
import type { Reason } from "../../src/core/plan/reasons.ts";
import type { SummaryInput } from "../../src/core/text/plan-summary.ts";
import { anyPlanInput } from "./backlog.ts";
import { anIssue, aPlanInput } from "./plan.ts";
import { hostileTexts } from "./session.ts";

/** What a summary needs around a plan. */
export function aTick(plan: Plan): SummaryInput {
  const { repository } = aPlanInput({ issues: [] }).observation;
  return { plan, repository, repairs: [], busySlots: [], offlineSlots: [] };
}

const [ROW] = planTick(aPlanInput({ issues: [anIssue({ number: 1 })] })).rows;

/** A row of a plan, as planned for an issue of which nothing is known. */
export function aRow(parts: Partial<PlanRow> & { readonly issue: number }): PlanRow {
  if (ROW === undefined) {
    throw new Error("A plan of one issue has one row.");
  }
  return { ...ROW, ...parts };
}

/** Reasons that quote what people, agents and files say. */
const anyQuotingReason: fc.Arbitrary<Reason> = hostileTexts.chain((text) =>
  fc.constantFrom<Reason>(
    { type: "unreadable-issue", detail: text },
    { type: "failed", detail: text },
    { type: "awaiting-review", pullRequest: 7, detail: text },
    { type: "paused", reason: "meltdown", until: undefined, detail: text },
    { type: "label-by-reader", login: text },
    { type: "permission-unread", logins: [text, text] },
    {
      type: "bad-reference",
      problems: [
        { type: "malformed", origin: "body", line: 3, text },
        { type: "cross-repository", line: undefined, repository: text, issue: 3 },
      ],
    },
  ),
);

/** A plan of a real backlog with the worst texts in it. */
export const anyQuotingPlan: fc.Arbitrary<Plan> = fc
  .tuple(anyPlanInput, fc.array(anyQuotingReason, { minLength: 12, maxLength: 12 }), hostileTexts)
  .map(([input, reasons, label]) => {
    const plan = planTick(input);
    return {
      ...plan,
      rows: plan.rows.map((row, index) => ({ ...row, reason: reasons[index] ?? row.reason })),
      warnings: [
        ...plan.warnings,
        { issue: 1, warning: { type: "malformed-estimate", label } },
        { issue: 1, warning: { type: "malformed-path", line: 2, path: label } },
      ],
    };
  });

/** Edges in any direction, so with cycles too, around the sizes that GitHub still draws. */
export const anyBigPlan: fc.Arbitrary<Plan> = fc
  .record({
    size: fc.integer({ min: 2, max: 450 }),
    edges: fc.oneof(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 380, max: 520 }),
      fc.integer({ min: 800, max: 900 }),
    ),
    offset: fc.constantFrom(0, 999_999_000),
    seed: fc.integer({ min: 1, max: 2 ** 30 }),
    isAcyclic: fc.boolean(),
  })
  .map(({ size, edges, offset, seed, isAcyclic }) => {
    let state = seed;
    const next = (): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
      return offset + 1 + ((state >> 8) % size);
    };
    const labels = Array.from({ length: edges }, () => {
      const [a, b] = [next(), next()];
      return isAcyclic ? [Math.min(a, b), Math.max(a, b)] : [a, b];
    }).filter(([a, b]) => a !== b);
    const blockersOf = new Map<number, string[]>();
    for (const [from = 0, to = 0] of labels) {
      blockersOf.set(to, [...(blockersOf.get(to) ?? []), `blocked-by:#${from}`]);
    }
    const issues = Array.from({ length: size }, (_, index) => offset + 1 + index);
    return planTick(
      aPlanInput({
        issues: issues.map((number) =>
          anIssue({
            number,
            labels: ["trigger:agent-execute", ...(blockersOf.get(number) ?? [])],
          }),
        ),
      }),
    );
  });
