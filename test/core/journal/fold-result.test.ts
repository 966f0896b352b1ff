import { describe, expect, it } from "vitest";

import { finished } from "../../../src/core/journal/fold-result.ts";
import { applyEvent, EMPTY_JOURNAL } from "../../../src/core/journal/fold.ts";
import { newRecord } from "../../../src/core/journal/new-record.ts";
import { type IssueRecord, OUTCOMES } from "../../../src/core/journal/records.ts";
import { aClaim, aResult } from "../../arbitraries/plan.ts";

const OURS = "a".repeat(40);
const THEIRS = "b".repeat(40);
const MANUAL_FIX = { headSha: THEIRS, by: "maria", attempt: 1 };
const DRAFT = { title: "feat: it", isDraft: true };

/** A draft of ours, and the claim for what people pushed onto it. */
const CHECKED: IssueRecord = {
  ...newRecord(1),
  attempts: 4,
  branchSha: OURS,
  result: aResult({ outcome: "needs-human", headSha: OURS, pullRequest: DRAFT }),
  manualFix: MANUAL_FIX,
  claim: { ...aClaim({ issue: 1 }), manualFix: MANUAL_FIX },
};

describe("the result of a manual fix", () => {
  it.each(OUTCOMES)("counts no attempt and ends the claim: %s [E29a]", (outcome) => {
    const after = finished(CHECKED, aResult({ outcome }));

    expect(after).toMatchObject({ attempts: 4, claim: undefined, stop: undefined });
  });

  it.each(OUTCOMES.filter((one) => one !== "returned" && one !== "retry"))(
    "fulfils the wish: %s",
    (outcome) => {
      expect(finished(CHECKED, aResult({ outcome })).manualFix).toBeUndefined();
    },
  );

  it("lets the wish stand when it was not judged, and counts the tries that were lost", () => {
    const returned = finished(CHECKED, aResult({ outcome: "returned" }));
    const lost = finished(CHECKED, aResult({ outcome: "retry" }));

    expect(returned.manualFix).toEqual(MANUAL_FIX);
    expect(lost.manualFix).toEqual({ ...MANUAL_FIX, attempt: 2 });
  });

  it("never makes a commit of people's ours, so that nothing of ours overwrites it", () => {
    const after = finished(CHECKED, aResult({ outcome: "delivered", headSha: THEIRS }));

    expect(after).toMatchObject({ branchSha: OURS, result: { headSha: THEIRS } });
  });

  it("keeps in sight what was pushed before, when it delivers nothing", () => {
    const after = finished(CHECKED, aResult({ outcome: "needs-human", cause: "checks-failed" }));

    expect(after.result).toMatchObject({
      cause: "checks-failed",
      headSha: OURS,
      pullRequest: DRAFT,
    });
  });

  it("says nothing of how sessions go: no meltdown comes of it [F56]", () => {
    const stamp = { at: "2026-11-20T12:00:00Z", runId: 1, runAttempt: 1, nonce: "n" };
    const state = { ...EMPTY_JOURNAL, issues: new Map([[1, CHECKED]]) };
    const result = aResult({ outcome: "needs-human", cause: "checks-failed" });
    const fact = { type: "result", issue: 1, claim: CHECKED.claim?.nonce ?? "", result } as const;

    const after = applyEvent(state, { seq: 1, stamp, fact });

    expect(after.issues.get(1)?.claim).toBeUndefined();
    expect(after.fleet.recent).toEqual([]);
  });
});
