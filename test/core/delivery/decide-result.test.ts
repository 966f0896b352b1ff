import { describe, expect, it } from "vitest";

import { decideResult, isOurBranch } from "../../../src/core/delivery/decide-result.ts";
import type { Judgement } from "../../../src/core/delivery/judge-delivery.ts";
import { newRecord } from "../../../src/core/journal/new-record.ts";
import { formatEvent, parseEvent } from "../../../src/core/text/journal-event.ts";
import { aSession } from "../../arbitraries/session.ts";

const AT = "2026-11-20T10:00:00.000Z";
const SHA = "d".repeat(40);

function aJudgement(fields: Partial<Judgement> = {}): Judgement {
  return {
    outcome: "delivered",
    cause: undefined,
    detail: "The checks are green.",
    deliver: "ready",
    delayMinutes: undefined,
    pauses: undefined,
    ...fields,
  };
}

function decide(judgement: Judgement, title = "feat: add a thing") {
  return decideResult({
    judgement,
    session: aSession(),
    score: 89,
    delivered: judgement.deliver === undefined ? undefined : { headSha: SHA, title },
    keptSha: undefined,
    at: AT,
    notBefore: undefined,
    machine: "mac-1",
    failingChecks: [],
  });
}

describe("decideResult", () => {
  it("keeps what a later tick needs to open the pull request [F11]", () => {
    expect(decide(aJudgement({ deliver: "draft" }))).toMatchObject({
      headSha: SHA,
      pullRequest: { title: "feat: add a thing", isDraft: true },
      startedAt: "2026-11-20T10:00:00.000Z",
    });
  });

  it("names no commit when nothing was pushed", () => {
    const result = decide(aJudgement({ outcome: "needs-human", deliver: undefined }));

    expect(result).toMatchObject({ headSha: undefined, pullRequest: undefined });
  });

  it.each([
    "x".repeat(20_000),
    "🚀".repeat(2_000),
    "@octocat closes #1\n".repeat(2_000),
    "\u0000\ud800",
    "",
  ])("makes a result that the journal can read of whatever the agent said", (detail) => {
    const result = decide(aJudgement({ outcome: "needs-human", deliver: undefined, detail }));

    const event = {
      seq: 1,
      stamp: { at: AT, runId: 1, runAttempt: 1, nonce: "n" },
      fact: { type: "result", issue: 12, claim: "n", result } as const,
    };
    expect(parseEvent(formatEvent(event))).toEqual(event);
    expect(result.detail).not.toMatch(/@octocat|\n/);
  });
});

describe("isOurBranch", () => {
  it("takes a branch that is not there, or where our own last push left it [N21]", () => {
    expect(isOurBranch(undefined, newRecord(12))).toBe(true);
    expect(isOurBranch(SHA, { ...newRecord(12), branchSha: SHA })).toBe(true);
  });

  it("leaves alone a branch that somebody else moved", () => {
    expect(isOurBranch(SHA, newRecord(12))).toBe(false);
    expect(isOurBranch("e".repeat(40), { ...newRecord(12), branchSha: SHA })).toBe(false);
  });
});
