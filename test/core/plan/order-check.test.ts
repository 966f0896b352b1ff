import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { buildGraph, findLevels } from "../../../src/core/plan/graph.ts";
import { checkOrder } from "../../../src/core/plan/order-check.ts";
import { anyGraph, columnsOf, type SmallGraph } from "../../arbitraries/graphs.ts";

const check = (order: readonly number[], size: number, edges: SmallGraph["edges"]): string =>
  checkOrder(order, buildGraph(size, columnsOf(edges)), size);

describe("checkOrder", () => {
  it("agrees with every order that Kahn finds [W07]", () => {
    fc.assert(
      fc.property(anyGraph, ({ size, edges }) => {
        const { order } = findLevels(buildGraph(size, columnsOf(edges)));

        expect(check([...order], size, edges)).toBe("agrees");
      }),
    );
  });

  it("objects to an order that breaks an edge, names a node twice, or has a cycle", () => {
    expect(check([1, 0], 2, [[0, 1]])).toBe("violated");
    expect(check([0, 0], 1, [])).toBe("violated");
    expect(check([0], 1, [[0, 0]])).toBe("violated");
  });

  it("does not ask toposort about a chain that would overflow it [F39]", () => {
    const order = Array.from({ length: 10_000 }, (_, index) => index);
    const edges = order.slice(1).map((node) => [node - 1, node] as const);

    expect(check(order, 10_000, edges)).toBe("partly");
  });
});
