import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { cycleOfNodes, findCycles } from "../../../src/core/plan/cycles.ts";
import { buildGraph, findLevels, type Graph } from "../../../src/core/plan/graph.ts";
import { anyGraph, columnsOf, reachability, type SmallGraph } from "../../arbitraries/graphs.ts";

const build = ({ size, edges }: SmallGraph): Graph => buildGraph(size, columnsOf(edges));

const successors = (graph: Graph, node: number): readonly number[] => [
  ...graph.targets.subarray(graph.offsets[node], graph.offsets[node + 1]),
];

const predecessors = (graph: Graph, node: number): readonly number[] => [
  ...graph.sources.subarray(graph.sourceOffsets[node], graph.sourceOffsets[node + 1]),
];

const ring = (size: number, start = 0): SmallGraph["edges"] =>
  Array.from(
    { length: size },
    (_, index) => [start + index, start + ((index + 1) % size)] as const,
  );

const chain = (size: number): SmallGraph["edges"] =>
  Array.from({ length: size - 1 }, (_, index) => [index, index + 1] as const);

const cyclesOf = (small: SmallGraph): readonly (readonly number[])[] => {
  const graph = build(small);
  return findCycles(graph, findLevels(graph).level);
};

describe("buildGraph", () => {
  it("keeps every edge once, in both directions, in order", () => {
    fc.assert(
      fc.property(anyGraph, (small) => {
        const graph = build(small);
        for (let node = 0; node < small.size; node += 1) {
          const out = small.edges.filter(([from]) => from === node).map(([, to]) => to);
          const into = small.edges.filter(([, to]) => to === node).map(([from]) => from);
          expect(successors(graph, node)).toEqual([...new Set(out)].toSorted((a, b) => a - b));
          expect(predecessors(graph, node)).toEqual([...new Set(into)].toSorted((a, b) => a - b));
        }
      }),
    );
  });

  it("joins the origins of duplicate edges", () => {
    const graph = buildGraph(2, { from: [0, 0, 0], to: [1, 1, 1], bits: [1, 8, 1] });

    expect([...graph.bits]).toEqual([9]);
  });
});

describe("findLevels", () => {
  it("puts every node outside of cycles after all that it waits for", () => {
    fc.assert(
      fc.property(anyGraph, (small) => {
        const { order, level } = findLevels(build(small));
        const position = new Map([...order].map((node, index) => [node, index]));
        const reach = reachability(small);
        for (let node = 0; node < small.size; node += 1) {
          const isStuck = reach.some((row, from) => row[from] === true && row[node] === true);
          expect(position.has(node)).toBe(!isStuck);
          expect(level[node] === -1).toBe(isStuck);
        }
        for (const [from, to] of small.edges.filter((edge) => position.has(edge[1]))) {
          expect(position.get(from)).toBeLessThan(position.get(to) ?? -1);
          expect(level[from]).toBeLessThan(level[to] ?? -1);
        }
      }),
    );
  });

  it("gives the levels and the width of the example of six tasks [E04a]", () => {
    const tasks = [
      [1, 2],
      [1, 3],
      [2, 4],
      [3, 4],
      [4, 5],
      [5, 6],
    ] as const;

    const { level } = findLevels(
      buildGraph(6, columnsOf(tasks.map(([from, to]) => [from - 1, to - 1] as const))),
    );

    expect([...level]).toEqual([0, 1, 1, 2, 3, 4]);
  });

  it("orders a chain of 100,000 without overflow, whatever its direction [F39]", () => {
    const forward = chain(100_000);
    const backward = forward.map(([from, to]) => [99_999 - from, 99_999 - to] as const);

    for (const edges of [forward, backward]) {
      const { order } = findLevels(build({ size: 100_000, edges }));

      expect(order).toHaveLength(100_000);
    }
  });
});

describe("findCycles", () => {
  it("finds every cycle with all its members and nothing else [F38]", () => {
    fc.assert(
      fc.property(anyGraph, (small) => {
        const reach = reachability(small);
        const expected = new Set<string>();
        for (let node = 0; node < small.size; node += 1) {
          if (reach[node]?.[node] === true) {
            const members = reach.flatMap((row, other) =>
              row[node] === true && reach[node]?.[other] === true ? [other] : [],
            );
            expected.add(members.join(" "));
          }
        }

        expect(new Set(cyclesOf(small).map((members) => members.join(" ")))).toEqual(expected);
      }),
    );
  });

  it.each([1, 2, 5_000])("finds a cycle of %i", (size) => {
    expect(cyclesOf({ size, edges: ring(size) })).toEqual([
      Array.from({ length: size }, (_, index) => index),
    ]);
  });

  it("searches behind a chain of 100,000 that ends in a cycle [F39]", () => {
    const edges = [...chain(100_000), [99_999, 99_998] as const];

    expect(cyclesOf({ size: 100_000, edges })).toEqual([[99_998, 99_999]]);
  });

  it("tells behind which cycle a node waits", () => {
    const small = { size: 6, edges: [...ring(2), [1, 2], [2, 3], [4, 5]] as const };
    const graph = build(small);

    const cycleOf = cycleOfNodes(graph, findCycles(graph, findLevels(graph).level));

    expect([...cycleOf]).toEqual([0, 0, 0, 0, -1, -1]);
  });
});
