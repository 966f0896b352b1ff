import { numbersFrom, shuffled, wholeNumber } from "../seeded-numbers.ts";

/** An issue with what it waits for: the form in which every contestant gets its graph. */
export interface ListedIssue {
  readonly number: number;
  readonly blockedBy: readonly number[];
}

export const GRAPH_SHAPES = ["chain", "wide", "random"] as const;

export type GraphShape = (typeof GRAPH_SHAPES)[number];

/**
 * Lists `size` issues in shuffled order. `chain`: each waits for the one before. `wide`: one before
 * all others, and one after all of them. `random`: each waits for two with lower numbers.
 */
export function listIssues(shape: GraphShape, size: number, seed: number): readonly ListedIssue[] {
  const next = numbersFrom(seed);
  const blockersOf = (number: number): readonly number[] => {
    switch (shape) {
      case "chain":
        return number === 1 ? [] : [number - 1];
      case "wide":
        return wideBlockers(number, size);
      case "random":
        return twoLower(number, () => wholeNumber(next, 1, number - 1));
    }
  };
  const issues = Array.from({ length: size }, (_, index) => ({
    number: index + 1,
    blockedBy: blockersOf(index + 1),
  }));
  return shuffled(next, issues);
}

function wideBlockers(number: number, size: number): readonly number[] {
  if (number === 1) {
    return [];
  }
  return number === size && size > 2
    ? Array.from({ length: size - 2 }, (_, index) => index + 2)
    : [1];
}

/** Up to two different lower numbers: the first issue has none, the second one. */
export function twoLower(number: number, pick: () => number): readonly number[] {
  return number === 1 ? [] : [...new Set([pick(), pick()])];
}
