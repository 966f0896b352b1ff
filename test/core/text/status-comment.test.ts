import { describe, expect, it } from "vitest";

import { type Claim, OUTCOMES, type Result } from "../../../src/core/journal/records.ts";
import { formatStatusComment, type StatusComment } from "../../../src/core/text/status-comment.ts";

const AT = "2026-11-20T10:00:00Z";

const CLAIM: Claim = {
  issue: 12,
  attempt: 2,
  delivery: 1,
  runId: 700,
  runAttempt: 1,
  slot: "mac-1/3",
  machine: "mac-1",
  textHash: "a".repeat(64),
  baseSha: "b".repeat(40),
  configurationSha: "c".repeat(40),
  at: AT,
  nonce: "n",
  finalizeAgainAt: undefined,
  finalizeAgainIn: undefined,
};

function aResult(fields: Partial<Result> = {}): Result {
  return {
    outcome: "delivered",
    cause: undefined,
    detail: "The checks are green.",
    score: 89,
    headSha: "d".repeat(40),
    pullRequest: undefined,
    keptSha: undefined,
    at: AT,
    notBefore: undefined,
    startedAt: undefined,
    ...fields,
  };
}

function format(fields: Partial<StatusComment>): string {
  return formatStatusComment({
    claim: undefined,
    result: undefined,
    manualFix: undefined,
    pullRequest: undefined,
    ended: undefined,
    endedBy: undefined,
    runUrl: "https://github.com/o/r/actions/runs",
    ...fields,
  });
}

describe("formatStatusComment", () => {
  it("says where and since when an attempt runs, with the link to its run [V10b]", () => {
    expect(format({ claim: CLAIM, result: aResult() })).toBe(
      "**Attempt 2** runs on `mac-1/3` since 2026-11-20T10:00:00Z.\n\n" +
        "Base `bbbbbbbbbbbb`, [workflow run](https://github.com/o/r/actions/runs/700).",
    );
  });

  it("says of a manual fix that its commit waits, and that its checks run [E21]", () => {
    const manualFix = { headSha: "d".repeat(40), by: "maria", attempt: 1 };
    const result = aResult({ outcome: "needs-human", detail: "The tests are red." });

    expect(format({ result, manualFix })).toMatch(
      /^\*\*Commit `dddddddddddd` waits for its checks\*\*, for which maria asked\. Before that:\n\nThe tests are red\./,
    );
    expect(format({ claim: { ...CLAIM, manualFix }, result, manualFix })).toMatch(
      /^\*\*The checks of `dddddddddddd`\*\*, for which maria asked, run on `mac-1\/3`/,
    );
  });

  it("links the pull request and shows the score of what was delivered", () => {
    expect(format({ result: aResult(), pullRequest: 40 })).toBe(
      "**Pull request opened**: #40\n\nThe checks are green.\n\nQuality score: 89 of 100.",
    );
  });

  it("says until when a retry waits", () => {
    const result = aResult({ outcome: "retry", score: undefined, notBefore: AT });

    expect(format({ result })).toContain(`Not before ${AT}.`);
  });

  it("waits before the first claim", () => {
    expect(format({})).toBe("Waiting.");
  });

  it("says how the delivery ended, with or without a result", () => {
    expect(format({ result: aResult(), pullRequest: 40, ended: "completed" })).toMatch(
      /^\*\*Completed\*\*: #40/,
    );
    expect(format({ result: aResult(), ended: "cancelled" })).toMatch(/^\*\*Cancelled\*\*/);
    expect(format({ ended: "cancelled" })).toMatch(
      /^\*\*Cancelled\*\*\n\n.*Set the trigger label again/,
    );
  });

  it("names who cancelled it, also of a session that was stopped before [E29a]", () => {
    const result = aResult({ outcome: "cancelled", detail: "Cancelled by maria." });

    expect(format({ ended: "cancelled", endedBy: "maria", result: aResult() })).toBe(
      "**Cancelled by maria**\n\nSet the trigger label again for a new delivery.",
    );
    expect(format({ result })).toMatch(/^\*\*Stopped\*\*\n\nCancelled by maria\./);
    expect(format({ ended: "cancelled", result })).toBe(
      "**Cancelled**\n\nCancelled by maria. Set the trigger label again for a new delivery.",
    );
  });

  it.each(OUTCOMES)("has a headline for %s", (outcome) => {
    expect(format({ result: aResult({ outcome }) })).toMatch(/^\*\*\S/);
  });

  it("lets words of the agent mention nobody and forge no marker [N03, F30]", () => {
    const detail = "@octocat closes #1 <!-<!-- -->- water-spider:status -->";

    const text = format({ result: aResult({ outcome: "needs-human", detail }) });

    expect(text).not.toMatch(/@octocat|<!--/);
  });
});
