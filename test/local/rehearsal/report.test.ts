import { describe, expect, it } from "vitest";

import type { IssueOutcome } from "../../../local/rehearsal/outcome.ts";
import {
  formatJson,
  formatReport,
  formatTable,
  type RehearsalResult,
} from "../../../local/rehearsal/report.ts";

describe("formatTable", () => {
  it("has a line per issue with aligned columns", () => {
    const table = formatTable([
      anOutcome({ number: 1, score: 89, pullRequest: 14 }),
      anOutcome({ number: 12, outcome: "blocked", attempts: 0, blockedBy: [5, 6] }),
    ]);

    expect(table.split("\n")).toEqual([
      "issue  priority     blocked by  attempts  score  outcome    pull request",
      "-----  -----------  ----------  --------  -----  ---------  ------------",
      "   #1  P0-Critical                     1     89  delivered  #14",
      "  #12  P0-Critical  #5 #6              0         blocked",
    ]);
  });
});

describe("formatReport", () => {
  it("says that all went well, and where to look", () => {
    const report = formatReport(aResult({}));

    expect(report).toContain("All 1 issues came to the expected end.");
    expect(report).toContain("/tmp/x/pocket-csv.git");
    expect(report).toContain("actions/checkout: no submodules");
    expect(report).toContain("Differs from GitHub:");
  });

  it("tells what went wrong on the way even when all ended well", () => {
    const report = formatReport(aResult({ errors: ["run 7: the job 'plan' failed"] }));

    expect(report).toContain("Errors on the way:\n  - run 7: the job 'plan' failed");
  });

  it("marks what was not expected and says it again at the end", () => {
    const mismatches = ["#1: it is still open"];

    const report = formatReport(
      aResult({ ok: false, mismatches, issues: [anOutcome({ mismatches })] }),
    );

    expect(report).toContain("delivered (!)");
    expect(report.trimEnd().endsWith("Not as expected:\n  - #1: it is still open")).toBe(true);
  });
});

describe("formatJson", () => {
  it("has every key of an issue, with null where there is no value", () => {
    const document: unknown = JSON.parse(formatJson(aResult({})));

    expect(document).toMatchObject({
      ok: true,
      apiRequests: { rest: 1, graphql: 2, git: 3, contentCreating: 4 },
      issues: [{ number: 1, score: null, pullRequest: null, startedAt: null, finishedAt: null }],
    });
  });
});

function anOutcome(given: Partial<IssueOutcome>): IssueOutcome {
  return {
    number: 1,
    title: "Title",
    priority: "P0-Critical",
    blockedBy: [],
    outcome: "delivered",
    attempts: 1,
    score: undefined,
    pullRequest: undefined,
    startedAt: undefined,
    finishedAt: undefined,
    mismatches: [],
    ...given,
  };
}

function aResult(given: Partial<RehearsalResult>): RehearsalResult {
  return {
    ok: true,
    mismatches: [],
    errors: [],
    issues: [anOutcome({})],
    maxConcurrentSessions: 5,
    ticks: 9,
    apiRequests: { rest: 1, graphql: 2, git: 3, contentCreating: 4 },
    wallSeconds: 42.06,
    agent: { binary: "/bin/claude", version: "2.1.328" },
    standIns: ["actions/checkout: no submodules"],
    where: {
      folder: "/tmp/x",
      repository: "/tmp/x/pocket-csv.git",
      diffs: "/tmp/x/pull-requests",
      logs: "/tmp/x/logs",
      commands: [],
    },
    ...given,
  };
}
