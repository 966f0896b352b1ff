import { at, type Graph } from "./graph.ts";

/**
 * Finds every cycle with all its members: Tarjan's strongly connected components with more than
 * one node, and nodes that wait for themselves. Only nodes for which `level` is -1 are looked at.
 * The work list is an array, so depth costs memory and no stack [F38, F39].
 */
export function findCycles(graph: Graph, level: Int32Array): readonly (readonly number[])[] {
  const search = new Search(graph, level);
  for (let node = 0; node < graph.size; node += 1) {
    if (at(level, node) < 0) {
      search.visit(node);
    }
  }
  return search.cycles;
}

class Search {
  readonly cycles: number[][] = [];
  readonly #graph: Graph;
  readonly #level: Int32Array;
  /** When a node was first seen, from 1; 0 = not yet. */
  readonly #seen: Int32Array;
  /** The earliest seen node that can be reached from this one. */
  readonly #low: Int32Array;
  readonly #isOpen: Uint8Array;
  /** The next edge of each node to follow. */
  readonly #next: Int32Array;
  readonly #component: number[] = [];
  #clock = 0;

  constructor(graph: Graph, level: Int32Array) {
    this.#graph = graph;
    this.#level = level;
    this.#seen = new Int32Array(graph.size);
    this.#low = new Int32Array(graph.size);
    this.#isOpen = new Uint8Array(graph.size);
    this.#next = graph.offsets.slice(0, graph.size);
  }

  visit(root: number): void {
    if (this.#seen[root] !== 0) {
      return;
    }
    const path = [this.#enter(root)];
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const edge = at(this.#next, node);
      if (edge < at(this.#graph.offsets, node + 1)) {
        this.#next[node] = edge + 1;
        this.#follow(node, at(this.#graph.targets, edge), path);
      } else {
        path.pop();
        this.#leave(node, path.at(-1));
      }
    }
  }

  #enter(node: number): number {
    this.#clock += 1;
    this.#seen[node] = this.#clock;
    this.#low[node] = this.#clock;
    this.#isOpen[node] = 1;
    this.#component.push(node);
    return node;
  }

  #follow(node: number, target: number, path: number[]): void {
    if (at(this.#level, target) >= 0) {
      return;
    }
    if (this.#seen[target] === 0) {
      path.push(this.#enter(target));
    } else if (this.#isOpen[target] === 1) {
      this.#low[node] = Math.min(at(this.#low, node), at(this.#seen, target));
    }
  }

  #leave(node: number, parent: number | undefined): void {
    if (parent !== undefined) {
      this.#low[parent] = Math.min(at(this.#low, parent), at(this.#low, node));
    }
    if (this.#low[node] !== this.#seen[node]) {
      return;
    }
    const members: number[] = [];
    for (let member = this.#component.pop(); member !== undefined;) {
      this.#isOpen[member] = 0;
      members.push(member);
      member = member === node ? undefined : this.#component.pop();
    }
    if (members.length > 1 || this.#waitsForItself(node)) {
      this.cycles.push(members.toSorted((a, b) => a - b));
    }
  }

  #waitsForItself(node: number): boolean {
    const { offsets, targets } = this.#graph;
    return targets.subarray(at(offsets, node), at(offsets, node + 1)).includes(node);
  }
}

/**
 * Tells for each node in or behind a cycle which cycle that is, as an index into `cycles`; -1 for
 * all others. Behind several, the one that reaches the node first in the order of `cycles`.
 */
export function cycleOfNodes(graph: Graph, cycles: readonly (readonly number[])[]): Int32Array {
  const cycleOf = new Int32Array(graph.size).fill(-1);
  for (const [cycle, members] of cycles.entries()) {
    for (const member of members) {
      cycleOf[member] = cycle;
    }
  }
  const queue = cycles.flat();
  for (let head = 0; head < queue.length; head += 1) {
    const node = queue[head] ?? 0;
    for (let edge = at(graph.offsets, node); edge < at(graph.offsets, node + 1); edge += 1) {
      const target = at(graph.targets, edge);
      if (at(cycleOf, target) < 0) {
        cycleOf[target] = at(cycleOf, node);
        queue.push(target);
      }
    }
  }
  return cycleOf;
}
