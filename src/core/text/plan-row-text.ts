import type { PlanRow } from "../plan/plan-types.ts";
import { formatMinutes } from "./estimate.ts";

/** Nothing is known of an issue that could not be read, so its cells stay empty. */
function isUnread({ reason }: PlanRow): boolean {
  return reason.type === "unreadable-issue";
}

/** `P0 (from #7, own P2)`: the class that counts, and why it is not the issue's own. */
export function formatPriority(row: PlanRow): string {
  if (isUnread(row)) {
    return "";
  }
  const notes = [
    ...(row.inheritedFrom === undefined ? [] : [`from #${row.inheritedFrom}`]),
    ...(row.isAged ? ["aged"] : []),
    ...(row.effectivePriority === row.ownPriority ? [] : [`own P${row.ownPriority}`]),
    ...(row.isHotfix ? ["hotfix"] : []),
  ];
  return `P${row.effectivePriority}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`;
}

/** `612 = 500+80+20+12`: the sum and its terms. */
export function formatScore(row: PlanRow): string {
  const { score, terms } = row;
  return isUnread(row)
    ? ""
    : `${score} = ${terms.label}+${terms.shortTime}+${terms.dependents}+${terms.age}`;
}

/** `30m (default)`. */
export function formatEstimateOf(row: PlanRow): string {
  return isUnread(row) ? "" : `${formatMinutes(row.estimateMinutes)} (${row.estimateOrigin})`;
}

/** Its own work and the longest chain of all that waits for it. */
export function formatRemaining(row: PlanRow): string {
  return isUnread(row) ? "" : formatMinutes(row.remainingMinutes);
}

/** `#1, #2, … 3 more`. */
export function formatIssueList(issues: readonly number[], most: number, separator = ", "): string {
  const shown = issues.slice(0, most).map((issue) => `#${issue}`);
  const rest = issues.length - shown.length;
  return (rest > 0 ? [...shown, `… ${rest} more`] : shown).join(separator);
}

/** Minutes of work on the critical path. */
export function criticalMinutes(rows: readonly PlanRow[], criticalPath: readonly number[]): number {
  const isOnPath = new Set(criticalPath);
  return rows.reduce(
    (sum, { issue, estimateMinutes }) => sum + (isOnPath.has(issue) ? estimateMinutes : 0),
    0,
  );
}

/** `1 issue`, `2 issues`. */
export function countOf(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}
