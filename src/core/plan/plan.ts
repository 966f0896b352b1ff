import { listHeldStarters, starterOf } from "../fleet/start-limit.ts";
import { parseInstant } from "../text/instant.ts";
import { EMPTY_BODY } from "../text/issue-body.ts";
import { LabelReader } from "../text/label-reading.ts";
import { admitIssues, type Admission, listTriggered } from "./admission.ts";
import { listCriticalPath } from "./critical-path.ts";
import { type Dependencies, readDependencies } from "./dependencies.ts";
import { medianMinutesByKind } from "./estimates.ts";
import { at, inList, listByNode } from "./graph.ts";
import { buildIssueGraph } from "./issue-graph.ts";
import {
  type Entry,
  type IssueStanding,
  judgeIssue,
  sortBlockers,
  type StandingContext,
} from "./issue-standing.ts";
import { listNotices } from "./notices.ts";
import { NumberIndex } from "./number-index.ts";
import { BlockerLists } from "./open-blockers.ts";
import { checkOrder } from "./order-check.ts";
import { listRows, type RowFacts, unreadableRows } from "./plan-rows.ts";
import type { DeclaredPathsOf, Plan, PlanInput } from "./plan-types.ts";
import { preferredMachine } from "./preferred-machine.ts";
import { indexPullRequests } from "./pull-requests.ts";
import { rankIssues } from "./ranking.ts";
import { type Candidate, lowBudget, type Schedule, scheduleStarts } from "./schedule.ts";
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
  const rows = listRows(facts, ranking, schedule.reasons).concat(unreadableRows(input));
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

interface Facts extends RowFacts {
  /** The time of the tick, since 1970. */
  readonly seconds: number;
  readonly admission: Admission;
  readonly dependencies: Dependencies;
  readonly releasedAt: Dependencies["releasedAt"];
  readonly medians: ReadonlyMap<string, number>;
  readonly withPullRequest: readonly number[];
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
  const heldStarters = listHeldStarters(input.journal.fleet, input.now, configuration);
  return {
    ...judgeEntries(entries, { ...input, pullRequests, graph, heldStarters }, dependencies),
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
): Pick<Facts, "blockedBy" | "standings"> {
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
  return { blockedBy, standings };
}

function indexPlaces(entries: readonly Entry[]): NumberIndex {
  const numbers = entries.map(({ number }) => number);
  const places = new NumberIndex(numbers, numbers.length);
  numbers.forEach((number, place) => places.set(number, place));
  return places;
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
  // Asked only where a slot is left.
  let places: NumberIndex | undefined;
  const starter = (issue: number): string | undefined => {
    places ??= indexPlaces(facts.entries);
    const admitted = facts.entries[places.get(issue) ?? -1]?.admitted;
    return starterOf(admitted?.record, admitted?.approval);
  };
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
    {
      refuse: (issue) => (doubtful.has(issue) ? { type: "unverified" } : undefined),
      prefer: (issue) => preferredMachine(input.journal.issues.get(issue), input.now),
      starter,
    },
  );
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
