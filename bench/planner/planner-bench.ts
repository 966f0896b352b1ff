import { cpus, loadavg } from "node:os";

import type { BenchOptions, BenchReport } from "../bench-options.ts";
import { measureOrders, measurePlans } from "./planner-cells.ts";
import { formatPlannerReport, judgePlanner } from "./planner-report.ts";

/** How fast we order issues and make whole plans, beside the libraries that one could use instead. */
export async function runPlannerBench(options: BenchOptions): Promise<BenchReport> {
  const loadBefore = loadavg()[0] ?? 0;
  const plans = await measurePlans(options);
  const orders = await measureOrders(options);
  const machine = {
    node: process.versions.node,
    processors: cpus().length,
    loadBefore,
    loadAfter: loadavg()[0] ?? 0,
  };
  const results = { machine, plans, orders };
  const targets = options.isQuick ? [] : judgePlanner(results);
  return { lines: formatPlannerReport(results, targets), data: { ...results, targets } };
}
