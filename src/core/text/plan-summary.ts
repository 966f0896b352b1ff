import type { PlanEdge } from "../plan/issue-graph.ts";
import type { Plan, PlanRow } from "../plan/plan-types.ts";
import { formatReason } from "../plan/reasons.ts";
import { lowBudget } from "../plan/schedule.ts";
import type { TickPlan } from "../plan/tick-plan.ts";
import { formatWarning } from "../plan/warnings.ts";
import { countBytes, takeLines } from "./byte-length.ts";
import { formatMinutes } from "./estimate.ts";
import { formatCell } from "./markdown-cell.ts";
import { drawPlanGraph } from "./plan-graph.ts";
import {
  countOf,
  criticalMinutes,
  formatEstimateOf,
  formatIssueList,
  formatPriority,
  formatRemaining,
  formatScore,
} from "./plan-row-text.ts";

/** GitHub refuses summaries of more than 1 MiB. */
export const MAX_SUMMARY_BYTES = 900_000;

/** What the sections beside the table may take of it at most. */
const MAX_CYCLES_BYTES = 20_000;
const MAX_EDGES_BYTES = 200_000;
const MAX_WARNINGS_BYTES = 100_000;
/** Room for the sentence that says how much was cut. */
const CUT_NOTE_BYTES = 200;

const MAX_LISTED = 20;

/** The part of a tick that its summary shows. */
export type SummaryInput = Pick<
  TickPlan,
  "plan" | "repository" | "busySlots" | "offlineSlots" | "repairs"
> &
  Partial<Pick<TickPlan, "apiRemaining" | "configuration" | "fullMachines">>;

/** The job summary of `collect`: your backlog, in order, and why not [N27]. */
export function formatPlanSummary(tick: SummaryInput): string {
  const { plan } = tick;
  const before = [
    ...formatHead(tick),
    ...formatCycles(plan),
    ...formatGraph(plan),
    ...formatCriticalPath(plan),
  ].join("\n");
  const after = formatWarnings(plan).join("\n");
  const left = MAX_SUMMARY_BYTES - countBytes(before) - countBytes(after) - CUT_NOTE_BYTES;
  return `${[before, ...formatRows(tick, left), after].join("\n").trimEnd()}\n`;
}

function formatHead(tick: SummaryInput): readonly string[] {
  const { plan, busySlots, repairs } = tick;
  const { rows, ready, starts, orderCheck } = plan;
  return [
    `## Backlog: ${countOf(rows.length, "issue")}, ${ready.length} ready, ${busySlots.length} running`,
    "",
    rows.length === 0
      ? "No open issue carries the trigger label."
      : `${starts.length} would start now; ${repairs.length} labels, comments or pull requests are out of step.`,
    "",
    ...formatLowBudget(tick),
    ...formatOffline(tick),
    ...formatFull(tick),
    ...(orderCheck === "violated"
      ? ["**The order failed its independent check, so nothing starts. Please report this.**", ""]
      : []),
  ];
}

/** Below the floor a tick only reads, and says so [F34]. */
function formatLowBudget({ apiRemaining, configuration }: SummaryInput): readonly string[] {
  const low = lowBudget(apiRemaining, configuration?.api.floor ?? 0);
  return low === undefined
    ? []
    : [
        `**Only ${low.remaining} API requests are left this hour, fewer than \`api.floor\` (${low.floor}): this tick only reads.**`,
        "",
      ];
}

/** A slot that no runner serves takes no job, and that is seen here only [F54]. */
function formatOffline({ offlineSlots }: SummaryInput): readonly string[] {
  return offlineSlots.length === 0
    ? []
    : [
        `**No runner took the last job of ${offlineSlots.join(", ")}.** Nothing is put there before that job starts; start the runners, or say \`/resume\` to try at once.`,
        "",
      ];
}

/** The machine gave a claim back; what was short there is said in that issue's status comment [W30c]. */
function formatFull({ fullMachines = [] }: SummaryInput): readonly string[] {
  const names = fullMachines.map(({ machine, since }) => `${machine} (${since})`);
  return names.length === 0
    ? []
    : [
        `**There was too little free disk space on ${names.join(", ")}.** For half an hour nothing is put there; make room, and say \`/resume\` to try at once.`,
        "",
      ];
}

function formatCycles({ cycles }: Plan): readonly string[] {
  if (cycles.length === 0) {
    return [];
  }
  const items = cycles.map((members) =>
    members.length === 1
      ? `- ${formatIssueList(members, 1)} waits for itself.`
      : `- ${formatIssueList(members, MAX_LISTED)} wait for each other.`,
  );
  return [
    "### Cycles",
    "",
    "None of these issues can start, nor what waits for them, before someone removes a dependency.",
    "",
    ...cutList(items, MAX_CYCLES_BYTES, "cycle"),
    "",
  ];
}

