import { at, inList } from "./graph.ts";
import type { IssueGraph } from "./issue-graph.ts";

export interface RemainingPaths {
  /** By node: minutes of work from its start to the end of all that waits for it. */
  readonly minutes: Float64Array;
  /** By node: the next node on that longest path; -1 at its end. */
  readonly next: Int32Array;
}

/**
 * Finds the longest remaining path of every node, backwards through the order. `work` is 0 for
 * gates and for what is not ours to do; such a node counts only as part of the way to our work.
 * Nodes in and behind cycles count their own work alone: nobody gets past a cycle.
 */
export function findRemainingPaths(view: IssueGraph, work: Float64Array): RemainingPaths {
  const { graph, order, level } = view;
  const minutes = work.slice();
  const next = new Int32Array(graph.size).fill(-1);
  for (let position = order.length - 1; position >= 0; position -= 1) {
    const node = at(order, position);
    let longest = 0;
    for (let edge = at(graph.offsets, node); edge < at(graph.offsets, node + 1); edge += 1) {
      const target = at(graph.targets, edge);
      // Targets ascend, so that of equal ways the one over the lowest issue number is taken.
      if (at(level, target) >= 0 && at(minutes, target) > longest) {
        longest = at(minutes, target);
        next[node] = target;
      }
    }
    minutes[node] = at(work, node) + longest;
  }
  return { minutes, next };
}

/**
 * Lists the issues of the longest path of all, first to last; of equal ones the path that begins
 * with the lowest number. Empty when there is no work outside of cycles.
 */
export function listCriticalPath(view: IssueGraph, paths: RemainingPaths): readonly number[] {
  let start = -1;
  for (let node = 0; node < view.issues.length; node += 1) {
    const isOpenEnded = at(view.level, node) >= 0 && at(paths.minutes, node) > 0;
    if (isOpenEnded && (start < 0 || at(paths.minutes, node) > at(paths.minutes, start))) {
      start = node;
    }
  }
  const path: number[] = [];
  for (let node = start; node >= 0; node = at(paths.next, node)) {
    if (node < view.issues.length) {
      path.push(inList(view.issues, node));
    }
  }
  return path;
}
