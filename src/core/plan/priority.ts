import type { Configuration } from "../configuration.ts";
import type { PriorityClass } from "../text/labels.ts";
import { at } from "./graph.ts";
import type { IssueGraph } from "./issue-graph.ts";

/**
 * Urgency as one number, lower first: twice the class, and one more unless it is a hotfix. A
 * hotfix is so the first of its class [E28], and whatever blocks a hotfix goes first with it.
 */
export type Rank = number;

/** Later than every class: an issue that nobody triggered has no urgency of its own. */
export const NO_RANK: Rank = 8;

export function rankOf(priority: PriorityClass, isHotfix: boolean): Rank {
  return 2 * priority + (isHotfix ? 0 : 1);
}

const CLASSES: readonly PriorityClass[] = [0, 1, 2, 3];

/** The class of a rank; the lowest for what has none. */
export function classOf(rank: Rank): PriorityClass {
  return CLASSES[Math.floor(rank / 2)] ?? 3;
}

export interface Inheritance {
  /** By node: the best rank among its own and those of everything that it unblocks. */
  readonly ranks: Uint8Array;
  /** By node: the node whose own rank that is. */
  readonly heirs: Int32Array;
}

/**
 * Hands urgency down to whatever stands in its way, over any number of edges [N06]. What is in or
 * behind a cycle hands nothing down: working for it would not unblock it. `ownRanks` is `NO_RANK`
 * for gates and for issues without the trigger label.
 */
export function inheritRanks(view: IssueGraph, ownRanks: Uint8Array): Inheritance {
  const { graph, order, level } = view;
  const ranks = ownRanks.slice();
  const heirs = new Int32Array(graph.size).map((_, node) => node);
  for (let position = order.length - 1; position >= 0; position -= 1) {
    const node = at(order, position);
    for (let edge = at(graph.offsets, node); edge < at(graph.offsets, node + 1); edge += 1) {
      const target = at(graph.targets, edge);
      if (at(level, target) >= 0 && isMoreUrgent(ranks, heirs, target, node)) {
        ranks[node] = at(ranks, target);
        heirs[node] = at(heirs, target);
      }
    }
  }
  return { ranks, heirs };
}

/** Of equal ranks an issue keeps its own, and takes the one of the lowest number otherwise. */
function isMoreUrgent(ranks: Uint8Array, heirs: Int32Array, target: number, node: number): boolean {
  const difference = at(ranks, target) - at(ranks, node);
  const isOwn = at(heirs, node) === node;
  return difference < 0 || (difference === 0 && !isOwn && at(heirs, target) < at(heirs, node));
}

const SECONDS_PER_DAY = 86_400;

/**
 * The rank that an issue has earned by waiting in `ready`: one class per so many days, at most so
 * many classes, never into P0 [N06, F46]. It is not handed down, so ageing cannot climb over
 * inheritance and turn the queue into first come, first served.
 */
export function agedRank(
  own: Rank,
  waitedSeconds: number,
  { ageingDays, ageingClasses }: Pick<Configuration["priority"], "ageingDays" | "ageingClasses">,
): Rank {
  if (own >= NO_RANK || !(ageingDays > 0) || !(waitedSeconds > 0)) {
    return own;
  }
  const earned = Math.floor(waitedSeconds / (ageingDays * SECONDS_PER_DAY));
  const steps = Math.min(earned, Math.max(0, Math.floor(ageingClasses)));
  const priority = classOf(own);
  const aged = Math.max(priority - steps, Math.min(priority, 1));
  return own - 2 * (priority - aged);
}