function formatGraph(plan: Plan): readonly string[] {
  const graph = drawPlanGraph(plan);
  switch (graph.type) {
    case "no-edges":
      return [];
    case "mermaid":
      return [
        "### Dependencies",
        "",
        "```mermaid",
        graph.text,
        "```",
        "",
        "An arrow leads from what comes first to what waits for it. Thick: the critical path. Dashed red: a cycle. Issues without dependencies are in the table only.",
        "",
      ];
    case "too-big":
      return [
        "### Dependencies",
        "",
        `GitHub does not draw graphs of ${graph.edges.length} arrows, so here they are as a table.`,
        "",
        "| Issue | Waits for |",
        "| ---: | --- |",
        ...cutList(formatEdgeRows(graph.edges), MAX_EDGES_BYTES, "row"),
        "",
      ];
  }
}

/** One row for each issue that waits, with what it waits for and where that is written. */
function formatEdgeRows(edges: readonly PlanEdge[]): readonly string[] {
  const byWaiting = new Map<number, PlanEdge[]>();
  for (const edge of edges) {
    const known = byWaiting.get(edge.to);
    if (known === undefined) {
      byWaiting.set(edge.to, [edge]);
    } else {
      known.push(edge);
    }
  }
  return [...byWaiting]
    .toSorted(([a], [b]) => a - b)
    .map(([issue, waits]) => {
      const shown = waits.slice(0, MAX_LISTED).map(formatBlocker);
      const rest = waits.length - shown.length;
      return `| #${issue} | ${shown.join(", ")}${rest > 0 ? `, … ${rest} more` : ""} |`;
    });
}

function formatBlocker({ from, origins }: PlanEdge): string {
  return `#${from} (${origins.length === 0 ? "through its parent" : origins.join(", ")})`;
}

function formatCriticalPath({ criticalPath, rows }: Plan): readonly string[] {
  if (criticalPath.length < 2) {
    return [];
  }
  const path = formatIssueList(criticalPath, MAX_LISTED, " → ");
  const minutes = formatMinutes(criticalMinutes(rows, criticalPath));
  return [`Critical path: ${path}, ${minutes} of work.`, ""];
}

const TABLE_HEAD = [
  "### Issues",
  "",
  "| Issue | State | Priority | Score | Blocked by | Estimate | Remaining | Reason |",
  "| ---: | --- | --- | --- | --- | --- | --- | --- |",
];

const TABLE_FOOT =
  "Score = class + short work + dependents + age. Remaining = its own work and the longest chain that waits for it.";

function formatRows({ plan, repository }: SummaryInput, maxBytes: number): readonly string[] {
  const { rows } = plan;
  if (rows.length === 0) {
    return [];
  }
  const frame = countBytes([...TABLE_HEAD, TABLE_FOOT].join("\n"));
  const lines = takeLines(formatRowLines(rows, repository.url), maxBytes - frame);
  const rest = rows.length - lines.length;
  return [
    ...TABLE_HEAD,
    ...lines,
    "",
    ...(rest > 0
      ? [
          `**… and ${countOf(rest, "more issue")}: this summary is cut, GitHub shows at most 1 MiB.**`,
          "",
        ]
      : []),
    TABLE_FOOT,
    "",
  ];
}

function* formatRowLines(rows: readonly PlanRow[], url: string): Generator<string> {
  for (const row of rows) {
    const cells = [
      `[#${row.issue}](${url}/issues/${row.issue})`,
      row.state,
      formatPriority(row),
      formatScore(row),
      formatIssueList(row.blockedBy, MAX_LISTED),
      formatEstimateOf(row),
      formatRemaining(row),
      formatCell(formatReason(row.reason)),
    ];
    yield `| ${cells.join(" | ")} |`;
  }
}

function formatWarnings({ warnings }: Plan): readonly string[] {
  if (warnings.length === 0) {
    return [];
  }
  const items = warnings.map(
    ({ issue, warning }) => `- #${issue}: ${formatCell(formatWarning(warning))}`,
  );
  return ["### Warnings", "", ...cutList(items, MAX_WARNINGS_BYTES, "warning"), ""];
}

function cutList(items: readonly string[], maxBytes: number, what: string): readonly string[] {
  const lines = takeLines(items, maxBytes);
  const rest = items.length - lines.length;
  return rest === 0 ? lines : [...lines, "", `… and ${countOf(rest, `more ${what}`)}.`];
}
