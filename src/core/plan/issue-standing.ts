import type { Configuration } from "../configuration.ts";
import type { IssueState } from "../journal/issue-state.ts";
import type { Claim, JournalState } from "../journal/records.ts";
import type { Observation, ObservedIssue, ObservedPullRequest } from "../observation.ts";
import type { LabelReading } from "../text/label-reading.ts";
import type { Admitted } from "./admission.ts";
import type { Dependencies } from "./dependencies.ts";
import { at } from "./graph.ts";
import { type IssueGraph, listBlockers } from "./issue-graph.ts";
import type { Reason } from "./reasons.ts";
import { claimedStanding, heldStanding, isStuck, retryNotBefore, claimStorm } from "./standing.ts";

/** An open triggered issue, with what has been found out about it so far. */
export interface Entry {
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
  readonly configuration: Pick<Configuration, "retry">;
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

/** Where an open triggered issue stands. Without a reason it is ready: only a slot is missing. */
export interface IssueStanding {
  readonly state: IssueState;
  readonly reason: Reason | undefined;
  readonly blockedBy: readonly number[];
}

/**
 * Decides where an issue stands. What comes first in this list is what people are told: a broken
 * record, a live claim, a missing approval, the end of its last attempt, its dependencies, its
 * retry time.
 */
export function judgeIssue(entry: Entry, context: StandingContext): IssueStanding {
  const { graph } = context;
  const blockers =
    at(graph.level, entry.node) === 0 ? NO_BLOCKERS : listBlockers(graph, entry.node);
  const reason =
    ownStanding(entry, context) ??
    blockedReason(entry, blockers, context) ??
    waitingRetry(entry, context);
  return {
    state: reason?.state ?? "ready",
    reason: reason?.reason,
    blockedBy: blockers.by,
  };
}

/** Tells apart the open issues of the graph that others may wait for. */
export function sortBlockers(
  context: Omit<StandingContext, "problems" | "blockers">,
  admitted: ReadonlyMap<number, Admitted>,
): BlockerKinds {
  const { graph, journal, liveClaims, pullRequests, configuration } = context;
  const stuck = [...journal.issues].filter(([issue, known]) => {
    const one = admitted.get(issue);
    const record = one?.approval === undefined ? known : one.record;
    return !liveClaims.has(issue) && isStuck(record, pullRequests.get(issue), configuration.retry);
  });
  const untriggered = graph.issues.filter(
    (issue) => !admitted.has(issue) && !journal.unreadable.has(issue),
  );
  return {
    stuck: new Set(stuck.map(([issue]) => issue)),
    untriggered: new Set(untriggered),
  };
}

interface StateAndReason {
  readonly state: IssueState;
  readonly reason: Reason;
}

/** What does not depend on other issues. */
function ownStanding(entry: Entry, context: StandingContext): StateAndReason | undefined {
  const { number } = entry.issue;
  const unreadable = context.journal.unreadable.get(number);
  if (unreadable !== undefined) {
    return { state: "pending", reason: { type: "unreadable-record", detail: unreadable } };
  }
  const claim = context.liveClaims.get(number);
  if (claim !== undefined) {
    return claimedStanding(claim, context.observation.runs);
  }
  const known = context.journal.issues.get(number);
  if (entry.admitted?.approval === undefined && known?.ended === undefined) {
    // Delivered work waits for its merge, whatever became of its approval.
    const { attempts, result } = known ?? { attempts: 0, result: undefined };
    const pullRequest = context.pullRequests.get(number);
    const held = heldStanding(result, attempts, pullRequest, context.configuration.retry);
    if (held?.state === "completing") {
      return held;
    }
  }
  if (entry.admitted?.approval === undefined) {
    const reason = entry.admitted?.reason ?? ({ type: "label-event-unknown" } as const);
    return { state: reason.type === "delivery-ended" ? reason.ended : "pending", reason };
  }
  const { record } = entry.admitted;
  return record === undefined
    ? undefined
    : heldStanding(
        record.result,
        record.attempts,
        context.pullRequests.get(number),
        context.configuration.retry,
      );
}

interface Blockers {
  readonly by: readonly number[];
  readonly through: readonly number[];
}

const NONE: readonly never[] = [];
const NO_BLOCKERS: Blockers = { by: NONE, through: NONE };

function blockedReason(
  { issue, node }: Entry,
  { by, through }: Blockers,
  { problems, graph, blockers }: StandingContext,
): StateAndReason | undefined {
  const bad = problems.get(issue.number);
  if (bad !== undefined) {
    return { state: "blocked", reason: { type: "bad-reference", problems: bad } };
  }
  const cycle = at(graph.level, node) < 0 ? graph.cycles[at(graph.cycleOf, node)] : undefined;
  if (cycle !== undefined) {
    const type = cycle.includes(issue.number) ? "cycle" : "behind-cycle";
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
  return some.size === 0 ? NONE : issues.filter((issue) => some.has(issue));
}

function waitingRetry({ admitted }: Entry, context: StandingContext): StateAndReason | undefined {
  const notBefore = retryNotBefore(admitted?.record?.result, context.now);
  if (notBefore !== undefined) {
    return { state: "retrying", reason: { type: "retrying", notBefore } };
  }
  const claims = claimStorm(admitted?.record, context.now);
  return claims === undefined
    ? undefined
    : { state: "retrying", reason: { type: "claim-storm", claims } };
}
