import { describe, expect, it } from "vitest";

import { parseJournalFile } from "../../../local/rehearsal/journal-reading.ts";
import { judgeIssue, type IssueEvidence } from "../../../local/rehearsal/outcome.ts";

describe("judgeIssue", () => {
  it("accepts a delivered issue that was merged and closed", () => {
    expect(judgeIssue(someEvidence({})).mismatches).toEqual([]);
  });

  it("does not take the journal's word alone for a delivery", () => {
    const { mismatches } = judgeIssue(someEvidence({ pullRequest: undefined }));

    expect(mismatches).toEqual(["#3: its pull request is missing, not merged"]);
  });

  it("refuses a pull request for an issue that a person has to look at", () => {
    const { outcome, mismatches } = judgeIssue(
      someEvidence({
        issue: anIssue("needs-human"),
        journal: { attempts: 1, outcome: "needs-human", score: undefined },
        seen: { number: 3, open: true, labels: ["state:failed"], comments: 1 },
      }),
    );

    expect(outcome).toBe("needs-human");
    expect(mismatches).toEqual(["#3: pull request #14 was opened"]);
  });

  it("lets a real model solve what the scripted one cannot", () => {
    const { mismatches } = judgeIssue(
      someEvidence({ issue: anIssue("needs-human"), agent: "live" }),
    );

    expect(mismatches).toEqual([]);
  });

  it("takes the state label where the journal knows nothing", () => {
    const { outcome, mismatches } = judgeIssue(
      someEvidence({
        issue: anIssue("blocked"),
        journal: undefined,
        pullRequest: undefined,
        seen: { number: 3, open: true, labels: ["state:blocked"], comments: 1 },
      }),
    );

    expect([outcome, mismatches]).toEqual(["blocked", []]);
  });

  it("notices a comment on an issue that was not to be touched", () => {
    const { mismatches } = judgeIssue(
      someEvidence({
        issue: anIssue("untouched"),
        journal: undefined,
        pullRequest: undefined,
        seen: { number: 3, open: true, labels: [], comments: 1 },
      }),
    );

    expect(mismatches).toEqual(["#3: somebody commented on it"]);
  });
});

describe("parseJournalFile", () => {
  it("reads the record of an issue", () => {
    const text = '{"v":1,"issue":3,"attempts":2,"result":{"outcome":"delivered","score":89}}';

    expect([...parseJournalFile("issues/03/3.json", text)]).toEqual([
      [3, { attempts: 2, outcome: "delivered", score: 89 }],
    ]);
  });

  it("reads finished work line by line and leaves out what it does not understand", () => {
    const text = '{"issue":3,"attempts":1,"outcome":"delivered"}\n{"surprise":true}\nnot JSON\n';

    expect([...parseJournalFile("history/2026-11.jsonl", text)]).toEqual([
      [3, { attempts: 1, outcome: "delivered", score: undefined }],
    ]);
  });
});

function someEvidence(given: Partial<IssueEvidence>): IssueEvidence {
  return {
    issue: anIssue("delivered"),
    journal: { attempts: 1, outcome: "delivered", score: 89 },
    seen: { number: 3, open: false, labels: ["state:completed"], comments: 1 },
    pullRequest: {
      number: 14,
      issue: 3,
      headSha: "1".repeat(40),
      baseSha: "2".repeat(40),
      state: "merged",
      draft: false,
      updatedAt: "2026-11-20T10:00:00Z",
    },
    progress: undefined,
    agent: "scripted",
    ...given,
  };
}

function anIssue(outcome: IssueEvidence["issue"]["expected"]["outcome"]): IssueEvidence["issue"] {
  return {
    number: 3,
    title: "Title",
    body: [],
    labels: ["bug", "P1-High"],
    blockedBy: [],
    nativeBlockers: [],
    expected: { outcome },
  };
}
