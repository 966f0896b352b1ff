import type { Configuration } from "../configuration.ts";
import type { Approval, IssueRecord, JournalState } from "../journal/records.ts";
import type { Observation, ObservedIssue, ObservedPullRequest } from "../observation.ts";
import type { LabelReader, LabelReading } from "../text/label-reading.ts";
import { NumberIndex } from "./number-index.ts";
import type { PlannedApproval, PlannedWithdrawal } from "./plan-types.ts";
import type { ApprovalReason } from "./reasons.ts";
import { beginsAgain, heldStanding } from "./standing.ts";
import { type ApprovalDecision, decideApproval, type TrustContext } from "./trust.ts";

/** Whether somebody stands behind an open triggered issue. */
export interface Admitted {
  readonly approval: Approval | undefined;
  /** Why there is no approval; `undefined` when there is one. */
  readonly reason: ApprovalReason | undefined;
  /** The record as it counts from now on: `undefined` when a new approval begins a delivery. */
  readonly record: IssueRecord | undefined;
}

export interface Admission {
  /** In the order of the issues; `undefined` where the record cannot be read. */
  readonly admitted: readonly (Admitted | undefined)[];
  readonly approvals: readonly PlannedApproval[];
  readonly withdrawals: readonly PlannedWithdrawal[];
}

export interface AdmissionContext extends TrustContext {
  readonly journal: Pick<JournalState, "issues" | "unreadable">;
  readonly pullRequests: ReadonlyMap<number, ObservedPullRequest>;
  readonly configuration: Pick<Configuration, "allowPublic" | "trust" | "retry">;
}

/** An open issue that has the trigger label. */
export interface TriggeredIssue {
  readonly issue: ObservedIssue;
  readonly labels: LabelReading;
}

/** Lists the open issues that have the trigger label, lowest number first. */
export function listTriggered(
  observation: Pick<Observation, "issues">,
  reader: LabelReader,
): readonly TriggeredIssue[] {
  const triggered: TriggeredIssue[] = [];
  let isAscending = true;
  let last = Number.NEGATIVE_INFINITY;
  for (const issue of observation.issues.values()) {
    const labels = issue.state === "open" ? reader.read(issue.labels) : undefined;
    if (labels?.isTriggered === true) {
      isAscending &&= last < issue.number;
      last = issue.number;
      triggered.push({ issue, labels });
    }
  }
  return isAscending ? triggered : triggered.toSorted((a, b) => a.issue.number - b.issue.number);
}

/** Decides about the approval of every open triggered issue, and of those that were triggered. */
export function admitIssues(
  observation: Pick<Observation, "issues">,
  triggered: readonly ObservedIssue[],
  context: AdmissionContext,
): Admission {
  const admitted: (Admitted | undefined)[] = [];
  const approvals: PlannedApproval[] = [];
  const withdrawals: PlannedWithdrawal[] = [];
  const isTriggered = new NumberIndex(observation.issues.keys(), observation.issues.size);
  for (const issue of triggered) {
    const { number } = issue;
    isTriggered.set(number, 1);
    if (context.journal.unreadable.has(number)) {
      admitted.push(undefined);
      continue;
    }
    const record = context.journal.issues.get(number);
    const decision = decideApproval(issue, record, context);
    if (decision.decision === "approved" && decision.source !== "journal") {
      const restarts = isRestart(decision, record, number, context);
      approvals.push({ issue: number, approval: decision.approval, restarts });
      const isFresh = restarts || record?.ended !== undefined;
      admitted.push(admit(decision, isFresh ? undefined : record));
    } else {
      admitted.push(admit(decision, record));
    }
    const ends =
      decision.decision === "refused" && decision.withdraws && !isDelivered(record, context);
    if (ends && record?.approval !== undefined) {
      const cause = isAboutText(decision.reason) ? "text-edited" : "label-not-by-writer";
      withdrawals.push({ issue: number, cause, approvedAt: record.approval.at });
    }
  }
  return {
    admitted,
    approvals,
    withdrawals: withdrawals.concat(listUnlabelled(observation, isTriggered, context)),
  };
}

function admit(decision: ApprovalDecision, record: IssueRecord | undefined): Admitted {
  switch (decision.decision) {
    case "approved":
      return { approval: decision.approval, reason: undefined, record };
    case "refused":
      return { approval: undefined, reason: decision.reason, record };
    case "unknown": {
      const reason = { type: "permission-unread", logins: decision.logins } as const;
      return { approval: undefined, reason, record };
    }
  }
}

function isRestart(
  decision: Extract<ApprovalDecision, { readonly decision: "approved" }>,
  record: IssueRecord | undefined,
  issue: number,
  context: AdmissionContext,
): boolean {
  const pullRequest = context.pullRequests.get(issue);
  return (
    decision.source === "label" &&
    beginsAgain(decision.approval, record, pullRequest, context.configuration.retry)
  );
}

function isAboutText(reason: ApprovalReason): boolean {
  return reason.type === "edited-by-reader" || reason.type === "edits-unknown";
}

/** Delivered work stands until its pull request is closed, whatever becomes of its approval (state machine, 25). */
function isDelivered(
  record: IssueRecord | undefined,
  { pullRequests, configuration }: AdmissionContext,
): boolean {
  if (record === undefined || record.claim !== undefined) {
    return false;
  }
  const pullRequest = pullRequests.get(record.issue);
  return heldStanding(record, pullRequest, configuration.retry)?.state === "completing";
}

/** Open issues that lost the trigger label: their approval ends, unless the work is delivered. */
function listUnlabelled(
  observation: Pick<Observation, "issues">,
  isTriggered: NumberIndex,
  context: AdmissionContext,
): readonly PlannedWithdrawal[] {
  const found: PlannedWithdrawal[] = [];
  for (const record of context.journal.issues.values()) {
    const { issue, approval, ended } = record;
    const isUnlabelled =
      isTriggered.get(issue) === undefined &&
      observation.issues.get(issue)?.state === "open" &&
      context.stale?.has(issue) !== true;
    if (
      isUnlabelled &&
      approval !== undefined &&
      ended === undefined &&
      !isDelivered(record, context)
    ) {
      found.push({ issue, cause: "trigger-removed", approvedAt: approval.at });
    }
  }
  return found.toSorted((a, b) => a.issue - b.issue);
}
