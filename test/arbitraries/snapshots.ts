import fc from "fast-check";

import type { Snapshot } from "../../src/core/backlog/snapshot.ts";
import { type ReadIssue, rememberIssue } from "../../src/core/backlog/snapshot.ts";
import type { ObservedIssue } from "../../src/core/observation.ts";
import { anIssue, aReference, NOW, REPOSITORY, TRIGGER } from "./plan.ts";

/** Numbers are few, so that a reading meets what was remembered. */
const anyNumber = fc.integer({ min: 1, max: 8 });

const anyTime = fc.constantFrom(
  "2026-11-20T10:00:00Z",
  "2026-11-20T11:00:00Z",
  "2026-11-20T11:59:00Z",
);

const anyIssue: fc.Arbitrary<ObservedIssue> = fc
  .record({
    number: anyNumber,
    isOpen: fc.boolean(),
    labels: fc.subarray([TRIGGER, "P0-Critical", "blocked-by:#1", "blocked-by:#2"]),
    body: fc.constantFrom("", "Please do it.", "Blocked by #3\n", "Paths: src/**\n"),
    blockers: fc.array(anyNumber, { maxLength: 2 }),
    isBlockerOpen: fc.boolean(),
  })
  .map(({ number, isOpen, labels, body, blockers, isBlockerOpen }) =>
    anIssue({
      number,
      labels,
      body,
      state: isOpen ? "open" : "closed",
      closedAs: isOpen ? undefined : "completed",
      closedAt: isOpen ? undefined : NOW,
      blockedBy: blockers.map((blocker) =>
        aReference(blocker, isBlockerOpen ? {} : { state: "closed", closedAs: "completed" }),
      ),
    }),
  );

export const anyReadIssue: fc.Arbitrary<ReadIssue> = fc.record({
  issue: anyIssue,
  updatedAt: anyTime,
});

/** Issues as one tick reads them, each once. */
export const anyReads: fc.Arbitrary<readonly ReadIssue[]> = fc.uniqueArray(anyReadIssue, {
  selector: ({ issue }) => issue.number,
  maxLength: 6,
});

export const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({ reads: anyReads, hidden: fc.integer({ min: -1, max: 1 }), readAt: anyTime })
  .map(({ reads, hidden, readAt }) => ({
    ...aSnapshot([]),
    hidden,
    issues: new Map(reads.map((read) => [read.issue.number, rememberIssue(read, readAt)])),
  }));

/** A snapshot of these issues, all read ten minutes ago and unchanged for an hour. */
export function aSnapshot(
  issues: readonly ObservedIssue[],
  parts: Partial<Snapshot> = {},
): Snapshot {
  const readAt = "2026-11-20T11:50:00Z";
  return {
    repository: REPOSITORY,
    triggerLabel: TRIGGER,
    cursor: readAt,
    fullAt: readAt,
    journalSeq: 0,
    hidden: 0,
    issues: new Map(
      issues.map((issue) => [
        issue.number,
        rememberIssue({ issue, updatedAt: "2026-11-20T11:00:00Z" }, readAt),
      ]),
    ),
    unreadable: new Map(),
    ...parts,
  };
}

/** What a tick has read: these issues, changed just now. */
export function readsOf(
  issues: readonly ObservedIssue[],
  parts: { readonly gone?: readonly number[]; readonly unreadable?: readonly number[] } = {},
): {
  readonly issues: ReadonlyMap<number, ReadIssue>;
  readonly gone: ReadonlySet<number>;
  readonly unreadable: ReadonlyMap<number, string>;
} {
  return {
    issues: new Map(issues.map((issue) => [issue.number, { issue, updatedAt: NOW }])),
    gone: new Set(parts.gone),
    unreadable: new Map(parts.unreadable?.map((number) => [number, "broken"])),
  };
}
