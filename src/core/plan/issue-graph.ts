import { cycleOfNodes, findCycles } from "./cycles.ts";
import type { Dependencies } from "./dependencies.ts";
import { type EdgeOrigin, ORIGIN_BITS, originsOf } from "./edge-origin.ts";
import { addGates } from "./gates.ts";
import { at, buildGraph, findLevels, type Graph, inList } from "./graph.ts";

/** `from` must be done before `to`; both are open. */
export interface PlanEdge {
  readonly from: number;
  readonly to: number;
  readonly origins: readonly EdgeOrigin[];
}

/**
 * The dependencies as a graph. Node `i` below `issues.length` is `issues[i]`; the nodes after them
 * are gates: through the gate of a parent its children wait for what blocks the parent.
 */
export interface IssueGraph {
  readonly issues: readonly number[];
  readonly graph: Graph;
  /** Nodes in an order in which each comes after all that it waits for; none of a cycle. */
  readonly order: Int32Array;
  /** By node: longest way from an issue that waits for nothing; -1 in and behind cycles. */
  readonly level: Int32Array;
  /** Each with all its members as issue numbers, ascending; sorted by their first member. */
  readonly cycles: readonly (readonly number[])[];
  /** By node: index into `cycles` of the cycle it is in or behind; -1 for none. */
  readonly cycleOf: Int32Array;
  readonly edges: readonly PlanEdge[];
  /** By gate, counted from the first: the node of the parent. */
  readonly gateOwners: readonly number[];
}

export function buildIssueGraph(dependencies: Dependencies): IssueGraph {
  const { issues } = dependencies;
  const plain = buildGraph(issues.length, dependencies.edges);
  const { graph, gateOwners } = addGates(plain, ORIGIN_BITS["sub-issue"]);
  const { order, level } = findLevels(graph, issues.length);
  const ownerOf = (node: number): number =>
    node < issues.length ? node : inList(gateOwners, node - issues.length);
  const rings = joinRings(
    findCycles(graph, level).map((nodes) => ({
      nodes,
      members: ascending(nodes.map((node) => inList(issues, ownerOf(node)))),
    })),
  );
  return {
    issues,
    graph,
    order,
    level,
    cycles: rings.map(({ members }) => members),
    cycleOf: cycleOfNodes(
      graph,
      rings.map(({ nodes }) => nodes),
    ),
    edges: listEdges(plain, issues),
    gateOwners,
  };
}

interface Ring {
  readonly nodes: readonly number[];
  readonly members: readonly number[];
}

/** Parents of each other are a ring, and so are their gates: to people that is one cycle. */
function joinRings(rings: readonly Ring[]): readonly Ring[] {
  const joined = new Map<string, Ring>();
  for (const { nodes, members } of rings) {
    const key = members.join(" ");
    joined.set(key, { nodes: [...(joined.get(key)?.nodes ?? []), ...nodes], members });
  }
  return [...joined.values()].toSorted((a, b) => inList(a.members, 0) - inList(b.members, 0));
}

function listEdges(graph: Graph, issues: readonly number[]): readonly PlanEdge[] {
  const edges: PlanEdge[] = [];
  for (let node = 0; node < graph.size; node += 1) {
    for (let edge = at(graph.offsets, node); edge < at(graph.offsets, node + 1); edge += 1) {
      edges.push({
        from: inList(issues, node),
        to: inList(issues, at(graph.targets, edge)),
        origins: originsOf(at(graph.bits, edge)),
      });
    }
  }
  return edges;
}

/** Each once, the lowest first. */
export function ascending(values: Iterable<number>): readonly number[] {
  return [...new Set(values)].toSorted((a, b) => a - b);
}
