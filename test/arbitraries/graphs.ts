import fc from "fast-check";

import type { EdgeColumns } from "../../src/core/plan/graph.ts";

export interface SmallGraph {
  readonly size: number;
  readonly edges: readonly (readonly [number, number])[];
}

/** Small and dense, so that cycles, self edges and duplicates are common. */
export const anyGraph: fc.Arbitrary<SmallGraph> = fc.integer({ min: 1, max: 9 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    edges: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 14 }),
  }),
);

export function columnsOf(edges: SmallGraph["edges"]): EdgeColumns {
  return {
    from: edges.map(([from]) => from),
    to: edges.map(([, to]) => to),
    bits: edges.map(() => 1),
  };
}

/** Which nodes can be reached from each, by one or more edges: Warshall, slow and plain. */
export function reachability({ size, edges }: SmallGraph): readonly (readonly boolean[])[] {
  const reach = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  const row = (index: number): boolean[] => reach[index] ?? [];
  for (const [from, to] of edges) {
    row(from)[to] = true;
  }
  for (let via = 0; via < size; via += 1) {
    for (let from = 0; from < size; from += 1) {
      for (let to = 0; to < size; to += 1) {
        row(from)[to] ||= row(from)[via] === true && row(via)[to] === true;
      }
    }
  }
  return reach;
}
