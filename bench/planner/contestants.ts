import { alg, Graph } from "@dagrejs/graphlib";
import { DirectedGraph } from "graphology";
import { hasCycle, topologicalGenerations, topologicalSort } from "graphology-dag";
import toposort from "toposort";

import { findRemainingPaths, listCriticalPath } from "../../src/core/plan/critical-path.ts";
import { buildIssueGraph } from "../../src/core/plan/issue-graph.ts";
import type { ListedIssue } from "./graph-lists.ts";

/** Who orders a list of issues, and what else it says about them. */
export interface Contestant {
  readonly name: string;
  readonly reports: string;
  /** False for what gives up at the first cycle. */
  readonly reportsCycles: boolean;
  /** Returns the numbers in an order in which each comes after all that it waits for. */
  readonly order: (issues: readonly ListedIssue[]) => readonly number[];
}

export const CONTESTANTS: readonly Contestant[] = [
  {
    name: "water-spider",
    reports: "order, members of every cycle, levels, critical path",
    reportsCycles: true,
    order: orderOurs,
  },
  {
    name: "toposort",
    reports: "order, or one node of a cycle",
    reportsCycles: false,
    order: orderByToposort,
  },
  {
    name: "@dagrejs/graphlib",
    reports: "order, members of every cycle",
    reportsCycles: true,
    order: orderByGraphlib,
  },
  {
    name: "graphology-dag",
    reports: "order, whether there is a cycle, generations",
    reportsCycles: true,
    order: orderByGraphology,
  },
];

const MINUTES = 30;
const NO_PLACES = new Int32Array(0);
const NOTHING: ReadonlyMap<number, never> = new Map<number, never>();

function orderOurs(listed: readonly ListedIssue[]): readonly number[] {
  const issues = Array.from(Float64Array.from(listed, ({ number }) => number).toSorted());
  const nodeOf = new Map(issues.map((issue, node) => [issue, node]));
  const edges: { from: number[]; to: number[]; bits: number[] } = { from: [], to: [], bits: [] };
  for (const { number, blockedBy } of listed) {
    for (const blocker of blockedBy) {
      edges.from.push(nodeOf.get(blocker) ?? 0);
      edges.to.push(nodeOf.get(number) ?? 0);
      edges.bits.push(1);
    }
  }
  const graph = buildIssueGraph({
    issues,
    nodes: NO_PLACES,
    edges,
    problems: NOTHING,
    notPlanned: NOTHING,
    releasedAt: NOTHING,
    bodies: NOTHING,
  });
  const paths = findRemainingPaths(graph, new Float64Array(issues.length).fill(MINUTES));
  if (graph.cycles.length > 0 || listCriticalPath(graph, paths).length === 0) {
    throw new Error("A graph without cycles has a critical path and no cycle.");
  }
  return Array.from(graph.order, (node) => issues[node] ?? 0);
}

function orderByToposort(listed: readonly ListedIssue[]): readonly number[] {
  const nodes = listed.map(({ number }) => number);
  const edges: [number, number][] = [];
  for (const { number, blockedBy } of listed) {
    for (const blocker of blockedBy) {
      edges.push([blocker, number]);
    }
  }
  return toposort.array(nodes, edges);
}

function orderByGraphlib(listed: readonly ListedIssue[]): readonly number[] {
  const graph = new Graph();
  for (const { number } of listed) {
    graph.setNode(String(number));
  }
  for (const { number, blockedBy } of listed) {
    for (const blocker of blockedBy) {
      graph.setEdge(String(blocker), String(number));
    }
  }
  if (alg.findCycles(graph).length > 0) {
    throw new Error("graphlib found a cycle in a graph without any.");
  }
  return alg.topsort(graph).map(Number);
}

function orderByGraphology(listed: readonly ListedIssue[]): readonly number[] {
  const graph = new DirectedGraph();
  for (const { number } of listed) {
    graph.addNode(number);
  }
  for (const { number, blockedBy } of listed) {
    for (const blocker of blockedBy) {
      graph.addDirectedEdge(blocker, number);
    }
  }
  if (hasCycle(graph) || topologicalGenerations(graph).length === 0) {
    throw new Error("graphology found a cycle in a graph without any.");
  }
  return topologicalSort(graph).map(Number);
}
