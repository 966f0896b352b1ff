import { classOfFailure } from "../fleet/failure-class.ts";
import type { Result } from "../journal/records.ts";
import type { Escalation, EscalationAction, Recommendation, Severity } from "../text/escalation.ts";
import { formatReason, type Reason } from "./reasons.ts";

/** Why a person is asked for. */
export type EscalationReason = Extract<
  Reason,
  { readonly type: "needs-human" | "retries-used-up" | "awaiting-review" }
>;

export function isEscalation(reason: Reason): reason is EscalationReason {
  const { type } = reason;
  return type === "needs-human" || type === "retries-used-up" || type === "awaiting-review";
}

/** Returns what the comment about a result says to programs [E21]. */
export function describeEscalation(
  issue: number,
  reason: EscalationReason,
  result: Result | undefined,
): Escalation {
  const type = result?.cause ?? reason.type;
  return {
    type,
    severity: severityOf(type),
    issue,
    reason: formatReason(reason),
    context: {
      failing_checks: result?.failingChecks ?? [],
      recommendation: recommendationOf(result),
    },
    actions: listActions(reason),
  };
}

/** The same for work that waits for nothing but a setting of the repository [F92]. */
export function describeForbidden(issue: number, result: Result | undefined): Escalation {
  return {
    type: "pull-request-forbidden",
    severity: "critical",
    issue,
    reason: "GitHub forbids to open the pull request of work that is on its branch.",
    context: { failing_checks: [], recommendation: recommendationOf(result) },
    actions: ["reject"],
  };
}

/**
 * Returns how soon somebody should look. `low`: nothing failed, a draft or a question waits.
 * `medium`: the machine, the run or the model failed, and the same may pass another time. `high`: it
 * fails in the same way until a person changes something. `critical`: every other issue would too.
 */
function severityOf(cause: string): Severity {
  if (cause === "review-needed" || cause === "question") {
    return "low";
  }
  switch (classOfFailure(cause)) {
    case "transient":
    case "runner-lost":
    case "once":
    case "given-back":
      return "medium";
    case "deterministic":
      return "high";
    case "fleet-configuration":
    case "account-limit":
    case "base-red":
      return "critical";
  }
}

/**
 * Returns what the band of the work says, as its pull request shows it [E11]: ready, a draft, or
 * nothing that could be merged. A check that is not green is a person's, whatever lies in the draft.
 */
function recommendationOf(result: Result | undefined): Recommendation {
  if (result?.pullRequest === undefined || (result.failingChecks ?? []).length > 0) {
    return "REJECT";
  }
  return result.pullRequest.isDraft ? "REVIEW" : "APPROVE";
}

/** Only a draft can be approved as it is; every escalation can be fixed by hand, or rejected. */
function listActions({ type }: EscalationReason): readonly EscalationAction[] {
  return type === "awaiting-review"
    ? ["approve_anyway", "manual_fix", "reject"]
    : ["manual_fix", "reject"];
}
