import { at, buildGraph, type Graph } from "./graph.ts";

export interface GatedGraph {
  readonly graph: Graph;
  /** By gate, counted from the first: the node of the parent that it belongs to. */
  readonly gateOwners: readonly number[];
}

/** Sub-issues nest eight deep on GitHub; longer chains are not real. */
const MAX_DEPTH = 16;

/**
 * Lets children wait for what blocks their parent [N07]. A parent with blockers other than its
 * children gets a gate: blockers → gate → children, and gate → gate of each child that is a parent
 * itself. Edges in that number instead of blockers times children. A child that is itself the
 * blocker of its parent does not wait for itself; one that waits for a blocker which in turn waits
 * for the child is a deadlock, and comes out as a cycle [F40].
 */
export function addGates(graph: Graph, subIssueBit: number): GatedGraph {
  const parents = new Parents(graph, subIssueBit);
  const gateOf = new Map<number, number>();
  for (const owner of parents.withGate()) {
    gateOf.set(owner, graph.size + gateOf.size);
  }
  if (gateOf.size === 0) {
    return { graph, gateOwners: [] };
  }
  const from: number[] = [];
  const to: number[] = [];
  const bits: number[] = [];
  const add = (source: number, target: number, bit: number): void => {
    from.push(source);
    to.push(target);
    bits.push(bit);
  };
  for (let node = 0; node < graph.size; node += 1) {
    for (let edge = at(graph.offsets, node); edge < at(graph.offsets, node + 1); edge += 1) {
      add(node, at(graph.targets, edge), at(graph.bits, edge));
    }
  }
  for (const [owner, gate] of gateOf) {
    for (const blocker of parents.blockersOf(owner)) {
      add(blocker, gate, 0);
    }
    for (const child of parents.childrenOf(owner)) {
      add(gate, child, 0);
      const inner = gateOf.get(child);
      if (inner !== undefined) {
        add(gate, inner, 0);
      }
    }
  }
  return {
    graph: buildGraph(graph.size + gateOf.size, { from, to, bits }),
    gateOwners: [...gateOf.keys()],
  };
}

/** Parents and children in the graph: an edge with the sub-issue bit leads from child to parent. */
class Parents {
  readonly #graph: Graph;
  readonly #childrenOf = new Map<number, number[]>();
  readonly #parentOf = new Map<number, number>();
  readonly #blockersOf = new Map<number, number[]>();

  constructor(graph: Graph, subIssueBit: number) {
    this.#graph = graph;
    for (let node = 0; node < graph.size; node += 1) {
      for (let edge = at(graph.offsets, node); edge < at(graph.offsets, node + 1); edge += 1) {
        if ((at(graph.bits, edge) & subIssueBit) !== 0) {
          const parent = at(graph.targets, edge);
          pushTo(this.#childrenOf, parent, node);
          this.#parentOf.set(node, this.#parentOf.get(node) ?? parent);
        }
      }
    }
    for (const parent of this.#childrenOf.keys()) {
      this.#collectBlockers(parent);
    }
  }

  childrenOf(node: number): readonly number[] {
    return this.#childrenOf.get(node) ?? [];
  }

  blockersOf(node: number): readonly number[] {
    return this.#blockersOf.get(node) ?? [];
  }

  /** Parents with blockers of their own, and all parents below them; ascending. */
  withGate(): readonly number[] {
    const found = new Set(this.#blockersOf.keys());
    for (const parent of found) {
      for (const child of this.childrenOf(parent)) {
        if (this.#childrenOf.has(child)) {
          found.add(child);
        }
      }
    }
    return [...found].toSorted((a, b) => a - b);
  }

  #collectBlockers(parent: number): void {
    const { sourceOffsets, sources } = this.#graph;
    const children = new Set(this.childrenOf(parent));
    const end = at(sourceOffsets, parent + 1);
    for (let edge = at(sourceOffsets, parent); edge < end; edge += 1) {
      const blocker = at(sources, edge);
      if (!children.has(blocker) && !this.#isBelow(blocker, parent)) {
        pushTo(this.#blockersOf, parent, blocker);
      }
    }
  }

  /** Whether `node` is `ancestor` or one of its descendants. */
  #isBelow(node: number, ancestor: number): boolean {
    let current: number | undefined = node;
    for (let depth = 0; current !== undefined && depth <= MAX_DEPTH; depth += 1) {
      if (current === ancestor) {
        return true;
      }
      current = this.#parentOf.get(current);
    }
    return false;
  }
}

function pushTo(map: Map<number, number[]>, key: number, value: number): void {
  const known = map.get(key);
  if (known === undefined) {
    map.set(key, [value]);
  } else {
    known.push(value);
  }
}
