import { DEFAULT_PRIORITY } from "../text/labels.ts";
import { NOTHING } from "../text/short-list.ts";
import { at, inList, listByNode } from "./graph.ts";
import type { IssueGraph } from "./issue-graph.ts";
import type { Entry, IssueStanding } from "./issue-standing.ts";
import type { PlanInput, PlanRow } from "./plan-types.ts";
import { classOf } from "./priority.ts";
import type { Ranking } from "./ranking.ts";
import type { Reason } from "./reasons.ts";
import type { Schedule } from "./schedule.ts";
import { authorIntegrity, type TrustContext } from "./trust.ts";

/** What the rows show beside the ranking and the schedule. */
export interface RowFacts {
  /** The triggered issues, ascending. */
  readonly entries: readonly Entry[];
  readonly graph: IssueGraph;
  /** By node: the open issues that it waits for, those of its parents included; ascending. */
  readonly blockedBy: readonly (readonly number[] | undefined)[];
  /** By node. */
  readonly standings: readonly (IssueStanding | undefined)[];
  readonly trust: TrustContext;
}

const NO_REASON: Reason = { type: "decided-elsewhere" };

/**
 * The rows in their order. They are made in that of the issues, because what they are made of lies
 * in this order in memory.
 */
export function listRows(
  facts: RowFacts,
  ranking: Ranking,
  scheduled: Schedule["reasons"],
): readonly PlanRow[] {
  const byNode = listByNode<PlanRow>(facts.graph.issues.length);
  for (const entry of facts.entries) {
    byNode[entry.node] = planRow(entry, facts, ranking, scheduled);
  }
  const rows: PlanRow[] = [];
  for (const node of ranking.order) {
    const row = byNode[node];
    if (row !== undefined) {
      rows.push(row);
    }
  }
  return rows;
}

function planRow(
  { node, number: issue, issue: observed }: Entry,
  facts: RowFacts,
  ranking: Ranking,
  scheduled: Schedule["reasons"],
): PlanRow {
  const standing = facts.standings[node];
  const { ranks, inheritance, scores, paths } = ranking;
  const heir = at(inheritance.heirs, node);
  const isAged = at(ranks, node) < at(inheritance.ranks, node);
  const level = at(facts.graph.level, node);
  return {
    issue,
    state: standing?.state ?? "pending",
    ownPriority: classOf(at(ranking.ownRanks, node)),
    effectivePriority: classOf(at(ranks, node)),
    inheritedFrom: heir === node || isAged ? undefined : inList(facts.graph.issues, heir),
    isAged,
    isHotfix: at(ranking.ownRanks, node) % 2 === 0,
    score: at(scores.totals, node),
    terms: scores.terms[node] ?? NO_TERMS,
    estimateMinutes: at(ranking.work, node),
    estimateOrigin: ranking.estimateOrigins[node] ?? "default",
    remainingMinutes: at(paths.minutes, node),
    blockedBy: facts.blockedBy[node] ?? NOTHING,
    level: level < 0 ? undefined : level,
    milestone: observed.milestone,
    textHash: observed.textHash,
    author: authorIntegrity(observed, facts.trust),
    reason: standing?.reason ?? scheduled.get(issue) ?? NO_REASON,
  };
}

const NO_TERMS = { label: 0, shortTime: 0, dependents: 0, age: 0 } as const;

/** Issues that GitHub gave in no readable form: one row each, and nobody else is held up [F26]. */
export function unreadableRows({
  observation,
}: Pick<PlanInput, "observation">): readonly PlanRow[] {
  return [...observation.unreadable]
    .filter(([issue]) => !observation.issues.has(issue))
    .toSorted(([a], [b]) => a - b)
    .map(([issue, detail]) => ({
      issue,
      state: "pending",
      ownPriority: DEFAULT_PRIORITY,
      effectivePriority: DEFAULT_PRIORITY,
      inheritedFrom: undefined,
      isAged: false,
      isHotfix: false,
      score: 0,
      terms: NO_TERMS,
      estimateMinutes: 0,
      estimateOrigin: "default",
      remainingMinutes: 0,
      blockedBy: [],
      level: undefined,
      milestone: undefined,
      textHash: "",
      author: "unknown",
      reason: { type: "unreadable-issue", detail },
    }));
}
