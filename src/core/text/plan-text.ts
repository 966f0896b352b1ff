import type { Plan } from "../plan/plan-types.ts";
import { formatWarning } from "../plan/warnings.ts";
import { formatMinutes } from "./estimate.ts";
import { formatRowReason, type MalformedEntry } from "./plan-json.ts";
import {
  countOf,
  criticalMinutes,
  formatEstimateOf,
  formatIssueList,
  formatPriority,
  formatRemaining,
  formatScore,
} from "./plan-row-text.ts";

/** What the text shows besides the plan itself. */
export interface PlanTextOptions {
  /** By issue number; untrusted. */
  readonly titles: ReadonlyMap<number, string>;
  readonly malformed: readonly MalformedEntry[];
}

const MAX_TITLE_CHARACTERS = 60;
const MAX_BLOCKERS = 4;
const MAX_LISTED = 20;
const MAX_LINES = 50;

/** A plan for the terminal: the table with a reason below each row, then what is special. */
export function formatPlanText(plan: Plan, options: PlanTextOptions): string {
  const { rows, ready } = plan;
  const nameless = options.malformed.filter(({ number }) => number === undefined);
  const unread =
    nameless.length + rows.filter(({ reason }) => reason.type === "unreadable-issue").length;
  const held = rows.length + nameless.length - unread - ready.length;
  const counts = [
    countOf(rows.length + nameless.length, "issue"),
    `${ready.length} ready`,
    `${held} blocked`,
    ...(unread > 0 ? [`${unread} not readable`] : []),
  ];
  const lines = [
    `Backlog: ${counts.join(", ")}`,
    "",
    ...formatTable(plan, options, nameless),
    ...formatCycles(plan),
    ...formatLevels(plan),
    ...formatCriticalPath(plan),
    ...formatWarnings(plan),
    ...(plan.orderCheck === "violated"
      ? ["The order failed its independent check. Please report this.", ""]
      : []),
  ];
  return `${lines.map(visibleLine).join("\n").trimEnd()}\n`;
}

const HEAD = [
  "Issue",
  "State",
  "Priority",
  "Score",
  "Blocked by",
  "Estimate",
  "Remaining",
  "Title",
] as const;

function formatTable(
  { rows }: Plan,
  { titles }: PlanTextOptions,
  nameless: readonly MalformedEntry[],
): readonly string[] {
  if (rows.length + nameless.length === 0) {
    return ["There is no open issue to plan.", ""];
  }
  const entries = [
    ...rows.map((row) => ({
      cells: [
        `#${row.issue}`,
        row.state,
        formatPriority(row),
        formatScore(row),
        formatIssueList(row.blockedBy, MAX_BLOCKERS),
        formatEstimateOf(row),
        formatRemaining(row),
        shortTitle(titles.get(row.issue) ?? ""),
      ],
      reason: formatRowReason(row),
    })),
    ...nameless.map(({ item, problem }) => ({
      cells: [`item ${item}`, "pending"],
      reason: `It cannot be read: ${problem}.`,
    })),
  ];
  const widths = HEAD.map((name, column) =>
    entries.reduce((most, { cells }) => Math.max(most, cells[column]?.length ?? 0), name.length),
  );
  // The last column has no width: titles may hold characters that take two places.
  const join = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === HEAD.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  const indent = " ".repeat((widths[0] ?? 0) + 2);
  return [
    join(HEAD),
    ...entries.flatMap(({ cells, reason }) => [join(cells), `${indent}${reason}`]),
    "",
  ];
}

function formatCycles({ cycles }: Plan): readonly string[] {
  return formatSection(
    "Cycles: none of these issues can start, nor what waits for them",
    cycles.map((members) => formatIssueList(members, MAX_LISTED)),
  );
}

function formatLevels({ levels }: Plan): readonly string[] {
  return formatSection(
    "Levels: by the longest chain of issues that come before",
    levels.map((issues, level) => `${level}: ${formatIssueList(issues, MAX_LISTED)}`),
  );
}

function formatCriticalPath({ criticalPath, rows }: Plan): readonly string[] {
  const path = formatIssueList(criticalPath, MAX_LISTED, " > ");
  return criticalPath.length === 0
    ? []
    : [`Critical path: ${path}, ${formatMinutes(criticalMinutes(rows, criticalPath))} of work`, ""];
}

function formatWarnings({ warnings }: Plan): readonly string[] {
  return formatSection(
    "Warnings",
    warnings.map(({ issue, warning }) => `#${issue}: ${formatWarning(warning)}`),
  );
}

function formatSection(title: string, items: readonly string[]): readonly string[] {
  const rest = items.length - MAX_LINES;
  return items.length === 0
    ? []
    : [
        title,
        ...items.slice(0, MAX_LINES).map((item) => `  ${item}`),
        ...(rest > 0 ? [`  … ${rest} more`] : []),
        "",
      ];
}

function shortTitle(title: string): string {
  const line = visibleLine(title.slice(0, 10 * MAX_TITLE_CHARACTERS)).trim();
  const characters = Array.from(line);
  return characters.length > MAX_TITLE_CHARACTERS
    ? `${characters.slice(0, MAX_TITLE_CHARACTERS).join("")}…`
    : line;
}

/** One line without anything that moves the cursor or turns the direction of what follows. */
function visibleLine(text: string): string {
  return text.replaceAll(/[\p{C}\u2028\u2029]+/gu, (hidden) => (hidden === "\u200B" ? "" : " "));
}
