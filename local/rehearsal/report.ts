import type { IssueOutcome } from "./outcome.ts";

/** Everything that a rehearsal found out. */
export interface RehearsalResult {
  readonly ok: boolean;
  /** What was not as expected, one sentence each. */
  readonly mismatches: readonly string[];
  /** What went wrong in runs, recovered from or not. */
  readonly errors: readonly string[];
  readonly issues: readonly IssueOutcome[];
  readonly maxConcurrentSessions: number;
  readonly ticks: number;
  readonly apiRequests: ApiRequests;
  readonly wallSeconds: number;
  readonly agent: { readonly binary: string; readonly version: string };
  /** Actions of others that the engine replaces. */
  readonly standIns: readonly string[];
  readonly where: WhereToLook;
}

/** Requests of the product alone. */
export interface ApiRequests {
  readonly rest: number;
  readonly graphql: number;
  readonly git: number;
  readonly contentCreating: number;
}

export interface WhereToLook {
  /** Everything that is kept. */
  readonly folder: string;
  /** Bare repository of the sample. */
  readonly repository: string;
  /** Folder with a `.diff` per pull request. */
  readonly diffs: string;
  readonly logs: string;
  /** Commands to paste. */
  readonly commands: readonly string[];
}

const DIFFERS_FROM_GITHUB = [
  "no real rate limits, no queueing for runners, no delayed or dropped schedules",
  "permissions follow GitHub's documentation; organisation policies and rulesets do not exist",
  "the scheduler (concurrency, matrix, timeouts) follows documentation, GitHub's own is closed",
  "runners are processes of this machine that say they are macOS; nothing of launchd or Keychain",
  "the scripted model answers at once and always the same; prices and limits are not real",
] as const;

/** Returns the report for people. */
export function formatReport(result: RehearsalResult): string {
  const { apiRequests, where } = result;
  const sections = [
    formatTable(result.issues),
    [
      `${result.ticks} ticks, at most ${result.maxConcurrentSessions} sessions at once, ${result.wallSeconds.toFixed(1)} s`,
      `requests of the product: ${apiRequests.rest} REST, ${apiRequests.graphql} GraphQL, ${apiRequests.git} git; ${apiRequests.contentCreating} of them created content`,
      `agent: Claude Code ${result.agent.version} (${result.agent.binary})`,
    ].join("\n"),
    formatWhere(where),
    formatList("Stand-ins:", result.standIns),
    formatList("Differs from GitHub:", DIFFERS_FROM_GITHUB),
    ...(result.errors.length === 0 ? [] : [formatList("Errors on the way:", result.errors)]),
    formatVerdict(result),
  ];
  return `\n${sections.join("\n\n")}\n`;
}

function formatWhere({ folder, repository, diffs, logs, commands }: WhereToLook): string {
  return [
    `Where to look (delete ${folder} when you have seen it):`,
    `  repository     ${repository}`,
    `  pull requests  ${diffs}`,
    `  logs           ${logs}`,
    ...commands.map((command) => `  ${command}`),
  ].join("\n");
}

function formatVerdict({ ok, mismatches, issues }: RehearsalResult): string {
  return ok
    ? `All ${issues.length} issues came to the expected end.`
    : formatList("Not as expected:", mismatches);
}

function formatList(heading: string, items: readonly string[]): string {
  return [heading, ...items.map((item) => `  - ${item}`)].join("\n");
}

const HEADINGS = [
  "issue",
  "priority",
  "blocked by",
  "attempts",
  "score",
  "outcome",
  "pull request",
];
const NUMERIC_COLUMNS = new Set([0, 3, 4]);

/** Returns the table of issues, a line each, with aligned columns. */
export function formatTable(issues: readonly IssueOutcome[]): string {
  const rows = issues.map((issue) => [
    `#${issue.number}`,
    issue.priority,
    issue.blockedBy.map((number) => `#${number}`).join(" "),
    String(issue.attempts),
    issue.score === undefined ? "" : String(issue.score),
    issue.outcome + (issue.mismatches.length > 0 ? " (!)" : ""),
    issue.pullRequest === undefined ? "" : `#${issue.pullRequest}`,
  ]);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const format = (row: readonly string[]): string =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return NUMERIC_COLUMNS.has(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [HEADINGS, widths.map((width) => "-".repeat(width)), ...rows].map(format).join("\n");
}

/** Returns the document that `--json` prints. Absent values are `null`, so that every key is there. */
export function formatJson(result: RehearsalResult): string {
  const issues = result.issues.map((issue) => ({
    number: issue.number,
    title: issue.title,
    priority: issue.priority,
    outcome: issue.outcome,
    attempts: issue.attempts,
    score: issue.score ?? null,
    pullRequest: issue.pullRequest ?? null,
    blockedBy: issue.blockedBy,
    startedAt: issue.startedAt ?? null,
    finishedAt: issue.finishedAt ?? null,
  }));
  return `${JSON.stringify({ ...result, issues }, undefined, 2)}\n`;
}
