/**
 * A directed graph over the nodes 0 … size - 1, in compressed rows: the successors of `v` are
 * `targets[offsets[v]]` up to, not including, `targets[offsets[v + 1]]`, ascending and each once.
 * An edge points from what must be done first to what waits for it.
 */
export interface Graph {
  readonly size: number;
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
  /** The same edges backwards: what a node waits for. */
  readonly sourceOffsets: Int32Array;
  readonly sources: Int32Array;
  /** For each entry of `targets`: the bits of all its duplicates together. */
  readonly bits: Uint8Array;
}

/** Edges as they were found, in any order and with duplicates: three columns of equal length. */
export interface EdgeColumns {
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
  /** Bits that say where the edge comes from. */
  readonly bits: ArrayLike<number>;
}

/** What the columns of the planner are made of. */
export type NumberColumn = Int32Array | Float64Array | Uint8Array;

/**
 * Element of a column, 0 outside of it: for indices that are known to be inside. One function for
 * columns and one for lists: the engine reads a few kinds of arrays in one place many times as fast
 * as many kinds.
 */
export function at(column: NumberColumn, index: number): number {
  return column[index] ?? 0;
}

/** Element of a list, 0 outside of it. */
export function inList(list: readonly number[], index: number): number {
  return list[index] ?? 0;
}

/** A list with a place for each of so many nodes; `Array.from` takes thirty times as long. */
export function listByNode<T>(size: number): (T | undefined)[] {
  const list: (T | undefined)[] = [];
  list.length = size;
  return list.fill(undefined);
}

/** Builds the graph in linear time, by counting sort on one end and then on the other. */
export function buildGraph(size: number, edges: EdgeColumns): Graph {
  const from = new Int32Array(edges.from);
  const to = new Int32Array(edges.to);
  const byFrom = bucket(size, from);
  // Going through the edges by `from` and then by `to` leaves them sorted by both.
  const byTo = bucket(size, pick(to, byFrom.order));
  const inOrder = pick(byFrom.order, byTo.order);
  const kept = joinEqual(
    pick(from, inOrder),
    pick(to, inOrder),
    pick(new Int32Array(edges.bits), inOrder),
  );
  const forward = bucket(size, kept.from);
  return {
    size,
    offsets: forward.offsets,
    targets: pick(kept.to, forward.order),
    sourceOffsets: offsetsOf(size, kept.to),
    sources: kept.from,
    bits: new Uint8Array(pick(kept.bits, forward.order)),
  };
}

/** The values at these positions. */
export function pick(values: Int32Array, positions: Int32Array): Int32Array {
  const picked = new Int32Array(positions.length);
  for (let index = 0; index < positions.length; index += 1) {
    picked[index] = at(values, at(positions, index));
  }
  return picked;
}

interface Buckets {
  readonly offsets: Int32Array;
  /** Positions of the keys, sorted by key; equal keys stay in their order. */
  readonly order: Int32Array;
}

function bucket(size: number, keys: Int32Array): Buckets {
  const offsets = offsetsOf(size, keys);
  const next = offsets.slice();
  const order = new Int32Array(keys.length);
  for (let position = 0; position < keys.length; position += 1) {
    const key = at(keys, position);
    order[at(next, key)] = position;
    next[key] = at(next, key) + 1;
  }
  return { offsets, order };
}

function offsetsOf(size: number, keys: Int32Array): Int32Array {
  const offsets = new Int32Array(size + 1);
  for (let position = 0; position < keys.length; position += 1) {
    const slot = at(keys, position) + 1;
    offsets[slot] = at(offsets, slot) + 1;
  }
  for (let node = 0; node < size; node += 1) {
    offsets[node + 1] = at(offsets, node) + at(offsets, node + 1);
  }
  return offsets;
}

interface Columns {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly bits: Int32Array;
}

/** Joins equal edges, which are neighbours by now, and their bits. */
function joinEqual(from: Int32Array, to: Int32Array, bits: Int32Array): Columns {
  let kept = 0;
  for (let edge = 0; edge < from.length; edge += 1) {
    const isKnown = kept > 0 && from[kept - 1] === from[edge] && to[kept - 1] === to[edge];
    if (isKnown) {
      bits[kept - 1] = at(bits, kept - 1) | at(bits, edge);
    } else {
      from[kept] = at(from, edge);
      to[kept] = at(to, edge);
      bits[kept] = at(bits, edge);
      kept += 1;
    }
  }
  return { from: from.slice(0, kept), to: to.slice(0, kept), bits: bits.subarray(0, kept) };
}

export interface Levels {
  /** The nodes that are not in or behind a cycle, each after all that it waits for. */
  readonly order: Int32Array;
  /** Longest way to a node from one that waits for nothing; -1 in and behind cycles. */
  readonly level: Int32Array;
}

/**
 * Kahn's algorithm: takes away what waits for nothing until only cycles and what is behind them
 * are left. No recursion: a chain of 100,000 is as good as any other graph [F39]. Nodes from
 * `firstGate` on stand between two levels and count for none.
 */
export function findLevels(graph: Graph, firstGate = graph.size): Levels {
  const { size, offsets, targets, sourceOffsets } = graph;
  const waiting = new Int32Array(size);
  const level = new Int32Array(size).fill(-1);
  const queue = new Int32Array(size);
  let queued = 0;
  for (let node = 0; node < size; node += 1) {
    waiting[node] = at(sourceOffsets, node + 1) - at(sourceOffsets, node);
    if (waiting[node] === 0) {
      level[node] = 0;
      queue[queued] = node;
      queued += 1;
    }
  }
  const reached = new Int32Array(size);
  for (let head = 0; head < queued; head += 1) {
    const node = at(queue, head);
    const next = at(level, node) + (node < firstGate ? 1 : 0);
    for (let edge = at(offsets, node); edge < at(offsets, node + 1); edge += 1) {
      const target = at(targets, edge);
      reached[target] = Math.max(at(reached, target), next);
      waiting[target] = at(waiting, target) - 1;
      if (waiting[target] === 0) {
        level[target] = at(reached, target);
        queue[queued] = target;
        queued += 1;
      }
    }
  }
  return { order: queue.subarray(0, queued), level };
}
