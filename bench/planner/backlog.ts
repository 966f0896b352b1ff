import type { Claim, IssueRecord } from "../../src/core/journal/records.ts";
import type { ObservedIssue } from "../../src/core/observation.ts";
import type { PlanInput } from "../../src/core/plan/plan-types.ts";
import { listSlots } from "../../src/core/plan/slots.ts";
import {
  aClaim,
  aClosedIssue,
  anIssue,
  anUntriggeredIssue,
  aPlanInput,
  aPullRequest,
  aRecord,
  aReference,
  aResult,
  CONFIGURATION,
  labelled,
  WRITER,
} from "../../test/arbitraries/plan.ts";
import { type NextNumber, numbersFrom, oneOf, shuffled, wholeNumber } from "../seeded-numbers.ts";
import { twoLower } from "./graph-lists.ts";
import { writeBody } from "./issue-bodies.ts";

/**
 * Makes what a tick sees of a repository with `size` open triggered issues, and a tenth of that
 * number besides: closed ones and such as nobody triggered. Each issue waits for two lower ones,
 * half of them by label, a third by a line of the body, the others natively.
 */
export function makeBacklog(size: number, seed: number): PlanInput {
  const next = numbersFrom(seed);
  const others = Math.ceil(size / 10);
  const issues: ObservedIssue[] = [];
  for (let number = 1; number <= others; number += 1) {
    const labels = ["bug"];
    issues.push(number % 2 === 0 ? aClosedIssue(number) : anUntriggeredIssue({ number, labels }));
  }
  const records: IssueRecord[] = [];
  for (let number = others + 1; number <= others + size; number += 1) {
    issues.push(triggeredIssue(next, number));
  }
  const live = liveClaims(issues.slice(others));
  for (let number = others + live.length + 1; number <= others + size; number += 1) {
    if (next() < 0.3) {
      records.push(recordOf(next, number));
    }
  }
  return aPlanInput({
    issues: asListed(next, issues).map(reread),
    records: [...records, ...live.map(recordOfClaim)],
    pullRequests: records
      .filter(({ result }) => result?.outcome === "delivered")
      .map(({ issue }) => aPullRequest(issue)),
    liveClaims: new Map(live.map((claim) => [claim.issue, claim])),
    busySlots: live.map(({ slot }) => slot),
  });
}

/** In the order of their creation, which we ask GitHub for; what changed since then comes after. */
function asListed(next: NextNumber, issues: readonly ObservedIssue[]): readonly ObservedIssue[] {
  const changed = new Set(issues.filter(() => next() < 0.03));
  return [...issues.filter((issue) => !changed.has(issue)), ...shuffled(next, changed)];
}

/** As it comes from GitHub: every text is one flat string, and not a tree of its parts. */
function reread(issue: ObservedIssue): ObservedIssue {
  return { ...issue, body: Buffer.from(issue.body).toString(), labels: issue.labels.map(flat) };
}

function flat(text: string): string {
  return Buffer.from(text).toString();
}

function triggeredIssue(next: NextNumber, number: number): ObservedIssue {
  const blockers = twoLower(number, () => wholeNumber(next, 1, number - 1));
  const form = next();
  const byLabel = form < 0.5 ? blockers : [];
  const byBody = form >= 0.5 && form < 0.85 ? blockers : [];
  const native = form >= 0.85 ? blockers : [];
  return anIssue({
    number,
    title: `Keep the rows in order ${number}`,
    body: writeBody(next, byBody),
    labels: labelled(...plainLabels(next), ...byLabel.map((blocker) => `blocked-by:#${blocker}`)),
    blockedBy: native.map((blocker) => aReference(blocker)),
    // GitHub's own count of the open ones is not known here; none is hidden.
    openBlockerCount: 0,
    createdAt: anHourBefore(next),
    textEdits: next() < 0.1 ? [{ by: WRITER, at: "2026-11-20T10:30:00Z", what: "body" }] : [],
    milestone: next() < 0.3 ? wholeNumber(next, 1, 5) : undefined,
  });
}

function anHourBefore(next: NextNumber): string {
  const day = String(wholeNumber(next, 1, 19)).padStart(2, "0");
  return `2026-11-${day}T${String(wholeNumber(next, 0, 23)).padStart(2, "0")}:00:00Z`;
}

function plainLabels(next: NextNumber): readonly string[] {
  const labels = [oneOf(next, ["area: parser", "area: storage", "frontend", "good first issue"])];
  if (next() < 0.7) {
    labels.push(oneOf(next, ["P0-Critical", "P1-High", "P2-Medium", "P2-Medium", "P3-Low"]));
  }
  if (next() < 0.4) {
    labels.push(oneOf(next, ["estimated:15m", "estimated:30m", "estimated:1h", "estimated:2h"]));
  }
  if (next() < 0.6) {
    labels.push(oneOf(next, ["bug", "enhancement", "type:refactor", "documentation"]));
  }
  return labels;
}

function recordOf(next: NextNumber, issue: number): IssueRecord {
  const kind = next();
  if (kind < 0.85) {
    return aRecord({ issue });
  }
  if (kind < 0.95) {
    const notBefore = next() < 0.5 ? "2026-11-20T12:30:00Z" : undefined;
    return aRecord({ issue, attempts: 1, result: aResult({ outcome: "retry", notBefore }) });
  }
  const outcome = next() < 0.5 ? "failed" : "delivered";
  const headSha = outcome === "delivered" ? "c".repeat(40) : undefined;
  return aRecord({ issue, attempts: 1, result: aResult({ outcome, headSha }) });
}

/** Four of the five slots are at work, on the issues with the lowest numbers. */
function liveClaims(issues: readonly ObservedIssue[]): readonly Claim[] {
  return listSlots(CONFIGURATION.machines)
    .slice(0, 4)
    .flatMap(({ slot, machine }, index) => {
      const issue = issues[index]?.number;
      return issue === undefined ? [] : [aClaim({ issue, slot, machine })];
    });
}

function recordOfClaim(claim: Claim): IssueRecord {
  return aRecord({ issue: claim.issue, attempts: 1, claim });
}
