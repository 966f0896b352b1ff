import { parseInstant } from "../text/instant.ts";
import { EMPTY_BODY } from "../text/issue-body.ts";
import { LabelReader } from "../text/label-reading.ts";
import { DEFAULT_PRIORITY } from "../text/labels.ts";
import { NOTHING } from "../text/short-list.ts";
import { admitIssues, type Admission, listTriggered } from "./admission.ts";
import { listCriticalPath } from "./critical-path.ts";
import { type Dependencies, readDependencies } from "./dependencies.ts";
import { medianMinutesByKind } from "./estimates.ts";
import { at, inList, listByNode } from "./graph.ts";
import { buildIssueGraph, type IssueGraph } from "./issue-graph.ts";
import {
  type Entry,
  type IssueStanding,
  judgeIssue,
  sortBlockers,
  type StandingContext,
} from "./issue-standing.ts";
import { listNotices } from "./notices.ts";
import { BlockerLists } from "./open-blockers.ts";
import { checkOrder } from "./order-check.ts";
import type { DeclaredPathsOf, Plan, PlanInput, PlanRow } from "./plan-types.ts";
import { classOf } from "./priority.ts";
import { indexPullRequests } from "./pull-requests.ts";
import { type Ranking, rankIssues } from "./ranking.ts";
import type { Reason } from "./reasons.ts";
import { type Candidate, lowBudget, type Schedule, scheduleStarts } from "./schedule.ts";
import { authorIntegrity, type TrustContext } from "./trust.ts";
import { isFounded, listUnverified } from "./verification.ts";
import { type IssueWarning, listWarnings } from "./warnings.ts";

/**
 * Decides what runs next and says why: a pure function of what was observed, the journal and the
 * settings. The order in which GitHub lists anything makes no difference.
 */
export function planTick(input: PlanInput): Plan {
  const facts = gatherFacts(input);
  const { graph, standings, dependencies } = facts;
  const ranking = rankIssues({ ...facts, configuration: input.configuration, now: facts.seconds });
  const orderCheck = checkOrder(
    ranking.order.filter((node) => at(graph.level, node) >= 0),
    graph.graph,
    graph.level.reduce((deepest, level) => Math.max(deepest, level), 0),
  );
  const ready = ranking.order
    .filter((node) => standings[node]?.state === "ready")
    .map((node) => inList(graph.issues, node));
  const unverified = listUnverified(ready, input.observation, input.configuration);
  const schedule = scheduleReady(input, facts, { ready, unverified, orderCheck });
  const rows = ranking.order
    .map((node) => planRow(node, facts, ranking, schedule))
    .concat(unreadableRows(input));
  return {
    at: input.now,
    rows,
    approvals: facts.admission.approvals,
    withdrawals: facts.admission.withdrawals,
    ready,
    unverified,
    starts: schedule.starts,
    cycles: graph.cycles,
    levels: listLevels(facts),
    criticalPath: listCriticalPath(graph, ranking.paths),
    edges: graph.edges,
    warnings: listAllWarnings(facts),
    notices: listNotices(rows, dependencies.notPlanned, input.journal.issues).filter((notice) =>
      isFounded(notice, input.observation),
    ),
    orderCheck,
    paths: listPaths([...ready, ...liveIssues(input)], dependencies),
    openPullRequests: countOpen(input),
    withPullRequest: facts.withPullRequest,
  };
}

interface Facts {
  /** The time of the tick, since 1970. */
  readonly seconds: number;
  readonly entries: readonly Entry[];
  readonly admission: Admission;
  readonly dependencies: Dependencies;
  readonly releasedAt: Dependencies["releasedAt"];
  readonly graph: IssueGraph;
  /** By node, as the two after it; `undefined` for issues without the trigger label. */
  readonly byNode: readonly (Entry | undefined)[];
  /** The open issues that it waits for, those of its parents included; ascending. */
  readonly blockedBy: readonly (readonly number[] | undefined)[];
  readonly standings: readonly (IssueStanding | undefined)[];
  readonly medians: ReadonlyMap<string, number>;
  readonly withPullRequest: readonly number[];
  readonly trust: TrustContext;
}

