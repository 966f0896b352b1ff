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

/** Our pull request of #12, as it was observed. */
function merged(state: "merged" | "closed" = "merged"): Parameters<typeof removeSpentRefs>[1] {
  return new Map([[12, { state, headSha: TIP }]]);
}

describe("removeSpentRefs", () => {
  it("removes the branch of merged work from where it was merged [F97]", () => {
    expect(removeSpentRefs([over({})], merged(), NAMES)).toEqual([
      { type: "remove-ref", ref: "refs/heads/feature/issue-12", sha: TIP },
    ]);
  });

  it("removes what was kept of the attempts before the one that was delivered [N11]", () => {
    expect(removeSpentRefs([over({ attempts: 2 })], merged(), NAMES)).toContainEqual({
      type: "remove-ref",
      ref: "refs/water-spider/wip/12",
      sha: undefined,
    });
  });

  it("leaves what nobody merged, and all that a cancelled delivery left [C15]", () => {
    expect(removeSpentRefs([over({})], merged("closed"), NAMES)).toEqual([]);
    expect(removeSpentRefs([over({})], new Map(), NAMES)).toEqual([]);
    expect(removeSpentRefs([over({ ended: "cancelled", attempts: 3 })], merged(), NAMES)).toEqual(
      [],
    );
  });
});
