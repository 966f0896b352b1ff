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
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** Bits that say where the edge comes from. */
  readonly bits: readonly number[];
}

/** Element of an array, 0 outside of it: for indices that are known to be inside. */
export function at(array: ArrayLike<number>, index: number): number {
  return array[index] ?? 0;
}

/** Builds the graph in linear time, by counting sort on one end and then on the other. */
export function buildGraph(size: number, edges: EdgeColumns): Graph {
  const byFrom = bucket(size, edges.from);
  // Going through the edges by `from` and then by `to` leaves them sorted by both.
  const toInOrder = pick(edges.to, byFrom.order);
  const byTo = bucket(size, toInOrder);
  const kept = dedupe(size, edges, byFrom.order, byTo);
  const sources = Int32Array.from(kept.from);
  const sourceOffsets = offsetsOf(size, kept.to);
  const forward = bucket(size, kept.from);
  return {
    size,
    offsets: forward.offsets,
    targets: pick(kept.to, forward.order),
    sourceOffsets,
    sources,
    bits: new Uint8Array(pick(kept.bits, forward.order)),
  };
}

/** The values at these positions. A plain loop: `Int32Array.from` goes through an iterator. */
function pick(values: ArrayLike<number>, positions: Int32Array): Int32Array {
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

function bucket(size: number, keys: ArrayLike<number>): Buckets {
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

function offsetsOf(size: number, keys: ArrayLike<number>): Int32Array {
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

/** Joins equal edges, which are neighbours by now; the result is sorted by `to`, then `from`. */
function dedupe(
  size: number,
  edges: EdgeColumns,
  fromOrder: Int32Array,
  byTo: Buckets,
): { readonly from: number[]; readonly to: number[]; readonly bits: number[] } {
  const from: number[] = [];
  const to: number[] = [];
  const bits: number[] = [];
  for (let target = 0; target < size; target += 1) {
    let last = -1;
    for (let slot = at(byTo.offsets, target); slot < at(byTo.offsets, target + 1); slot += 1) {
      const edge = at(fromOrder, at(byTo.order, slot));
      const source = at(edges.from, edge);
      if (source === last) {
        bits[bits.length - 1] = at(bits, bits.length - 1) | at(edges.bits, edge);
      } else {
        from.push(source);
        to.push(target);
        bits.push(at(edges.bits, edge));
        last = source;
      }
    }
  }
  return { from, to, bits };
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
