import { at, inList } from "./graph.ts";
import type { IssueGraph } from "./issue-graph.ts";

/** What decides between two issues, by node. */
export interface OrderKeys {
  /** `strict`: class, hotfix and ageing in one number, lower first. */
  readonly ranks: Uint8Array;
  /** Minutes of the longest remaining path, longer first. */
  readonly remaining: Float64Array;
  /** Seconds since 1970 when the waiting began, earlier first. */
  readonly since: Float64Array;
  /** `weighted`: higher first; `undefined` in strict mode. */
  readonly scores: Float64Array | undefined;
}

/**
 * Puts issues into one total order: those outside of cycles first, each after all that it waits
 * for. `strict` is class, then longest remaining path, then age, then number [D7]; it needs no
 * second look at the edges, because a blocker inherits the class of what it blocks and its path is
 * longer. `weighted` takes the best score among those whose blockers come before.
 */
export function orderNodes(
  view: IssueGraph,
  nodes: readonly number[],
  keys: OrderKeys,
): readonly number[] {
  const first = leadingKeys(view.graph.size, keys);
  const sorted = nodes.toSorted(
    (a, b) =>
      sign(at(first, a), at(first, b)) || sign(at(keys.since, a), at(keys.since, b)) || a - b,
  );
  const outside = sorted.filter((node) => at(view.level, node) >= 0);
  const inside = sorted.filter((node) => at(view.level, node) < 0);
  return (keys.scores === undefined ? outside : availableFirst(view, outside)).concat(inside);
}

/** A small number: the difference of big ones would be an object of its own for every comparison. */
function sign(one: number, other: number): number {
  return one < other ? -1 : Number(one > other);
}

/** Above every remaining path: 100,000 issues of 60,000 minutes each. */
const RANK_STEP = 2 ** 40;

/** Rank and remaining path, or hotfix and score, in one number, lower first: compared once. */
function leadingKeys(size: number, { ranks, remaining, scores }: OrderKeys): Float64Array {
  const first = new Float64Array(size);
  for (let node = 0; node < size; node += 1) {
    first[node] =
      scores === undefined
        ? at(ranks, node) * RANK_STEP - at(remaining, node)
        : Math.min(at(ranks, node), 1) * RANK_STEP - at(scores, node);
  }
  return first;
}

/** Kahn once more, over all nodes, taking the best of the available ones from a heap. */
function availableFirst(view: IssueGraph, sorted: readonly number[]): number[] {
  const { graph, order } = view;
  const place = new Float64Array(graph.size).fill(-1);
  for (const [position, node] of sorted.entries()) {
    place[node] = position;
  }
  const waiting = Int32Array.from(place, (_, node) => {
    return at(graph.sourceOffsets, node + 1) - at(graph.sourceOffsets, node);
  });
  const heap = new PlaceHeap(place);
  for (const node of order) {
    if (at(waiting, node) === 0) {
      heap.push(node);
    }
  }
  const result: number[] = [];
  for (let node = heap.pop(); node !== undefined; node = heap.pop()) {
    if (at(place, node) >= 0) {
      result.push(node);
    }
    for (let edge = at(graph.offsets, node); edge < at(graph.offsets, node + 1); edge += 1) {
      const target = at(graph.targets, edge);
      waiting[target] = at(waiting, target) - 1;
      if (waiting[target] === 0) {
        heap.push(target);
      }
    }
  }
  return result;
}

/** A binary heap of nodes: the lowest place first. Gates and foreign issues have place -1. */
class PlaceHeap {
  readonly #place: Float64Array;
  readonly #nodes: number[] = [];

  constructor(place: Float64Array) {
    this.#place = place;
  }

  push(node: number): void {
    let index = this.#nodes.push(node) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) {
        return;
      }
      this.#swap(index, parent);
      index = parent;
    }
  }

  pop(): number | undefined {
    const top = this.#nodes[0];
    const last = this.#nodes.pop();
    if (last === undefined || this.#nodes.length === 0) {
      return top;
    }
    this.#nodes[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const best = this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(best, index)) {
        return top;
      }
      this.#swap(best, index);
      index = best;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const a = this.#nodes[one];
    const b = this.#nodes[other];
    if (a === undefined || b === undefined) {
      return a !== undefined;
    }
    return (at(this.#place, a) - at(this.#place, b) || a - b) < 0;
  }

  #swap(one: number, other: number): void {
    const kept = inList(this.#nodes, one);
    this.#nodes[one] = inList(this.#nodes, other);
    this.#nodes[other] = kept;
  }
}
