import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  MAX_REDUCED_EDGES,
  reduceTransitively,
} from "../../../src/core/plan/transitive-reduction.ts";
import { anyGraph, reachability } from "../../arbitraries/graphs.ts";

describe("reduceTransitively", () => {
  it("leaves out what a longer way says", () => {
    const edges = [
      { from: 1, to: 2 },
      { from: 2, to: 3 },
      { from: 1, to: 3 },
    ];

    expect(reduceTransitively(edges)).toEqual(edges.slice(0, 2));
  });

  it("keeps who waits for whom, and no edge that could still go", () => {
    fc.assert(
      fc.property(anyGraph, ({ size, edges }) => {
        const acyclic = edges.filter(([from, to]) => from < to);
        const reduced =
          reduceTransitively(acyclic.map(([from, to]) => ({ from, to })))?.map(
            ({ from, to }) => [from, to] as const,
          ) ?? [];

        expect(reachability({ size, edges: reduced })).toEqual(
          reachability({ size, edges: acyclic }),
        );
        const distinct = [...new Set(reduced.map(([from, to]) => `${from} ${to}`))];
        for (const edge of distinct) {
          const others = reduced.filter(([from, to]) => `${from} ${to}` !== edge);
          expect(reachability({ size, edges: others })).not.toEqual(
            reachability({ size, edges: acyclic }),
          );
        }
      }),
    );
  });

  it("gives up on what nobody could draw", () => {
    const edges = Array.from({ length: MAX_REDUCED_EDGES + 1 }, (_, index) => ({
      from: 1,
      to: index + 2,
    }));

    expect(reduceTransitively(edges)).toBeUndefined();
  });
});
