import { formatReason } from "../plan/reasons.ts";
import type { TickPlan } from "../plan/tick-plan.ts";

/** Rows shown at most; a job summary holds 1 MiB. */
const MAX_ROWS = 500;

/** The job summary of `collect`: your backlog, in order, and why not [N27]. */
export function formatPlanSummary({ plan, busySlots, repairs }: TickPlan): string {
  const { rows, starts } = plan;
  const lines = [
    `## Backlog: ${rows.length} issues, ${plan.ready.length} ready, ${busySlots.length} running`,
    "",
    rows.length === 0 ? "No open issue carries the trigger label." : "",
    ...(rows.length === 0 ? [] : [HEAD, "| ---: | --- | --- | --- | ---: | --- |"]),
    ...rows.slice(0, MAX_ROWS).map((row) => {
      const blockedBy = row.blockedBy.map((issue) => `#${issue}`).join(", ");
      const priority = `P${row.effectivePriority}${row.inheritedFrom === undefined ? "" : ` (from #${row.inheritedFrom})`}`;
      return `| #${row.issue} | ${row.state} | ${priority} | ${blockedBy} | ${row.estimateMinutes} | ${cell(formatReason(row.reason))} |`;
    }),
    rows.length > MAX_ROWS ? `\n… and ${rows.length - MAX_ROWS} more.` : "",
    "",
    `${starts.length} would start now; ${repairs.length} labels, comments or pull requests are out of step.`,
  ];
  return `${lines.join("\n")}\n`;
}

const HEAD = "| Issue | State | Priority | Blocked by | Minutes | Why |";

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
