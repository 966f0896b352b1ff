import type { Configuration } from "../configuration.ts";
import type { Approval, IssueRecord, JournalState } from "../journal/records.ts";
import type { Observation, ObservedIssue, ObservedPullRequest } from "../observation.ts";
import type { LabelReading } from "../text/label-reading.ts";
import type { PlannedApproval, PlannedWithdrawal } from "./plan-types.ts";
import type { ApprovalReason } from "./reasons.ts";
import { beginsAgain } from "./standing.ts";
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
  readonly admitted: ReadonlyMap<number, Admitted>;
  readonly approvals: readonly PlannedApproval[];
  readonly withdrawals: readonly PlannedWithdrawal[];
}

export interface AdmissionContext extends TrustContext {
  readonly journal: Pick<JournalState, "issues" | "unreadable">;
  readonly pullRequests: ReadonlyMap<number, ObservedPullRequest>;
  readonly configuration: Pick<Configuration, "allowPublic" | "trust" | "retry">;
}

/** Lists the open issues that have the trigger label, lowest number first. */
export function listTriggered(
  observation: Pick<Observation, "issues">,
  readLabels: (issue: ObservedIssue) => LabelReading,
): readonly ObservedIssue[] {
  const triggered: ObservedIssue[] = [];
  let isAscending = true;
  for (const issue of observation.issues.values()) {
    if (issue.state === "open" && readLabels(issue).isTriggered) {
      isAscending &&= (triggered.at(-1)?.number ?? 0) < issue.number;
      triggered.push(issue);
    }
  }
  return isAscending ? triggered : triggered.toSorted((a, b) => a.number - b.number);
}

/** Decides about the approval of every open triggered issue, and of those that were triggered. */
export function admitIssues(
  observation: Pick<Observation, "issues">,
  triggered: readonly ObservedIssue[],
  context: AdmissionContext,
): Admission {
  const admitted = new Map<number, Admitted>();
  const approvals: PlannedApproval[] = [];
  const withdrawals: PlannedWithdrawal[] = [];
  for (const issue of triggered) {
    const { number } = issue;
    if (context.journal.unreadable.has(number)) {
      continue;
    }
    const record = context.journal.issues.get(number);
    const decision = decideApproval(issue, record, context);
    if (decision.decision === "approved" && decision.source !== "journal") {
      const restarts = isRestart(decision, record, number, context);
      approvals.push({ issue: number, approval: decision.approval, restarts });
      const isFresh = restarts || record?.ended !== undefined;
      admitted.set(number, admit(decision, isFresh ? undefined : record));
    } else {
      admitted.set(number, admit(decision, record));
    }
    if (decision.decision === "refused" && decision.withdraws && record?.approval !== undefined) {
      const cause = isAboutText(decision.reason) ? "text-edited" : "label-not-by-writer";
      withdrawals.push({ issue: number, cause, approvedAt: record.approval.at });
    }
  }
  return {
    admitted,
    approvals,
    withdrawals: withdrawals.concat(listUnlabelled(observation, triggered, admitted, context)),
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

/**
 * Open issues that lost the trigger label: their approval ends, unless the work is delivered, which
 * no label takes back (state machine, 25).
 */
function listUnlabelled(
  observation: Pick<Observation, "issues">,
  triggered: readonly ObservedIssue[],
  admitted: Admission["admitted"],
  context: AdmissionContext,
): readonly PlannedWithdrawal[] {
  const others = [...context.journal.issues.values()].filter(
    (record) =>
      !admitted.has(record.issue) &&
      observation.issues.get(record.issue)?.state === "open" &&
      context.stale?.has(record.issue) !== true &&
      record.ended === undefined &&
      record.result?.outcome !== "delivered",
  );
  const labelled = new Set(others.length === 0 ? [] : triggered.map(({ number }) => number));
  return others
    .filter(({ issue }) => !labelled.has(issue))
    .flatMap(({ issue, approval }) =>
      approval === undefined
        ? []
        : [{ issue, cause: "trigger-removed" as const, approvedAt: approval.at }],
    )
    .toSorted((a, b) => a.issue - b.issue);
}