function gatherFacts(input: PlanInput): Facts {
  const { observation, configuration } = input;
  const seconds = parseInstant(input.now);
  if (seconds === undefined) {
    throw new RangeError(`The time of a tick is ISO 8601 in UTC, not ${input.now}.`);
  }
  const reader = new LabelReader(configuration.triggerLabel);
  const pullRequests = indexPullRequests(
    observation.pullRequests,
    configuration.branchPrefix,
    input.journal.issues,
  );
  const found = listTriggered(observation, reader);
  const triggered = found.map(({ issue }) => issue);
  const { repository, stale } = observation;
  const trust = { ...input, repository, stale, pullRequests };
  const admission = admitIssues(observation, triggered, trust);
  const dependencies = readDependencies(triggered, {
    ...input,
    pullRequests,
    unblockOn: configuration.unblockOn,
    repository: observation.repository.name,
    sources: configuration.dependencySources,
    readLabels: ({ labels }, place) => found[place]?.labels ?? reader.read(labels),
  });
  const graph = buildIssueGraph(dependencies);
  const entries = found.map(({ issue, labels }, place): Entry => {
    const node = at(dependencies.nodes, place);
    const number = inList(graph.issues, node);
    return { number, issue, labels, node, admitted: admission.admitted[place] };
  });
  return {
    ...judgeEntries(entries, { ...input, pullRequests, graph }, dependencies),
    seconds,
    entries,
    admission,
    dependencies,
    releasedAt: dependencies.releasedAt,
    graph,
    medians: medianMinutesByKind(input.history, seconds),
    withPullRequest: [...pullRequests]
      .filter(([, { state }]) => state === "open")
      .map(([issue]) => issue)
      .toSorted((a, b) => a - b),
    trust,
  };
}

function judgeEntries(
  entries: readonly Entry[],
  known: Omit<StandingContext, "problems" | "blockers">,
  { problems }: Dependencies,
): Pick<Facts, "byNode" | "blockedBy" | "standings"> {
  const { graph } = known;
  const size = graph.issues.length;
  const byNode = listByNode<Entry>(size);
  for (const entry of entries) {
    byNode[entry.node] = entry;
  }
  const context = { ...known, problems, blockers: sortBlockers(byNode, known) };
  const lists = new BlockerLists(graph);
  const blockedBy = listByNode<readonly number[]>(size);
  const standings = listByNode<IssueStanding>(size);
  for (const entry of entries) {
    const blockers = lists.of(entry.node);
    blockedBy[entry.node] = blockers.by;
    standings[entry.node] = judgeIssue(entry, blockers, context);
  }
  return { byNode, blockedBy, standings };
}

function liveIssues({ liveClaims }: PlanInput): readonly number[] {
  return [...liveClaims.keys()].toSorted((a, b) => a - b);
}

function countOpen({ observation }: PlanInput): number {
  return observation.pullRequests.filter(({ state }) => state === "open").length;
}

function scheduleReady(
  input: PlanInput,
  facts: Facts,
  { ready, unverified, orderCheck }: Pick<Plan, "ready" | "unverified" | "orderCheck">,
): Schedule {
  const withPullRequest = new Set(facts.withPullRequest);
  const candidate = (issue: number): Candidate => ({
    issue,
    paths: facts.dependencies.bodies.get(issue)?.paths ?? [],
    hasPullRequest: withPullRequest.has(issue),
  });
  const doubtful = new Set(unverified);
  return scheduleStarts(
    ready.map(candidate),
    {
      ...input,
      fleet: input.journal.fleet,
      headSha: input.observation.repository.headSha,
      lowBudget: lowBudget(input.observation.apiRemaining, input.configuration.api.floor),
      isOrderViolated: orderCheck === "violated",
      openPullRequests: countOpen(input),
      live: liveIssues(input).map(candidate),
    },
    ({ issue }) => (doubtful.has(issue) ? { type: "unverified" } : undefined),
  );
}

const NO_REASON: Reason = { type: "decided-elsewhere" };

function planRow(node: number, facts: Facts, ranking: Ranking, schedule: Schedule): PlanRow {
  const issue = inList(facts.graph.issues, node);
  const observed = facts.byNode[node]?.issue;
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
    milestone: observed?.milestone,
    textHash: observed?.textHash ?? "",
    author: observed === undefined ? "unknown" : authorIntegrity(observed, facts.trust),
    reason: standing?.reason ?? schedule.reasons.get(issue) ?? NO_REASON,
  };
}

const NO_TERMS = { label: 0, shortTime: 0, dependents: 0, age: 0 } as const;

/** Issues that GitHub gave in no readable form: one row each, and nobody else is held up [F26]. */
function unreadableRows({ observation }: PlanInput): readonly PlanRow[] {
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

function listLevels({ graph, entries }: Facts): readonly (readonly number[])[] {
  const levels: number[][] = [];
  for (const { node, number } of entries) {
    const level = at(graph.level, node);
    if (level >= 0) {
      (levels[level] ??= []).push(number);
    }
  }
  return Array.from(levels, (issues) => issues ?? []);
}

function listAllWarnings({ entries, dependencies }: Facts): readonly IssueWarning[] {
  const found: IssueWarning[] = [];
  for (const { number, labels } of entries) {
    const body = dependencies.bodies.get(number) ?? EMPTY_BODY;
    for (const warning of listWarnings(labels, body)) {
      found.push({ issue: number, warning });
    }
  }
  return found;
}

function listPaths(
  issues: readonly number[],
  { bodies }: Dependencies,
): readonly DeclaredPathsOf[] {
  return issues.flatMap((issue) => {
    const paths = bodies.get(issue)?.paths ?? [];
    return paths.length === 0 ? [] : [{ issue, paths }];
  });
}
