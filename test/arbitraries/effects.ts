import fc from "fast-check";

import type { Effect } from "../../src/core/effects.ts";
import { ISSUE_STATES } from "../../src/core/journal/issue-state.ts";

/** Issues that exist before the first step; pull requests get the numbers after them. */
export const SEEDED_ISSUES = 4;

/** A number that nothing ever has. */
const MISSING = 77;

const issues = fc.integer({ min: 1, max: SEEDED_ISSUES });
const anyNumber = fc.oneof({ weight: 9, arbitrary: issues }, fc.constant(MISSING));
/** The first one mostly; the others may not exist. */
const pullRequests = fc.constantFrom(5, 5, 5, 6, 7).map((number) => number + SEEDED_ISSUES - 4);
/** Few words, so that the same text is written twice now and then. */
const texts = fc.constantFrom(
  "Waiting.",
  "**Attempt 1** runs.",
  "A & B <c> `d`\n\n```\nx\n```",
  "日本 🚀",
);

export function branchOf(issue: number): string {
  return `feature/issue-${issue}`;
}

const setStateLabel = fc.record({
  type: fc.constant("set-state-label" as const),
  issue: anyNumber,
  state: fc.option(fc.constantFrom(...ISSUE_STATES), { nil: undefined }),
});

function opening(issue: number, isDraft: boolean): Effect {
  return {
    type: "open-pull-request",
    issue,
    branch: branchOf(issue),
    base: "main",
    title: `feat: resolve it (#${issue})`,
    body: `Closes #${issue}\n`,
    isDraft,
  };
}

const openPullRequest = fc
  .record({ issue: issues, isDraft: fc.boolean() })
  .map(({ issue, isDraft }) => opening(issue, isDraft));

/** Every effect whose outcome an observation shows, and the kick. */
export const effects: fc.Arbitrary<Effect> = fc.oneof(
  setStateLabel,
  fc.record({
    type: fc.constant("write-status-comment" as const),
    issue: anyNumber,
    body: texts,
  }),
  fc.record({
    type: fc.constant("comment-once" as const),
    issue: anyNumber,
    key: fc.constantFrom("cycle-1", "cycle-2"),
    body: texts,
  }),
  openPullRequest,
  fc.record({
    type: fc.constant("describe-pull-request" as const),
    pullRequest: pullRequests,
    labels: fc.constantFrom([], ["ready-to-merge"]),
    milestone: fc.constantFrom(undefined, 1),
  }),
  fc.record({
    type: fc.constant("close-pull-request" as const),
    pullRequest: pullRequests,
    comment: texts,
  }),
  fc.record({ type: fc.constant("mark-ready" as const), pullRequest: pullRequests }),
  fc.record({ type: fc.constant("close-issue" as const), issue: anyNumber }),
  fc.record({
    type: fc.constant("write-milestone-block" as const),
    milestone: fc.constantFrom(1, 2),
    block: fc.constantFrom("Progress: 0.0 %", "Progress: 50.0 %"),
  }),
  issues.map((issue) => ({
    type: "remove-ref" as const,
    ref: `refs/heads/${branchOf(issue)}`,
    sha: undefined,
  })),
  fc.constant({ type: "start-tick" as const }),
);

/**
 * A list as a stage hands it over: no two effects of one kind on one target, and nothing that
 * rests on what another effect of the list does first.
 */
export const effectLists: fc.Arbitrary<readonly Effect[]> = fc
  .uniqueArray(effects, { minLength: 1, maxLength: 5, selector: targetOf })
  .filter((list) => {
    const rests = [
      list.some(({ type }) => type === "open-pull-request"),
      list.some(({ type }) => type === "remove-ref"),
      list.some((effect) => "pullRequest" in effect),
    ];
    return rests.filter(Boolean).length <= 1;
  });

function targetOf(effect: Effect): string {
  if ("pullRequest" in effect) {
    return `pull request ${effect.pullRequest}`;
  }
  const what = "issue" in effect ? effect.issue : JSON.stringify(effect);
  const key = effect.type === "comment-once" ? effect.key : "";
  return `${effect.type} ${what} ${key}`;
}

/** What a person does, or what the product does. Writers are `writer`, readers `reader`. */
export type WorldStep =
  | { readonly type: "apply"; readonly effects: readonly Effect[] }
  | { readonly type: "label" | "unlabel"; readonly issue: number; readonly label: string }
  | { readonly type: "edit" | "rename"; readonly issue: number; readonly by: "writer" | "reader" }
  | {
      readonly type: "close";
      readonly issue: number;
      readonly reason: "completed" | "not_planned";
    }
  | { readonly type: "reopen" | "push" | "merge" | "reject"; readonly issue: number }
  | { readonly type: "block"; readonly issue: number; readonly by: number }
  | { readonly type: "milestone"; readonly issue: number };

const labels = fc.constantFrom(
  "trigger:agent-execute",
  "P1-High",
  "blocked-by:#2",
  "state:failed",
  "state:ready",
);

const personSteps: fc.Arbitrary<WorldStep> = fc.oneof(
  fc.record({
    type: fc.constantFrom("label" as const, "unlabel" as const),
    issue: issues,
    label: labels,
  }),
  fc.record({
    type: fc.constantFrom("edit" as const, "rename" as const),
    issue: issues,
    by: fc.constantFrom("writer" as const, "reader" as const),
  }),
  fc.record({
    type: fc.constant("close" as const),
    issue: issues,
    reason: fc.constantFrom("completed" as const, "not_planned" as const),
  }),
  fc.record({
    type: fc.constantFrom("reopen" as const, "push" as const, "merge" as const, "reject" as const),
    issue: issues,
  }),
  fc
    .record({ type: fc.constant("block" as const), issue: issues, by: issues })
    .filter(({ issue, by }) => issue !== by),
  fc.record({ type: fc.constant("milestone" as const), issue: issues }),
);

/** Mostly effects; at first there are two branches, and a pull request for one of them. */
export const worldSteps: fc.Arbitrary<readonly WorldStep[]> = fc
  .array(
    fc.oneof(
      { weight: 2, arbitrary: personSteps },
      {
        weight: 5,
        arbitrary: effectLists.map((list): WorldStep => ({ type: "apply", effects: list })),
      },
    ),
    { minLength: 6, maxLength: 16 },
  )
  .map((steps) => [
    { type: "push", issue: 1 },
    { type: "push", issue: 2 },
    { type: "apply", effects: [opening(1, false)] },
    ...steps,
  ]);
