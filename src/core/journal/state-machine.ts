import { ISSUE_STATES, type IssueState } from "./issue-state.ts";

/** Who says that a transition happened: the journal, or whoever looks at journal and GitHub now. */
export type Evidence =
  /** Computed by every tick and never written. */
  | "derived"
  /** An event of the journal, by its type. */
  | "approved"
  | "withdrawn"
  | "dispatched"
  | "result"
  | "ended"
  | "approved-anyway"
  | "manual-fix-requested"
  | "finalize-again"
  | "retry-requested";

export interface Transition {
  /** Number of the row in the requirements' table. */
  readonly row: number;
  readonly trigger: string;
  readonly from: readonly IssueState[];
  /** `same` = the issue stays where it is, and something is said or done. */
  readonly to: IssueState | "same";
  /** What has to hold, in words. */
  readonly when: string;
  readonly evidence: Evidence;
}

const WAITING = ["queued", "blocked", "ready", "retrying"] as const;
const CLAIMED = ["dispatched", "running"] as const;
const UNFINISHED = [
  "pending",
  ...WAITING,
  ...CLAIMED,
  "reviewing",
  "completing",
  "failed",
] as const;

/**
 * The state machine, whole: docs/state-machine.md is generated from it. A state is a function of
 * the journal and of what is observed; the table says which changes of it there are, and why.
 */
export const TRANSITIONS: readonly Transition[] = [
  row(1, "approve", ["pending"], "queued", "a writer stands behind the text as it is", "approved"),
  row(2, "block", ["queued"], "blocked", "an open blocker, a cycle or a bad reference", "derived"),
  row(3, "admit", ["queued"], "ready", "nothing blocks it and its time has come", "derived"),
  row(
    3,
    "hold",
    ["ready"],
    "queued",
    "whoever started it has started `limits.starts-per-actor` deliveries within the hour",
    "derived",
  ),
  row(4, "unblock", ["blocked"], "ready", "every blocker is resolved", "derived"),
  row(
    5,
    "explain",
    ["blocked"],
    "same",
    "a blocker failed, or a cycle or deadlock was found: a new reason, one comment",
    "derived",
  ),
  row(
    6,
    "claim",
    ["ready"],
    "dispatched",
    "first in order, a free slot, its push won",
    "dispatched",
  ),
  row(7, "block-ready", ["ready"], "blocked", "a blocker was added", "derived"),
  row(
    7,
    "block-claimed",
    ["dispatched"],
    "blocked",
    "a blocker was added before the session started: given back",
    "result",
  ),
  row(8, "start", ["dispatched"], "running", "its session job is in progress", "derived"),
  row(
    9,
    "give-back",
    ["dispatched"],
    "queued",
    "refused at the start, or dead without one: no attempt counted",
    "result",
  ),
  row(
    10,
    "hand-over",
    ["running"],
    "reviewing",
    "the session job ended; finalize judges its work",
    "derived",
  ),
  row(11, "fail", CLAIMED, "failed", "an error, a limit, or a claim that died", "result"),
  row(
    12,
    "return",
    ["running", "reviewing"],
    "queued",
    "stopped, or the fleet's own fault: no attempt counted",
    "result",
  ),
  row(
    13,
    "deliver",
    ["reviewing"],
    "completing",
    "the gates are open and the score suffices",
    "result",
  ),
  row(
    14,
    "refuse",
    ["reviewing"],
    "failed",
    "a gate is closed, or the measured score is too low",
    "result",
  ),
  row(
    15,
    "draft",
    ["reviewing"],
    "same",
    "the score is between the bands, or something was not measured: a draft, one request for review",
    "result",
  ),
  row(
    16,
    "approve-anyway",
    ["reviewing"],
    "completing",
    "/approve-anyway by a writer: recorded with name and score",
    "approved-anyway",
  ),
  row(16, "accept", ["reviewing"], "completing", "a writer marked the draft ready", "derived"),
  row(
    17,
    "complete",
    ["completing"],
    "completed",
    "the pull request is merged and the issue closed",
    "ended",
  ),
  row(
    18,
    "reject",
    ["completing", "reviewing"],
    "failed",
    "the pull request was closed unmerged",
    "derived",
  ),
  row(
    19,
    "reopen",
    ["completed"],
    "pending",
    "reopened with the trigger label: a new delivery",
    "derived",
  ),
  row(
    20,
    "retry-later",
    ["failed", ...CLAIMED, "reviewing"],
    "retrying",
    "the failure may pass and retries are left",
    "result",
  ),
  row(
    21,
    "escalate",
    ["failed"],
    "same",
    "a person's, or no retries are left: one comment, and it never starts again by itself",
    "derived",
  ),
  row(
    22,
    "retry-now",
    ["failed", "cancelled"],
    "queued",
    "/retry, or the trigger label set again, by a writer: attempts 0",
    "retry-requested",
  ),
  row(23, "wake", ["retrying"], "queued", "its time has come", "derived"),
  row(24, "block-retry", ["retrying"], "blocked", "a blocker was added while it waited", "derived"),
  row(24, "unblock-retry", ["blocked"], "retrying", "it still waits for its time", "derived"),
  row(
    25,
    "withdraw",
    [...WAITING, ...CLAIMED, "failed"],
    "pending",
    "the trigger label was removed, or a non-writer changed the text",
    "withdrawn",
  ),
  row(
    26,
    "cancel",
    UNFINISHED,
    "cancelled",
    "the issue was closed, transferred or deleted, or /cancel, /reject; our pull request is closed",
    "ended",
  ),
  row(
    26,
    "cancel-claimed",
    [...CLAIMED, "reviewing"],
    "cancelled",
    "/cancel or /reject: its session was ended",
    "result",
  ),
  row(
    27,
    "reopen",
    ["cancelled"],
    "pending",
    "reopened with the trigger label, or labelled again: a new delivery",
    "derived",
  ),
  row(28, "repair", ISSUE_STATES, "same", "its label or comment shows something else", "derived"),
  row(
    29,
    "manual-fix",
    ["reviewing", "failed"],
    "queued",
    "/manual-fix by a writer: the commit on its branch is claimed for its checks, without a session",
    "manual-fix-requested",
  ),
  row(
    30,
    "give-back-red-base",
    ["running", "reviewing"],
    "queued",
    "a gate is red, and red on the base too: no attempt counted, the fleet pauses until the base moves",
    "result",
  ),
  row(
    31,
    "finalize-again",
    ["running", "reviewing"],
    "same",
    "finalize died before its first write: its job is started again, once",
    "finalize-again",
  ),
];

function row(
  number: number,
  trigger: string,
  from: readonly IssueState[],
  to: Transition["to"],
  when: string,
  evidence: Evidence,
): Transition {
  return { row: number, trigger, from, to, when, evidence };
}

/**
 * Returns the state that follows `state` when `trigger` happens, or `undefined` when that is not
 * allowed there. People do things in any order, so a refused trigger is data, not an exception.
 */
export function nextState(state: IssueState, trigger: string): IssueState | undefined {
  const to = TRANSITIONS.find((one) => one.trigger === trigger && one.from.includes(state))?.to;
  return to === "same" ? state : to;
}

/** Whether one tick may find `to` where an earlier one found `from`: any number of steps between. */
export function canBecome(from: IssueState, to: IssueState): boolean {
  const reached = new Set<IssueState>([from]);
  for (const state of reached) {
    for (const { from: starts, to: next } of TRANSITIONS) {
      if (starts.includes(state) && next !== "same") {
        reached.add(next);
      }
    }
  }
  return reached.has(to);
}
