import { describe, expect, it } from "vitest";

import { mergeBacklog } from "../../../src/core/backlog/merge.ts";
import {
  decideReading,
  hasRightCount,
  isForged,
  isWorthSaving,
  listDueEdges,
  listSpotChecks,
} from "../../../src/core/backlog/refresh.ts";
import { rememberIssue, type Snapshot } from "../../../src/core/backlog/snapshot.ts";
import { anIssue, aReference, NOW, REPOSITORY, TRIGGER } from "../../arbitraries/plan.ts";
import { aSnapshot, readsOf } from "../../arbitraries/snapshots.ts";

function manyIssues(count: number): Snapshot {
  return aSnapshot(Array.from({ length: count }, (_, index) => anIssue({ number: index + 1 })));
}

describe("decideReading", () => {
  it("reads what changed when there is a snapshot of this hour", () => {
    const snapshot = aSnapshot([]);

    expect(decideReading(snapshot, REPOSITORY, NOW)).toEqual({ reading: "changes", snapshot });
  });

  it.each([
    ["no-snapshot", undefined],
    ["other-repository", aSnapshot([], { repository: "octo/other" })],
    ["from-the-future", aSnapshot([], { fullAt: "2026-11-21T00:00:00Z" })],
    ["from-the-future", aSnapshot([], { cursor: "2026-11-20T12:05:00Z" })],
    ["too-old", aSnapshot([], { fullAt: "2026-11-19T11:59:00Z" })],
    ["too-old", aSnapshot([], { cursor: "2026-11-19T11:59:00Z" })],
    ["edges-due", aSnapshot([], { fullAt: "2026-11-20T11:00:00Z" })],
  ] as const)("reads everything: %s", (why, snapshot) => {
    expect(decideReading(snapshot, REPOSITORY, NOW)).toEqual({ reading: "full", why });
  });

  it("reads more than a thousand issues in parts instead of every hour [W30a]", () => {
    const snapshot = { ...manyIssues(1_001), fullAt: "2026-11-20T10:00:00Z" };

    expect(decideReading(snapshot, REPOSITORY, NOW)).toMatchObject({ reading: "changes" });
  });
});

describe("hasRightCount", () => {
  it("misses an issue that was moved away, which changes nothing else", () => {
    const snapshot = manyIssues(3);
    const backlog = mergeBacklog(snapshot, readsOf([]));

    expect(hasRightCount(snapshot, backlog, 3)).toBe(true);
    expect(hasRightCount(snapshot, backlog, 2)).toBe(false);
  });

  it("counts issues that cannot be read and those that GitHub does not list", () => {
    const snapshot = { ...manyIssues(3), hidden: 1 };
    const backlog = mergeBacklog(snapshot, readsOf([], { unreadable: [2] }));

    expect(hasRightCount(snapshot, backlog, 4)).toBe(true);
  });
});

describe("isForged", () => {
  const issue = anIssue({ number: 1 });
  const read = { issue, updatedAt: "2026-11-20T10:00:00Z" };
  const remembered = rememberIssue(read, NOW);
  const since = "2026-11-20T11:48:00Z";

  it("trusts what is as it was", () => {
    expect(isForged(remembered, read, since)).toBe(false);
  });

  it.each([
    ["labels", { labels: [TRIGGER, "P0-Critical"] }],
    ["state", { state: "closed" }],
    ["body", { body: "Blocked by #7" }],
    ["age", { createdAt: "2020-01-01T00:00:00Z" }],
    ["date", { updatedAt: "2026-11-20T11:00:00Z" }],
  ] as const)("finds another %s [F106]", (_, change) => {
    expect(isForged({ ...remembered, ...change }, read, since)).toBe(true);
  });

  it("lets edges differ, which GitHub does not date, and labels in another order", () => {
    const other = { ...issue, labels: issue.labels.toReversed(), blockedBy: [aReference(3)] };

    expect(isForged(rememberIssue({ ...read, issue: other }, NOW), read, since)).toBe(false);
  });

  it("lets an issue differ that changed since", () => {
    const changed = { issue: { ...issue, labels: [] }, updatedAt: "2026-11-20T11:55:00Z" };

    expect(isForged(remembered, changed, since)).toBe(false);
  });
});

describe("listDueEdges", () => {
  it("lists nothing while all are read every hour", () => {
    expect(listDueEdges(manyIssues(100), new Set([1]), "2026-11-20T15:00:00Z", 10)).toEqual([]);
  });

  it("comes round to every issue of a big backlog, the longest unread first [W30a]", () => {
    let snapshot = manyIssues(1_200);
    const now = "2026-11-20T13:00:00Z";
    const seen = new Set<number>();

    for (let tick = 0; tick < 12; tick += 1) {
      const stale = new Set(snapshot.issues.keys());
      const due = listDueEdges(snapshot, stale, now, 100);
      const read = due.map((number) => {
        seen.add(number);
        const issue = anIssue({ number });
        return [number, rememberIssue({ issue, updatedAt: NOW }, now)] as const;
      });
      snapshot = { ...snapshot, issues: new Map([...snapshot.issues, ...read]) };
    }

    expect(seen.size).toBe(1_200);
    expect(listDueEdges(snapshot, new Set(snapshot.issues.keys()), now, 100)).toEqual([]);
  });
});

describe("listSpotChecks", () => {
  it("reaches every issue, wherever chance begins", () => {
    const stale = new Set([5, 1, 9, 3]);

    const found = [0, 0.3, 0.6, 0.99].flatMap((chance) => listSpotChecks(stale, chance, 1));

    expect(found).toEqual([1, 3, 5, 9]);
    expect(listSpotChecks(stale, 0.99, 9)).toEqual([9, 1, 3, 5]);
  });
});

describe("isWorthSaving", () => {
  const snapshot = manyIssues(30);
  const later = { ...snapshot, cursor: NOW };

  it("is not when nothing changed", () => {
    expect(isWorthSaving(snapshot, later, false)).toBe(false);
  });

  it("is after a full reading", () => {
    expect(isWorthSaving(undefined, later, false)).toBe(true);
  });

  it("is when something changed, but not every minute", () => {
    const changed = withNew(later, 1);

    expect(isWorthSaving(snapshot, changed, false)).toBe(true);
    expect(isWorthSaving(snapshot, { ...changed, cursor: "2026-11-20T11:51:00Z" }, false)).toBe(
      false,
    );
  });

  it("is at once when much changed", () => {
    const changed = { ...withNew(later, 10), cursor: "2026-11-20T11:51:00Z" };

    expect(isWorthSaving(snapshot, changed, false)).toBe(true);
  });
});

/** The snapshot with so many issues more. */
function withNew(snapshot: Snapshot, count: number): Snapshot {
  const issues = Array.from({ length: count }, (_, index) => anIssue({ number: 100 + index }));
  return { ...snapshot, issues: new Map([...snapshot.issues, ...aSnapshot(issues).issues]) };
}
