import type { Cancellation } from "./cancellation.ts";
import type { Scope } from "./expressions.ts";
import type { Rerun } from "./reruns.ts";
import type { Mapping } from "./value.ts";
import type { WorkflowTree } from "./workflow-tree.ts";

export type JobResult = "success" | "failure" | "cancelled" | "skipped";

/** What `needs` shows of a job. */
export interface JobOutcome {
  readonly result: JobResult;
  readonly outputs: Mapping;
}

/** One workflow file at work: that of the run, or a called one. */
export interface Level {
  readonly tree: WorkflowTree;
  /** What stands before job names here: empty, or `caller / `. */
  readonly namePrefix: string;
  readonly keyPrefix: string;
  readonly inputs: Mapping;
  readonly secrets: Readonly<Record<string, string>>;
  readonly cancellation: Cancellation;
  /** Groups that callers of this level hold, in lower case: waiting for one would never end. */
  readonly heldGroups: readonly string[];
  readonly cacheMode: string | undefined;
  /** Absent: every job runs. */
  readonly rerun: Rerun | undefined;
}

/** One job to run: a job without matrix, or one leg of a matrix. */
export interface Leg {
  readonly name: string;
  readonly key: string;
  /** github, inputs, vars, needs, strategy and matrix, with the status functions of the job. */
  readonly scope: Scope;
  readonly cancellation: Cancellation;
  /** Whether the job's `if` still holds when its run is cancelled. */
  readonly goesOn: () => boolean;
}

/** One result for several: a failure outweighs a cancellation, that a success, that a skip. */
export function combineResults(results: readonly JobResult[]): JobResult {
  const order: readonly JobResult[] = ["failure", "cancelled", "success"];
  return order.find((result) => results.includes(result)) ?? "skipped";
}
