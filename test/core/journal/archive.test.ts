import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { HistorySettings } from "../../../src/core/configuration.ts";
import {
  archive,
  archiveFactDue,
  recallRecord,
  recallRecords,
} from "../../../src/core/journal/archive.ts";
import { applyEvent, EMPTY_JOURNAL } from "../../../src/core/journal/fold.ts";
import { newRecord } from "../../../src/core/journal/new-record.ts";
import type { HistoryEntry, IssueRecord, JournalState } from "../../../src/core/journal/records.ts";
import { histories } from "../../arbitraries/journal.ts";
import { aClaim } from "../../arbitraries/plan.ts";

const SETTINGS: HistorySettings = { queueDays: 7, sessionDays: 30, metricDays: 90 };

/** Days before the 20th of November 2026. */
function ago(days: number): string {
  return new Date(Date.UTC(2026, 10, 20) - days * 86_400_000).toISOString();
}

function endedRecord(issue: number, days: number, fields: Partial<IssueRecord> = {}): IssueRecord {
  return { ...newRecord(issue), ended: "completed", endedAt: ago(days), ...fields };
}

function anEntry(issue: number, days: number, fields: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    issue,
    delivery: 1,
    attempts: 1,
    ended: "completed",
    at: ago(days),
    outcome: "delivered",
    score: 89,
    pullRequest: 40,
    sessionSeconds: 60,
    kind: undefined,
    branchSha: "b".repeat(40),
    ...fields,
  };
}

function journalOf(
  records: readonly IssueRecord[],
  history: readonly HistoryEntry[] = [],
): JournalState {
  return { ...EMPTY_JOURNAL, issues: new Map(records.map((one) => [one.issue, one])), history };
}

/** Deliveries end once, and their line is written from the record. */
function hasLine({ history }: JournalState, record: IssueRecord): boolean {
  const line = history.findLast(({ issue }) => issue === record.issue);
  return (
    line?.at === record.endedAt &&
    line?.ended === record.ended &&
    line?.delivery === record.delivery &&
    line?.branchSha === record.branchSha
  );
}

function endOf(record: IssueRecord | undefined): unknown {
  return [record?.issue, record?.ended, record?.endedAt, record?.delivery, record?.branchSha];
}

const due = (
  state: JournalState,
  kept: readonly number[] = [],
): ReturnType<typeof archiveFactDue> => archiveFactDue(state, SETTINGS, ago, new Set(kept));

describe("what leaves the tree", () => {
  it("is nothing before it is a day late, and then all that is due at once [W12]", () => {
    expect(due(journalOf([endedRecord(1, 7.9)]))).toBeUndefined();
    expect(due(journalOf([endedRecord(1, 8.1), endedRecord(2, 7.1), endedRecord(3, 6.9)]))).toEqual(
      {
        type: "archived",
        issues: [1, 2],
        historyFrom: "2026-08",
      },
    );
  });

  it("is never an issue that goes on, has a claim, or an open pull request [W12]", () => {
    const open = { ...newRecord(1), result: undefined };
    const claimed = endedRecord(2, 90, { claim: aClaim({ issue: 2 }) });
    const underReview = endedRecord(3, 90);

    expect(due(journalOf([open, claimed, underReview]), [3])).toBeUndefined();
  });

  it("is a month of history once all its days are beyond the longest window [W12]", () => {
    expect(due(journalOf([], [anEntry(1, 111)]))).toBeUndefined();
    expect(due(journalOf([], [anEntry(1, 112)]))).toMatchObject({
      issues: [],
      historyFrom: "2026-08",
    });
  });

  it("does not leave when it began again before the event landed", () => {
    const again = journalOf([{ ...newRecord(1, 2), attempts: 1 }]);

    const after = archive(again, { type: "archived", issues: [1], historyFrom: "2026-08" });

    expect(after.issues.get(1)).toEqual(again.issues.get(1));
  });

  it("is at most 500 issues in one event; the rest follows", () => {
    const many = Array.from({ length: 700 }, (_, index) => endedRecord(index + 1, 30));

    expect(due(journalOf(many))?.issues).toHaveLength(500);
  });
});

describe("an archived issue", () => {
  const state = journalOf([], [anEntry(5, 20, { delivery: 2, attempts: 3 })]);

  it("is known from its line: how it ended, when, and where its branch is", () => {
    expect(recallRecord(state, 5)).toMatchObject({
      delivery: 2,
      ended: "completed",
      endedAt: ago(20),
      branchSha: "b".repeat(40),
    });
    expect(recallRecords(state, [4, 5]).issues.get(5)).toEqual(recallRecord(state, 5));
    expect(recallRecords(state, [4])).toBe(state);
  });

  it("begins its next delivery where the last one ended [F12]", () => {
    const approval = { by: "octocat", at: ago(0), textHash: "a".repeat(64) };

    const after = applyEvent(state, {
      seq: 9,
      stamp: { at: ago(0), runId: 1, runAttempt: 1, nonce: "n" },
      fact: { type: "approved", approvals: [{ issue: 5, restarts: false, ...approval }] },
    });

    expect(after.issues.get(5)).toMatchObject({
      delivery: 3,
      attempts: 0,
      branchSha: "b".repeat(40),
      ended: undefined,
    });
  });

  it("is never one whose record cannot be read [N04]", () => {
    const unreadable = { ...state, unreadable: new Map([[5, "broken"]]) };

    expect(recallRecord(unreadable, 5)).toBeUndefined();
    expect(recallRecords(unreadable, [5])).toBe(unreadable);
  });
});

describe("archiving any journal", () => {
  it("takes away nothing that a later delivery of the issue needs", () => {
    fc.assert(
      fc.property(histories, (events) => {
        const before = events.reduce(applyEvent, EMPTY_JOURNAL);
        const issues = [...before.issues.keys()];

        const after = archive(before, { type: "archived", issues, historyFrom: "2026-01" });

        const records = [...before.issues.values()];
        const going = records.filter(({ ended, claim }) => ended === undefined || claim);
        const over = records.filter((one) => !going.includes(one) && hasLine(before, one));
        expect(going.map(({ issue }) => after.issues.get(issue))).toEqual(going);
        expect(over.map(({ issue }) => endOf(recallRecord(after, issue)))).toEqual(over.map(endOf));
      }),
    );
  });
});

describe("what is journalled about an archived issue afterwards", () => {
  const state = journalOf([], [anEntry(5, 20, { delivery: 2 })]);

  it.each([
    { type: "noticed", notices: [{ issue: 5, key: "cycle-1" }] },
    { type: "withdrawn", withdrawals: [{ issue: 5, cause: "trigger-removed" }] },
    { type: "approve-requested", issue: 5, by: "octocat", at: ago(0) },
  ] as const)("does not make it new: $type", (fact) => {
    const stamp = { at: ago(0), runId: 1, runAttempt: 1, nonce: "n" };

    const after = applyEvent(state, { seq: 9, stamp, fact });

    expect(after.issues.get(5)).toMatchObject({ delivery: 2, ended: "completed" });
  });
});
