import { describe, expect, it } from "vitest";

import { removeSpentRefs } from "../../../src/core/delivery/spent-refs.ts";
import type { HistoryEntry } from "../../../src/core/journal/records.ts";

const NAMES = { branchPrefix: "feature/issue-", refPrefix: "refs/water-spider/" };
const TIP = "a".repeat(40);

function over(fields: Partial<HistoryEntry>): HistoryEntry {
  return {
    issue: 12,
    delivery: 1,
    attempts: 1,
    ended: "completed",
    at: "2026-11-20T10:00:00Z",
    outcome: "delivered",
    score: 89,
    pullRequest: 13,
    sessionSeconds: 60,
    kind: undefined,
    branchSha: TIP,
    ...fields,
  };
}

describe("removeSpentRefs", () => {
  it("removes the branch of merged work from where our push left it [F97]", () => {
    expect(removeSpentRefs([over({})], NAMES)).toEqual([
      { type: "remove-ref", ref: "refs/heads/feature/issue-12", sha: TIP },
    ]);
  });

  it("removes what was kept of the attempts before the one that was delivered [N11]", () => {
    expect(removeSpentRefs([over({ attempts: 2 })], NAMES)).toContainEqual({
      type: "remove-ref",
      ref: "refs/water-spider/wip/12",
      sha: undefined,
    });
  });

  it("leaves a branch that we never pushed, and all that a cancelled delivery left [C15]", () => {
    const deliveries = [over({ branchSha: undefined }), over({ ended: "cancelled", attempts: 3 })];

    expect(removeSpentRefs(deliveries, NAMES)).toEqual([]);
  });
});
