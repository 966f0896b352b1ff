import type { JournalFact } from "../../src/core/journal/events.ts";
import type { IssueState } from "../../src/core/journal/issue-state.ts";
import { type Evidence, TRANSITIONS } from "../../src/core/journal/state-machine.ts";
import type { TickPlan } from "../../src/core/plan/tick-plan.ts";
import { TRIGGER } from "../world/an-issue.ts";
import type { Seen, Watcher } from "./watcher.ts";

/** What an earlier tick found, for the next one to be compared with. */
export interface EarlierPlan {
  readonly seen: Seen;
  /** Seconds: when all its reading was over. */
  readonly readBy: number;
  readonly states: ReadonlyMap<number, IssueState>;
  /** Issues about which it wanted to journal something. */
  readonly planned: ReadonlySet<number>;
}

/** Every issue that asks for it has its row and its reason; slots are freed in time; states follow each other. */
export function checkPlan(watcher: Watcher, seen: Seen, tick: TickPlan): void {
  const states = new Map(tick.plan.rows.map(({ issue, state }) => [issue, state]));
  for (const issue of seen.isStale ? [] : seen.triggered) {
    const { state, labels } = watcher.world.issues.get(issue) ?? { state: "closed", labels: [] };
    if (!states.has(issue) && state === "open" && labels.includes(TRIGGER)) {
      watcher.fail("row", `#${issue} asks to be run and is in no row of the plan.`);
    }
  }
  const busy = new Set(
    [...seen.claims.values()].filter(({ nonce }) => !seen.over.has(nonce)).map(({ slot }) => slot),
  );
  const idle = tick.busySlots.find((slot) => !busy.has(slot));
  if (idle !== undefined) {
    watcher.fail("slots", `${idle} counts as busy, and no session holds it.`);
  }
  if (seen.isStale) {
    // What it shows of issues that it did not read is no more than an explanation.
    return;
  }
  const evidence = evidenceOf(tick);
  const earlier = watcher.earlier;
  if (earlier !== undefined && earlier.readBy < seen.at) {
    checkTransitions(watcher, earlier, seen, states, evidence);
  }
  if (earlier === undefined || earlier.seen.at < seen.at) {
    watcher.earlier = {
      seen,
      readBy: watcher.timeline.seconds,
      states,
      planned: new Set(evidence.keys()),
    };
  }
}

/** What happened, by issue. */
export type EvidenceByIssue = Map<number, Set<Evidence>>;

function checkTransitions(
  watcher: Watcher,
  earlier: EarlierPlan,
  seen: Seen,
  states: ReadonlyMap<number, IssueState>,
  planned: EvidenceByIssue,
): void {
  const known = new Map([...planned].map(([issue, found]) => [issue, new Set(found)]));
  for (const { fact } of watcher.eventsBetween(earlier.seen.tipSeq, seen.tipSeq)) {
    addEvidence(known, fact);
  }
  // What happened while an issue was claimed shows only when the claim has ended.
  for (const { nonce, issue } of earlier.seen.claims.values()) {
    for (const evidence of watcher.sinceClaimed(nonce, issue)) {
      add(known, issue, evidence);
    }
  }
  for (const [issue, to] of states) {
    const from = earlier.states.get(issue);
    if (from === undefined || from === to || earlier.planned.has(issue)) {
      continue;
    }
    if (!canBecomeBy(from, to, known.get(issue) ?? new Set())) {
      const had = [...(known.get(issue) ?? [])].join(", ");
      watcher.fail("state machine", `#${issue} went from ${from} to ${to} (events: ${had}).`);
    }
  }
}

/** Whether there is a way in the table that needs only what is derived and what happened. */
function canBecomeBy(from: IssueState, to: IssueState, happened: ReadonlySet<Evidence>): boolean {
  const reached = new Set<IssueState>([from]);
  for (const state of reached) {
    for (const one of TRANSITIONS) {
      const isPossible = one.evidence === "derived" || happened.has(one.evidence);
      if (one.from.includes(state) && one.to !== "same" && isPossible) {
        reached.add(one.to);
      }
    }
  }
  return reached.has(to);
}

function evidenceOf({ deaths, endings, plan }: TickPlan): EvidenceByIssue {
  const found: EvidenceByIssue = new Map();
  for (const { issue } of deaths) {
    add(found, issue, "result");
  }
  for (const { issue } of endings) {
    add(found, issue, "ended");
  }
  for (const { issue, restarts } of plan.approvals) {
    add(found, issue, "approved");
    if (restarts) {
      add(found, issue, "retry-requested");
    }
  }
  for (const { issue } of plan.withdrawals) {
    add(found, issue, "withdrawn");
  }
  return found;
}

export function addEvidence(found: EvidenceByIssue, fact: JournalFact): void {
  switch (fact.type) {
    case "approved":
      for (const { issue, restarts } of fact.approvals) {
        add(found, issue, "approved");
        if (restarts) {
          add(found, issue, "retry-requested");
        }
      }
      break;
    case "withdrawn":
      fact.withdrawals.forEach(({ issue }) => add(found, issue, "withdrawn"));
      break;
    case "dispatched":
      fact.claims.forEach(({ issue }) => add(found, issue, "dispatched"));
      break;
    case "result":
      add(found, fact.issue, "result");
      break;
    case "ended":
      fact.deliveries.forEach(({ issue }) => add(found, issue, "ended"));
      break;
    case "retry-requested":
      add(found, fact.issue, "retry-requested");
      break;
    case "approved-anyway":
      add(found, fact.issue, "approved-anyway");
      break;
    case "manual-fix-requested":
      add(found, fact.issue, "manual-fix-requested");
      break;
    case "stop-requested":
    case "finalize-again":
    case "slot-online":
    case "approve-requested":
    case "archived":
    case "paused":
    case "resumed":
    case "target-set":
    case "noticed":
      break;
  }
}

function add(found: EvidenceByIssue, issue: number, evidence: Evidence): void {
  const known = found.get(issue) ?? new Set();
  found.set(issue, known.add(evidence));
}
