import toposort from "toposort";

import { at, type Graph, inList } from "./graph.ts";

/**
 * `agrees`: our order respects every edge, and `toposort` finds no cycle in it either. `partly`:
 * every edge is respected, but the graph is too deep or too big for `toposort`. `violated`: a bug
 * of ours; nothing may start.
 */
export type OrderCheck = "agrees" | "partly" | "violated";

/** `toposort` recurses: it overflows at 6,974 nodes in the worst order (measured) [F39]. */
const MAX_DEPTH = 1_000;
const MAX_NODES = 2_000;

/**
 * Checks an order of nodes against the edges between them, and then with an algorithm that is not
 * ours. `depth` is the length of the longest chain.
 */
export function checkOrder(order: readonly number[], graph: Graph, depth: number): OrderCheck {
  const position = new Int32Array(graph.size).fill(-1);
  for (let index = 0; index < order.length; index += 1) {
    const node = inList(order, index);
    if (at(position, node) >= 0) {
      return "violated";
    }
    position[node] = index;
  }
  const isSmall = order.length <= MAX_NODES && depth <= MAX_DEPTH;
  const edges: [number, number][] = [];
  for (let index = 0; index < order.length; index += 1) {
    const node = inList(order, index);
    for (let edge = at(graph.offsets, node); edge < at(graph.offsets, node + 1); edge += 1) {
      const target = at(graph.targets, edge);
      if (at(position, target) >= 0 && at(position, target) <= at(position, node)) {
        return "violated";
      }
      if (isSmall && at(position, target) >= 0) {
        edges.push([node, target]);
      }
    }
  }
  return isSmall ? askToposort(order, edges) : "partly";
}

/** It throws on a cycle, and on a stack that is smaller than the depth we allow. */
function askToposort(order: readonly number[], edges: [number, number][]): OrderCheck {
  try {
    return toposort.array([...order], edges).length === order.length ? "agrees" : "violated";
  } catch (error) {
    return error instanceof RangeError ? "partly" : "violated";
  }
}
