import type { QualityReport } from "../delivery/quality.ts";
import type { ManualFix } from "../journal/records.ts";
import type { SessionResult } from "../session/session-result.ts";
import { inertText } from "./clean-text.ts";
import { formatCheckTable, formatQualityTable } from "./report-tables.ts";

export interface PullRequestText {
  readonly issue: number;
  /** `undefined` when a tick completes what finalize could not: its details are gone. */
  readonly result: Pick<SessionResult, "summary" | "checks"> | undefined;
  /** `undefined` together with `result`. */
  readonly quality: QualityReport | undefined;
  /** What people pushed in the place of an agent's work. */
  readonly manualFix?: ManualFix | undefined;
  /** Sentences for the reviewer, for example that the base moved. */
  readonly notes: readonly string[];
}

/** Longest body that we write; GitHub keeps the old one silently when a text is too long [F90]. */
const MAX_BODY = 60_000;

/** Longest summary: what follows it, the figures, must not be cut off. */
const MAX_SUMMARY = 30_000;

/**
 * The pull request's description. A box is ticked only by a measured fact [E13]; the summary is the
 * agent's own words and says so.
 */
export function formatPullRequestBody(text: PullRequestText): string {
  const { issue, result, quality, notes, manualFix } = text;
  const checks = new Map((result?.checks ?? []).map((check) => [check.name, check.status]));
  const box = (name: "build" | "test" | "lint"): string =>
    checks.get(name) === "passed" ? "x" : " ";
  const body = [
    "## Summary",
    "",
    ...(manualFix === undefined ? formatSummary(result?.summary) : [formatAuthors(manualFix)]),
    "",
    "## Quality report",
    "",
    ...(quality === undefined ? [] : [formatQualityTable(quality), ""]),
    result === undefined
      ? "The figures of the session were lost; its work was judged before it was pushed."
      : formatCheckTable(result.checks),
    "",
    ...notes.map((note) => `> ${note}\n`),
    "## Checklist",
    "",
    `- [${box("build")}] build passes`,
    `- [${box("test")}] tests pass`,
    `- [${box("lint")}] lint passes`,
    "- [ ] reviewed by a person",
    "",
  ].join("\n");
  const closing = `\nCloses #${issue}\n`;
  return `${body.slice(0, MAX_BODY - closing.length)}${closing}`;
}

/** No agent ran, so nobody but the commits can say what they change. */
function formatAuthors({ headSha, by }: ManualFix): string {
  return `People wrote this. ${by} asked with \`/manual-fix\` for commit \`${headSha}\`, which was checked as it is.`;
}

/** As a quotation: a code fence or tag that is left open in it ends with it, and hides nothing. */
function formatSummary(summary: string | undefined): readonly string[] {
  if (summary === undefined) {
    return ["The session left no summary."];
  }
  const quoted = inertText(summary)
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");
  return [
    "In the agent's own words:",
    "",
    quoted.length <= MAX_SUMMARY ? quoted : `${quoted.slice(0, MAX_SUMMARY)}\n> [cut]`,
  ];
}
