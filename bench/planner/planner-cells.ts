import type { BenchOptions } from "../bench-options.ts";
import { type CellOutcome, runCell } from "../cell.ts";
import type { Timing } from "../measure.ts";
import { median } from "../statistics.ts";
import { CONTESTANTS } from "./contestants.ts";
import { GRAPH_SHAPES, type GraphShape } from "./graph-lists.ts";

/** What the process of one cell is asked to measure. */
export type CellRequest =
  | {
      readonly what: "order";
      readonly contestant: string;
      readonly shape: GraphShape;
      readonly size: number;
      readonly runs: number;
    }
  | { readonly what: "plan"; readonly size: number; readonly runs: number };

export type TimingOutcome = CellOutcome<Timing>;

export interface OrderCell {
  readonly contestant: string;
  readonly shape: GraphShape;
  readonly size: number;
  readonly outcome: TimingOutcome;
}

export interface PlanCell {
  readonly size: number;
  readonly outcome: TimingOutcome;
  /** Median of the first plans of several processes. */
  readonly coldMs: number;
}

const PROGRAM = new URL("planner-cell.js", import.meta.url);

interface Extent {
  readonly sizes: readonly number[];
  readonly runs: number;
  readonly coldProcesses: number;
}

const FULL: Extent = { sizes: [1_000, 10_000, 100_000], runs: 9, coldProcesses: 3 };
const QUICK: Extent = { sizes: [300], runs: 3, coldProcesses: 1 };

/** Orders every graph with every contestant, one after the other. */
export async function measureOrders({ isQuick, progress }: BenchOptions): Promise<OrderCell[]> {
  const { sizes, runs } = isQuick ? QUICK : FULL;
  const cells: OrderCell[] = [];
  for (const size of sizes) {
    for (const shape of GRAPH_SHAPES) {
      for (const { name: contestant } of CONTESTANTS) {
        progress(`order: ${shape} of ${size} by ${contestant} ...`);
        const outcome = await askCell({ what: "order", contestant, shape, size, runs });
        cells.push({ contestant, shape, size, outcome });
      }
    }
  }
  return cells;
}

/** Makes the complete plan of every size, warm and, in processes of their own, cold. */
export async function measurePlans({ isQuick, progress }: BenchOptions): Promise<PlanCell[]> {
  const { sizes, runs, coldProcesses } = isQuick ? QUICK : FULL;
  const cells: PlanCell[] = [];
  for (const size of sizes) {
    progress(`complete plan of ${size} issues ...`);
    const outcome = await askCell({ what: "plan", size, runs });
    const colds = outcome.type === "done" ? [outcome.result.coldMs] : [];
    while (colds.length > 0 && colds.length < coldProcesses) {
      const cold = await askCell({ what: "plan", size, runs: 0 });
      colds.push(cold.type === "done" ? cold.result.coldMs : Number.NaN);
    }
    cells.push({ size, outcome, coldMs: median(colds) });
  }
  return cells;
}

function askCell(request: CellRequest): Promise<TimingOutcome> {
  return runCell<Timing>(PROGRAM, request);
}
