import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { mergeBacklog, nextSnapshot } from "../../../src/core/backlog/merge.ts";
import { type ReadIssue, recallIssue } from "../../../src/core/backlog/snapshot.ts";
import { aClosedIssue, anIssue, aReference, NOW } from "../../arbitraries/plan.ts";
import { anyReads, anySnapshot, aSnapshot, readsOf } from "../../arbitraries/snapshots.ts";

const HEAD = {
  repository: "octo/spider",
  triggerLabel: "trigger:agent-execute",
  cursor: NOW,
  fullAt: NOW,
  hidden: 0,
  journalSeq: 0,
};

function reads(list: readonly ReadIssue[]): Parameters<typeof mergeBacklog>[1] {
  return { ...readsOf([]), issues: new Map(list.map((read) => [read.issue.number, read])) };
}

/** By number, because a map remembers in which order it was filled. */
function sorted<T>(map: ReadonlyMap<number, T>): readonly (readonly [number, T])[] {
  return [...map].toSorted(([a], [b]) => a - b);
}

describe("mergeBacklog", () => {
  it("takes what was read for what was remembered, and says what it remembers", () => {
    const snapshot = aSnapshot([anIssue({ number: 1 }), anIssue({ number: 2 })]);
    const edited = anIssue({ number: 2, title: "Now" });

    const { issues, stale } = mergeBacklog(snapshot, readsOf([edited, anIssue({ number: 3 })]));

    expect([...issues.keys()].toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
    expect(issues.get(2)).toEqual(edited);
    expect([...stale]).toEqual([1]);
  });

  it("forgets what is gone", () => {
    const snapshot = aSnapshot([anIssue({ number: 1 }), anIssue({ number: 2 })]);

    const { issues } = mergeBacklog(snapshot, readsOf([], { gone: [1] }));

    expect([...issues.keys()]).toEqual([2]);
  });

  it("names what cannot be read any more instead of what it was [F26]", () => {
    const snapshot = aSnapshot([anIssue({ number: 1 })]);

    const { issues, unreadable } = mergeBacklog(snapshot, readsOf([], { unreadable: [1] }));

    expect(issues.size).toBe(0);
    expect([...unreadable]).toEqual([[1, "broken"]]);
  });

  it("believes a read issue about the state of a remembered one [F106]", () => {
    const snapshot = aSnapshot([aClosedIssue(1)]);
    const waiting = anIssue({ number: 2, blockedBy: [aReference(1)] });

    const { issues, stale } = mergeBacklog(snapshot, readsOf([waiting]));

    expect(issues.get(1)?.state).toBe("open");
    expect(stale.has(1)).toBe(true);
  });

  it("does not depend on the order in which issues were read", () => {
    fc.assert(
      fc.property(anySnapshot, anyReads, (snapshot, list) => {
        const forwards = mergeBacklog(snapshot, reads(list));
        const backwards = mergeBacklog(snapshot, reads(list.toReversed()));

        expect(sorted(backwards.issues)).toEqual(sorted(forwards.issues));
        expect(backwards.stale).toEqual(forwards.stale);
      }),
    );
  });

  it("gives the same when the snapshot was taken in between, but for what is stale then", () => {
    fc.assert(
      fc.property(anySnapshot, anyReads, (snapshot, list) => {
        const taken = nextSnapshot(snapshot, reads(list), HEAD);

        const again = mergeBacklog(taken, reads(list));
        const once = mergeBacklog(snapshot, reads(list));

        expect(sorted(again.issues)).toEqual(
          sorted(once.issues).filter(([number]) => again.issues.has(number)),
        );
        expect(nextSnapshot(taken, reads(list), HEAD)).toEqual(taken);
      }),
    );
  });

  it("takes everything that was read for fresh, and nothing else", () => {
    fc.assert(
      fc.property(anySnapshot, anyReads, (snapshot, list) => {
        const { issues, stale } = mergeBacklog(snapshot, reads(list));

        for (const [number, issue] of issues) {
          const remembered = snapshot.issues.get(number);
          const read = list.find((one) => one.issue.number === number);
          expect(stale.has(number)).toBe(read === undefined);
          expect(issue).toEqual(
            read?.issue ??
              (remembered && {
                ...recallIssue(remembered),
                state: issue.state,
                closedAs: issue.closedAs,
              }),
          );
        }
      }),
    );
  });
});

describe("nextSnapshot", () => {
  it("drops closed issues that nobody has read for a day", () => {
    const snapshot = aSnapshot([aClosedIssue(1), anIssue({ number: 2 })]);
    const tomorrow = "2026-11-21T12:00:00Z";

    const next = nextSnapshot(snapshot, readsOf([]), { ...HEAD, cursor: tomorrow });

    expect([...next.issues.keys()]).toEqual([2]);
  });
});
