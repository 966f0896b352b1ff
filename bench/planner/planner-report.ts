import { shortNumber } from "../statistics.ts";
import { formatTargets, type Target } from "../target.ts";
import { formatTable } from "../text-table.ts";
import { CONTESTANTS } from "./contestants.ts";
import type { OrderCell, PlanCell, TimingOutcome } from "./planner-cells.ts";

export interface PlannerResults {
  readonly machine: {
    readonly node: string;
    readonly processors: number;
    /** Processes that wanted a processor, on average over a minute. */
    readonly loadBefore: number;
    readonly loadAfter: number;
  };
  readonly plans: readonly PlanCell[];
  readonly orders: readonly OrderCell[];
}

const OURS = "water-spider";
const PLAN_LIMITS_MS: readonly (readonly [size: number, limitMs: number])[] = [
  [10_000, 50],
  [100_000, 700],
];

/** Compares the results with what the planner has to show. */
export function judgePlanner({ plans, orders }: PlannerResults): readonly Target[] {
  const ours = orders.filter(({ contestant }) => contestant === OURS);
  const rivals = orders.filter(
    ({ contestant }) => contestant !== OURS && reportsCycles(contestant),
  );
  const faster = rivals.filter((rival) => (ratioToOurs(rival, orders) ?? 2) > 1);
  return [
    ...PLAN_LIMITS_MS.map(([size, limitMs]) => judgePlan(plans, size, limitMs)),
    {
      target: "no stack overflow of ours",
      measured: `${ours.filter(({ outcome }) => outcome.type === "done").length} of ${ours.length} graphs`,
      isMet: ours.every(({ outcome }) => outcome.type === "done"),
    },
    {
      target: "faster than every library that also reports cycles",
      measured: `in ${faster.length} of ${rivals.length} cells`,
      isMet: faster.length === rivals.length,
    },
  ];
}

function judgePlan(plans: readonly PlanCell[], size: number, limitMs: number): Target {
  const outcome = plans.find((plan) => plan.size === size)?.outcome;
  const median = outcome?.type === "done" ? outcome.result.medianMs : Number.NaN;
  const cpu = outcome?.type === "done" ? outcome.result.medianCpuMs : Number.NaN;
  return {
    target: `complete plan of ${size} issues under ${limitMs} ms`,
    measured: `median ${shortNumber(median)} ms (processor time ${shortNumber(cpu)} ms)`,
    isMet: median < limitMs,
  };
}

function reportsCycles(name: string): boolean {
  return CONTESTANTS.some((contestant) => contestant.name === name && contestant.reportsCycles);
}

/** How many times our time a cell took; `undefined` when one of both has none. */
function ratioToOurs(cell: OrderCell, cells: readonly OrderCell[]): number | undefined {
  const ours = cells.find(
    ({ contestant, shape, size }) =>
      contestant === OURS && shape === cell.shape && size === cell.size,
  );
  return cell.outcome.type === "done" && ours?.outcome.type === "done"
    ? cell.outcome.result.medianMs / ours.outcome.result.medianMs
    : undefined;
}

/** Two tables and a line for each target. */
export function formatPlannerReport(
  { machine, plans, orders }: PlannerResults,
  targets: readonly Target[],
): readonly string[] {
  const graphs = [...new Set(orders.map(({ shape, size }) => `${shape} ${size}`))];
  return [
    `Node ${machine.node}, ${machine.processors} processors, load ${machine.loadBefore.toFixed(1)} before and ${machine.loadAfter.toFixed(1)} after.`,
    "",
    "Complete plan, milliseconds (cold: the first one of a process)",
    ...formatTable(["issues", "median", "minimum", "processor", "cold"], plans.map(planRow)),
    "",
    "Order from a shuffled list, median in milliseconds (times ours)",
    ...formatTable(
      ["", ...graphs],
      CONTESTANTS.map(({ name }) => [
        name,
        ...orders
          .filter(({ contestant }) => contestant === name)
          .map((cell) => orderText(cell, orders)),
      ]),
    ),
    "",
    ...CONTESTANTS.map(({ name, reports }) => `${name}: ${reports}`),
    "",
    ...formatTargets(targets),
  ];
}

function planRow({ size, outcome, coldMs }: PlanCell): readonly string[] {
  if (outcome.type !== "done") {
    return [String(size), textOf(outcome)];
  }
  const { medianMs, minimumMs, medianCpuMs } = outcome.result;
  return [String(size), ...[medianMs, minimumMs, medianCpuMs, coldMs].map(shortNumber)];
}

function orderText(cell: OrderCell, cells: readonly OrderCell[]): string {
  const ratio = ratioToOurs(cell, cells);
  const times = ratio === undefined || cell.contestant === OURS ? "" : ` (${shortNumber(ratio)}x)`;
  return `${textOf(cell.outcome)}${times}`;
}

function textOf(outcome: TimingOutcome): string {
  switch (outcome.type) {
    case "done":
      return shortNumber(outcome.result.medianMs);
    case "failed":
      return `failed: ${outcome.detail}`;
    default:
      return outcome.type;
  }
}
