import type { Bench } from "./bench-options.ts";
import { runJournalBench } from "./journal/journal-bench.ts";
import { runPlannerBench } from "./planner/planner-bench.ts";
import { runScheduleBench } from "./schedule/schedule-bench.ts";
import { runSessionBench } from "./session/session-bench.ts";
import { runWorktreeBench } from "./worktree/worktree-bench.ts";

/** Every bench that there is; a new one is one entry more. */
export const BENCHES: readonly Bench[] = [
  {
    name: "journal",
    summary:
      "reads, appends, a race of eight writers and the check of a long journal, beside raw git",
    run: runJournalBench,
  },
  {
    name: "planner",
    summary: "order, cycles, levels and critical path against three libraries; the complete plan",
    run: runPlannerBench,
  },
  {
    name: "schedule",
    summary: "makespan and slot occupancy of our policy against barriers, cron and an ideal",
    run: runScheduleBench,
  },
  {
    name: "session",
    summary: "what run-session adds to the bare CLI, and how long the actions take to load",
    run: runSessionBench,
  },
  {
    name: "worktree",
    summary: "seconds and bytes until a session has its worktree, against full and depth-1 clone",
    run: runWorktreeBench,
  },
];
