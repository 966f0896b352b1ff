import type { Configuration } from "../configuration.ts";
import { parseInstant } from "../text/instant.ts";
import { DEFAULT_PRIORITY } from "../text/labels.ts";
import { findRemainingPaths, type RemainingPaths } from "./critical-path.ts";
import { type Estimate, estimateWork } from "./estimates.ts";
import { at, listByNode } from "./graph.ts";
import type { IssueGraph } from "./issue-graph.ts";
import type { Entry, IssueStanding } from "./issue-standing.ts";
import { orderNodes } from "./order.ts";
import { agedRank, classOf, type Inheritance, inheritRanks, NO_RANK, rankOf } from "./priority.ts";
import { scoreIssue, type ScoreTerms } from "./score.ts";

export interface RankingContext {
  readonly configuration: Pick<Configuration, "priority" | "estimateDefaultMinutes">;
  /** Seconds since 1970. */
  readonly now: number;
  readonly entries: readonly Entry[];
  /** By node. */
  readonly standings: readonly (IssueStanding | undefined)[];
  readonly releasedAt: ReadonlyMap<number, string>;
  readonly medians: ReadonlyMap<string, number>;
  readonly graph: IssueGraph;
}

/** Everything that the order is made of, by node. */
export interface Ranking {
  /** The triggered issues in their total order, as nodes. */
  readonly order: readonly number[];
  readonly ownRanks: Uint8Array;
  readonly inheritance: Inheritance;
  /** Own, inherited and ageing together. */
  readonly ranks: Uint8Array;
  readonly paths: RemainingPaths;
  /** Estimated minutes; 0 for what is not ours to do. */
  readonly work: Float64Array;
  readonly estimateOrigins: readonly (Estimate["origin"] | undefined)[];
  readonly scores: Scores;
}

/** The score of each node; 0 and without terms for what is not ours to do. */
interface Scores {
  readonly totals: Float64Array;
  readonly terms: readonly (ScoreTerms | undefined)[];
}

/** Ranks the triggered issues. Others count only as a way from one to the next. */
export function rankIssues(context: RankingContext): Ranking {
  const { graph, configuration, entries } = context;
  const { size } = graph.graph;
  const ownRanks = new Uint8Array(size).fill(NO_RANK);
  const agedRanks = new Uint8Array(size).fill(NO_RANK);
  const work = new Float64Array(size);
  const since = new Float64Array(size);
  const estimateOrigins = listByNode<Estimate["origin"]>(size);
  for (const entry of entries) {
    const { node, labels } = entry;
    const estimate = estimateWork(labels, context.medians, configuration.estimateDefaultMinutes);
    const own = rankOf(labels.priority ?? DEFAULT_PRIORITY, labels.isHotfix);
    const waiting = waitingSince(entry, context.now);
    ownRanks[node] = own;
    agedRanks[node] = agedRank(own, readySeconds(entry, waiting, context), configuration.priority);
    work[node] = estimate.minutes;
    estimateOrigins[node] = estimate.origin;
    since[node] = waiting;
  }
  const inheritance = inheritRanks(graph, ownRanks);
  const ranks = inheritance.ranks.map((rank, node) => Math.min(rank, at(agedRanks, node)));
  const paths = findRemainingPaths(graph, work);
  const isWeighted = configuration.priority.mode === "weighted";
  // In weighted mode age is a term of its own, so that the class is taken without ageing.
  const scored = isWeighted ? inheritance.ranks : ranks;
  const scores = scoreEntries(context, { ranks: scored, work, since });
  const order = orderNodes(
    graph,
    entries.map(({ node }) => node),
    {
      ranks,
      remaining: paths.minutes,
      since,
      scores: isWeighted ? scores.totals : undefined,
    },
  );
  return { order, ownRanks, inheritance, ranks, paths, work, estimateOrigins, scores };
}

function scoreEntries(
  { graph, configuration, entries, now }: RankingContext,
  facts: {
    readonly ranks: Uint8Array;
    readonly work: Float64Array;
    readonly since: Float64Array;
  },
): Scores {
  const { size } = graph.graph;
  const totals = new Float64Array(size);
  const terms = listByNode<ScoreTerms>(size);
  for (const { node } of entries) {
    const score = scoreIssue(
      {
        priority: classOf(at(facts.ranks, node)),
        minutes: at(facts.work, node),
        dependents: countDependents(graph, node),
        waitedSeconds: now - at(facts.since, node),
      },
      configuration.priority.weights,
    );
    totals[node] = score.total;
    terms[node] = score.terms;
  }
  return { totals, terms };
}

/** When the waiting began: with the approval, before that with the label, at the latest now. */
function waitingSince({ issue, admitted }: Entry, now: number): number {
  const began = admitted?.approval?.at ?? issue.trigger?.at ?? issue.createdAt;
  return Math.min(parseInstant(began) ?? now, now);
}

/** How long only a slot has been missing: what an issue waits for others or itself is no merit. */
function readySeconds(
  { number, node, admitted }: Entry,
  waiting: number,
  { standings, releasedAt, now }: RankingContext,
): number {
  if (standings[node]?.state !== "ready") {
    return 0;
  }
  const result = admitted?.record?.result;
  const marks = [result?.at, result?.notBefore, releasedAt.get(number)];
  const latest = marks.reduce(
    (known, mark) => Math.max(known, (mark === undefined ? undefined : parseInstant(mark)) ?? 0),
    waiting,
  );
  return now - latest;
}

function countDependents({ graph, issues }: IssueGraph, node: number): number {
  let count = 0;
  for (let edge = at(graph.offsets, node); edge < at(graph.offsets, node + 1); edge += 1) {
    count += at(graph.targets, edge) < issues.length ? 1 : 0;
  }
  return count;
}
