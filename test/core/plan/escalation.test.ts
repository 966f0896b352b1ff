import { describe, expect, it } from "vitest";

import { describeEscalation } from "../../../src/core/plan/escalation.ts";
import { aResult } from "../../arbitraries/plan.ts";

const NEEDS_HUMAN = { type: "needs-human", detail: "Red." } as const;
const IN_REVIEW = { type: "awaiting-review", detail: "Not measured.", pullRequest: 7 } as const;

function severityOf(cause: string): string {
  return describeEscalation(1, NEEDS_HUMAN, aResult({ outcome: "needs-human", cause })).severity;
}

function recommend(isDraft: boolean, failingChecks?: readonly string[]): string {
  const pullRequest = { title: "feat: a thing", isDraft };
  const result = aResult({ outcome: "needs-human", pullRequest, failingChecks });
  return describeEscalation(1, NEEDS_HUMAN, result).context.recommendation;
}

describe("what an escalation says to programs", () => {
  it("is the cause, the sentence, the checks that are not green and what can be said [E21]", () => {
    const result = aResult({
      outcome: "needs-human",
      cause: "checks-failed",
      failingChecks: ["test", "lint"],
    });

    expect(describeEscalation(9, NEEDS_HUMAN, result)).toEqual({
      type: "checks-failed",
      severity: "high",
      issue: 9,
      reason: "A person has to decide: Red.",
      context: { failing_checks: ["test", "lint"], recommendation: "REJECT" },
      actions: ["manual_fix", "reject"],
    });
  });

  it("is a review for a draft, which can be approved as it is [E11, E21]", () => {
    const pullRequest = { title: "feat: a thing", isDraft: true };
    const result = aResult({ outcome: "needs-human", cause: "review-needed", pullRequest });

    expect(describeEscalation(9, IN_REVIEW, result)).toMatchObject({
      severity: "low",
      context: { failing_checks: [], recommendation: "REVIEW" },
      actions: ["approve_anyway", "manual_fix", "reject"],
    });
  });

  it("recommends no draft whose fix has a red check, and what is ready otherwise [E11]", () => {
    expect(recommend(true, ["test"])).toBe("REJECT");
    expect(recommend(true)).toBe("REVIEW");
    expect(recommend(false)).toBe("APPROVE");
  });

  it("has a severity that follows from the class of the cause [E21]", () => {
    expect(severityOf("question")).toBe("low");
    expect(severityOf("stalled")).toBe("medium");
    expect(severityOf("run-ended")).toBe("medium");
    expect(severityOf("work-refused")).toBe("high");
    expect(severityOf("a cause that nobody knows")).toBe("high");
    expect(severityOf("account-limit")).toBe("critical");
  });

  it("names the state where a result of an older journal has no cause [E21]", () => {
    expect(describeEscalation(1, NEEDS_HUMAN, undefined)).toMatchObject({
      type: "needs-human",
      context: { failing_checks: [] },
    });
  });
});
