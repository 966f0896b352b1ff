import type { JournalFacts } from "./journal-reading.ts";
import type { IssueProgress } from "./progress.ts";
import type { SampleIssue } from "./sample.ts";
import { stateOf, type SeenIssue, type SeenPullRequest } from "./sighting.ts";

/** What became of an issue, from everything that can be read back. */
export interface IssueOutcome {
  readonly number: number;
  readonly title: string;
  readonly priority: string;
  readonly blockedBy: readonly number[];
  /** The journal's word for it; without one, the state label; `untouched` without either. */
  readonly outcome: string;
  readonly attempts: number;
  readonly score: number | undefined;
  readonly pullRequest: number | undefined;
  readonly startedAt: string | undefined;
  readonly finishedAt: string | undefined;
  /** Why this is not what the sample expects; empty = it is. */
  readonly mismatches: readonly string[];
}

export interface IssueEvidence {
  readonly issue: SampleIssue;
  readonly journal: JournalFacts | undefined;
  readonly seen: SeenIssue | undefined;
  readonly pullRequest: SeenPullRequest | undefined;
  readonly progress: IssueProgress | undefined;
  readonly agent: "scripted" | "live";
}

/** Puts together what became of an issue and compares it with what the sample expects. */
export function judgeIssue(evidence: IssueEvidence): IssueOutcome {
  const { issue, journal, seen, pullRequest, progress } = evidence;
  const outcome = journal?.outcome ?? stateOf(seen) ?? "untouched";
  return {
    number: issue.number,
    title: issue.title,
    priority: priorityOf(issue),
    blockedBy: issue.blockedBy,
    outcome,
    attempts: journal?.attempts ?? 0,
    score: journal?.score,
    pullRequest: pullRequest?.number,
    startedAt: progress?.startedAt,
    finishedAt: progress?.finishedAt,
    mismatches: findMismatches(evidence, outcome).map((text) => `#${issue.number}: ${text}`),
  };
}

/** `P0-Critical` and the like; empty when an issue has none. */
export function priorityOf(issue: SampleIssue): string {
  return issue.labels.find((label) => /^P[0-3]-/.test(label)) ?? "";
}

function findMismatches(evidence: IssueEvidence, outcome: string): readonly string[] {
  const { issue, seen, pullRequest, progress } = evidence;
  const expected = issue.expected.outcome;
  if (evidence.agent === "live" && (expected === "needs-human" || expected === "blocked")) {
    // A real model may well solve what the scripted one cannot.
    return [];
  }
  const mismatches: string[] = [];
  if (outcome !== expected) {
    mismatches.push(`the outcome is '${outcome}', but '${expected}' was expected`);
  }
  if (expected === "delivered" && mismatches.length > 0) {
    // The rest follows from that.
    return mismatches;
  }
  if (expected === "delivered") {
    if (pullRequest?.state !== "merged") {
      mismatches.push(`its pull request is ${pullRequest?.state ?? "missing"}, not merged`);
    }
    if (seen?.open === true) {
      mismatches.push("it is still open");
    }
    return mismatches;
  }
  if (pullRequest !== undefined) {
    mismatches.push(`pull request #${pullRequest.number} was opened`);
  }
  if (seen?.open === false) {
    mismatches.push("it was closed");
  }
  if (expected !== "needs-human" && (progress?.sessions ?? 0) > 0) {
    mismatches.push("a session worked on it");
  }
  if (expected === "untouched" && (seen?.comments ?? 0) > 0) {
    mismatches.push("somebody commented on it");
  }
  return mismatches;
}
