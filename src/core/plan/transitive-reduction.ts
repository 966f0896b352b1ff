import { at, buildGraph, type EdgeColumns, findLevels, type Graph } from "./graph.ts";

/** More edges than GitHub's Mermaid draws need no reduction: they become a table. */
export const MAX_REDUCED_EDGES = 5_000;

export interface Edge {
  readonly from: number;
  readonly to: number;
}

/**
 * Leaves out every edge that a longer way says already, for display only. Edges in and behind
 * cycles stay as they are. Returns `undefined` when there are too many edges to draw anyway.
 */
export function reduceTransitively<E extends Edge>(edges: readonly E[]): readonly E[] | undefined {
  if (edges.length > MAX_REDUCED_EDGES) {
    return undefined;
  }
  const names = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].toSorted((a, b) => a - b);
  const index = new Map(names.map((name, position) => [name, position]));
  const graph = buildGraph(names.length, columns(edges, index));
  const { level } = findLevels(graph);
  return edges.filter(({ from, to }) => {
    const source = index.get(from) ?? 0;
    const target = index.get(to) ?? 0;
    return at(level, target) < 0 || !hasLongerWay(graph, level, source, target);
  });
}

function columns(edges: readonly Edge[], index: ReadonlyMap<number, number>): EdgeColumns {
  return {
    from: edges.map(({ from }) => index.get(from) ?? 0),
    to: edges.map(({ to }) => index.get(to) ?? 0),
    bits: edges.map(() => 1),
  };
}

/** Searches forward from `source`, past its direct edge to `target`, never beyond its level. */
function hasLongerWay(graph: Graph, level: Int32Array, source: number, target: number): boolean {
  const seen = new Uint8Array(graph.size);
  const open: number[] = [];
  const push = (node: number, isStart: boolean): void => {
    for (let edge = at(graph.offsets, node); edge < at(graph.offsets, node + 1); edge += 1) {
      const next = at(graph.targets, edge);
      const isDirect = isStart && next === target;
      if (!isDirect && seen[next] === 0 && at(level, next) >= 0 && canReach(next)) {
        seen[next] = 1;
        open.push(next);
      }
    }
  };
  const canReach = (node: number): boolean =>
    node === target || at(level, node) < at(level, target);
  push(source, true);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === target) {
      return true;
    }
    push(node, false);
  }
  return false;
}
