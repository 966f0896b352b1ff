import type { Configuration } from "../configuration.ts";
import { starterOf } from "../fleet/start-limit.ts";
import type { IssueState } from "../journal/issue-state.ts";
import type { Claim, JournalState } from "../journal/records.ts";
import type { Observation, ObservedIssue, ObservedPullRequest } from "../observation.ts";
import type { LabelReading } from "../text/label-reading.ts";
import { appended, NOTHING } from "../text/short-list.ts";
import type { Admitted } from "./admission.ts";
import type { Dependencies } from "./dependencies.ts";
import { at, inList } from "./graph.ts";
import type { IssueGraph } from "./issue-graph.ts";
import type { OpenBlockers } from "./open-blockers.ts";
import type { Reason } from "./reasons.ts";
import { claimedStanding, heldStanding, isStuck, retryNotBefore, claimStorm } from "./standing.ts";

/** An open triggered issue, with what has been found out about it so far. */
export interface Entry {
  /** Of the issue, here because looking into each of many issues is slow. */
  readonly number: number;
  readonly issue: ObservedIssue;
  readonly labels: LabelReading;
  /** Its node in the issue graph. */
  readonly node: number;
  /** `undefined` when its record cannot be read: then nothing was decided about it. */
  readonly admitted: Admitted | undefined;
}

export interface StandingContext {
  readonly observation: Pick<Observation, "runs">;
  readonly journal: Pick<JournalState, "issues" | "unreadable">;
  readonly configuration: Pick<Configuration, "retry" | "startsPerActor">;
  /** The people whose next start waits, each with the time until when. */
  readonly heldStarters: ReadonlyMap<string, string>;
  readonly now: string;
  readonly liveClaims: ReadonlyMap<number, Claim>;
  readonly pullRequests: ReadonlyMap<number, ObservedPullRequest>;
  readonly problems: Dependencies["problems"];
  readonly graph: IssueGraph;
  readonly blockers: BlockerKinds;
}

/** The open blockers about which there is more to say than that they are open. */
export interface BlockerKinds {
  readonly stuck: ReadonlySet<number>;
  readonly untriggered: ReadonlySet<number>;
}

/** Where an open triggered issue stands. */
export interface IssueStanding {
  readonly state: IssueState;
  /** `undefined` = it is ready: only a slot is missing. */
  readonly reason: Reason | undefined;
}

const READY: IssueStanding = { state: "ready", reason: undefined };

/**
 * Decides where an issue stands. What comes first in this list is what people are told: a broken
 * record, a live claim, a missing approval, the end of its last attempt, its dependencies, its
 * retry time, the turn of whoever started it.
 */
export function judgeIssue(
  entry: Entry,
  blockers: OpenBlockers,
  context: StandingContext,
): IssueStanding {
  return (
    ownStanding(entry, context) ??
    blockedStanding(entry, blockers, context) ??
    waitingRetry(entry, context) ??
    waitingTurn(entry, context) ??
    READY
  );
}

/** Tells apart the open issues of the graph that others may wait for; `entries` are by node. */
export function sortBlockers(
  entries: readonly (Entry | undefined)[],
  context: Omit<StandingContext, "problems" | "blockers">,
): BlockerKinds {
  const { graph, journal, liveClaims, pullRequests, configuration } = context;
  const stuck = new Set<number>();
  const untriggered = new Set<number>();
  for (let node = 0; node < graph.issues.length; node += 1) {
    const issue = inList(graph.issues, node);
    const entry = entries[node];
    const record =
      entry?.admitted === undefined ? journal.issues.get(issue) : entry.admitted.record;
    const isHeld = record !== undefined && !liveClaims.has(issue);
    if (isHeld && isStuck(record, pullRequests.get(issue), configuration.retry)) {
      stuck.add(issue);
    }
    if (entry === undefined && !journal.unreadable.has(issue)) {
      untriggered.add(issue);
    }
  }
  return { stuck, untriggered };
}

/** What does not depend on other issues. */
function ownStanding(entry: Entry, context: StandingContext): IssueStanding | undefined {
  const { number } = entry;
  const unreadable = context.journal.unreadable.get(number);
  if (unreadable !== undefined) {
    return { state: "pending", reason: { type: "unreadable-record", detail: unreadable } };
  }
  const claim = context.liveClaims.get(number);
  if (claim !== undefined) {
    return claimedStanding(claim, context.observation.runs);
  }
  const { approval, reason = LABEL_EVENT_UNKNOWN, record } = entry.admitted ?? NOT_ADMITTED;
  const pullRequest = context.pullRequests.get(number);
  const held =
    record === undefined
      ? undefined
      : heldStanding(record, pullRequest, context.configuration.retry);
  if (approval !== undefined) {
    return held;
  }
  // Delivered work waits for its merge, whatever became of its approval.
  if (record?.ended === undefined && held?.state === "completing") {
    return held;
  }
  return { state: reason.type === "delivery-ended" ? reason.ended : "pending", reason };
}

const LABEL_EVENT_UNKNOWN = { type: "label-event-unknown" } as const;
const NOT_ADMITTED: Admitted = { approval: undefined, reason: undefined, record: undefined };

function blockedStanding(
  { number, node }: Entry,
  { by, through }: OpenBlockers,
  { problems, graph, blockers }: StandingContext,
): IssueStanding | undefined {
  const bad = problems.get(number);
  if (bad !== undefined) {
    return { state: "blocked", reason: { type: "bad-reference", problems: bad } };
  }
  const cycle = at(graph.level, node) < 0 ? graph.cycles[at(graph.cycleOf, node)] : undefined;
  if (cycle !== undefined) {
    const type = cycle.includes(number) ? "cycle" : "behind-cycle";
    return { state: "blocked", reason: { type, members: cycle } };
  }
  if (by.length === 0) {
    return undefined;
  }
  const failed = among(by, blockers.stuck);
  const untriggered = among(by, blockers.untriggered);
  return { state: "blocked", reason: { type: "blocked", by, failed, untriggered, through } };
}

function among(issues: readonly number[], some: ReadonlySet<number>): readonly number[] {
  let found: number[] = NOTHING;
  for (let index = 0; index < issues.length; index += 1) {
    const issue = inList(issues, index);
    if (some.has(issue)) {
      found = appended(found, issue);
    }
  }
  return found;
}

function waitingRetry({ admitted }: Entry, context: StandingContext): IssueStanding | undefined {
  const notBefore = retryNotBefore(admitted?.record?.result, context.now);
  if (notBefore !== undefined) {
    return { state: "retrying", reason: { type: "retrying", notBefore } };
  }
  const claims = claimStorm(admitted?.record, context.now);
  return claims === undefined
    ? undefined
    : { state: "retrying", reason: { type: "claim-storm", claims } };
}

/** So that one person's day of labelling leaves room for others, nothing of it is lost [N26]. */
function waitingTurn(
  { admitted }: Entry,
  { heldStarters, configuration }: StandingContext,
): IssueStanding | undefined {
  if (heldStarters.size === 0) {
    return undefined;
  }
  const by = starterOf(admitted?.record, admitted?.approval);
  const until = by === undefined ? undefined : heldStarters.get(by);
  return by === undefined || until === undefined
    ? undefined
    : {
        state: "queued",
        reason: { type: "start-limit", by, limit: configuration.startsPerActor, until },
      };
}
