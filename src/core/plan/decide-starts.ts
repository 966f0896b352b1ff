import type { Configuration } from "../configuration.ts";
import { starterOf } from "../fleet/start-limit.ts";
import { recallRecord } from "../journal/archive.ts";
import type { IssueRecord, JournalState } from "../journal/records.ts";
import { isAfter } from "../text/instant.ts";
import type { Plan, PlannedApproval, PlannedWithdrawal } from "./plan-types.ts";
import { preferredMachine } from "./preferred-machine.ts";
import { type Candidate, type Schedule, scheduleStarts } from "./schedule.ts";
import { claimStorm, heldStanding, retryNotBefore } from "./standing.ts";

/** What a tick knows besides its plan and the tip of the journal. */
export interface StartConditions {
  readonly configuration: Configuration;
  readonly now: string;
  /** Tip of the base branch. */
  readonly headSha: string;
  readonly credential: "present" | "missing";
  /** Slots whose session job has not ended, as far as the tick has looked. */
  readonly busySlots: readonly string[];
  /**
   * Nonces of the claims that the tick has looked at to fill in `busySlots`. Any other claim on the
   * tip is newer than that look, and keeps its slot.
   */
  readonly judgedClaims: ReadonlySet<string>;
}

/**
 * Decides on the journal's tip what to claim. Only the order comes from the plan; approvals,
 * claims, results and pauses are those of the tip. So two ticks with different snapshots can
 * neither start an issue twice nor use a slot twice: whoever pushes second decides again [F03,
 * F101]. Approvals, withdrawals and the results of dead claims are journalled before: an issue
 * whose approval is not on the tip does not start.
 */
export function decideStarts(plan: Plan, tip: JournalState, conditions: StartConditions): Schedule {
  const ready = new Set(plan.ready);
  const hashes = new Map(
    plan.rows.filter(({ issue }) => ready.has(issue)).map((row) => [row.issue, row.textHash]),
  );
  const paths = new Map(plan.paths.map((each) => [each.issue, each.paths]));
  const withPullRequest = new Set(plan.withPullRequest);
  const candidate = (issue: number): Candidate => ({
    issue,
    paths: paths.get(issue) ?? [],
    hasPullRequest: withPullRequest.has(issue),
  });
  const claims = [...tip.issues.values()]
    .flatMap(({ claim }) => claim ?? [])
    .toSorted((a, b) => a.issue - b.issue);
  const newer = claims.filter(({ nonce }) => !conditions.judgedClaims.has(nonce));
  const unverified = new Set(plan.unverified);
  const mayStart = (issue: number): boolean =>
    !unverified.has(issue) &&
    !tip.unreadable.has(issue) &&
    isStartable(tip.issues.get(issue), hashes.get(issue), conditions);
  return scheduleStarts(
    plan.ready.map(candidate),
    {
      ...conditions,
      fleet: tip.fleet,
      isOrderViolated: plan.orderCheck === "violated",
      busySlots: [...conditions.busySlots, ...newer.map(({ slot }) => slot)],
      openPullRequests: plan.openPullRequests,
      live: claims.map(({ issue }) => candidate(issue)),
    },
    {
      refuse: (issue) => (mayStart(issue) ? undefined : { type: "decided-elsewhere" }),
      prefer: (issue) => preferredMachine(tip.issues.get(issue), conditions.now),
      starter: (issue) => {
        const record = tip.issues.get(issue);
        return starterOf(record, record?.approval);
      },
    },
  );
}

function isStartable(
  record: IssueRecord | undefined,
  textHash: string | undefined,
  { configuration, now }: StartConditions,
): boolean {
  return (
    record?.approval !== undefined &&
    record.approval.textHash === textHash &&
    record.claim === undefined &&
    record.ended === undefined &&
    heldStanding(record, undefined, configuration.retry) === undefined &&
    retryNotBefore(record.result, now) === undefined &&
    claimStorm(record, now) === undefined
  );
}

/** The approvals of a plan that the tip does not hold, and that nothing on the tip overrides. */
export function approvalsDue(plan: Plan, tip: JournalState): readonly PlannedApproval[] {
  return plan.approvals.filter(({ issue, approval }) => {
    const record = recallRecord(tip, issue);
    const isKnown =
      record?.approval !== undefined &&
      !isAfter(approval.at, record.approval.at) &&
      (record.approval.textHash === approval.textHash || isAfter(record.approval.at, approval.at));
    const isOver = record?.ended !== undefined && !isAfter(approval.at, record.endedAt);
    return !tip.unreadable.has(issue) && !isKnown && !isOver;
  });
}

/** The withdrawals of a plan whose approval still stands on the tip. */
export function withdrawalsDue(plan: Plan, tip: JournalState): readonly PlannedWithdrawal[] {
  return plan.withdrawals.filter(
    ({ issue, approvedAt }) => tip.issues.get(issue)?.approval?.at === approvedAt,
  );
}
