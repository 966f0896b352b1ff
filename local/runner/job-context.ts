import type { ActionResolver } from "./action-resolution.ts";
import type { Cancellation } from "./cancellation.ts";
import type { RunDefaults } from "./job-definition.ts";
import type { JobLog } from "./job-log.ts";
import type { Masker } from "./masking.ts";
import type { RunContext } from "./run-context.ts";
import type { Runner } from "./runner-pool.ts";
import type { ActionStep } from "./step-definition.ts";
import type { StepWatch } from "./step-watch.ts";
import type { Mapping, Value } from "./value.ts";
import type { Origin } from "./workflow-file.ts";

export type StepConclusion = "success" | "failure" | "cancelled" | "skipped";

/** How the body of a step ended, before continue-on-error. */
export type StepEnding = "success" | "failure" | "cancelled";

export interface JobDirectories {
  readonly workspace: string;
  readonly temporary: string;
  readonly tools: string;
}

/** A job that has its runner; the collections grow while its steps run. */
export interface JobContext {
  readonly run: RunContext;
  readonly jobId: number;
  readonly runner: Runner;
  readonly directories: JobDirectories;
  readonly log: JobLog;
  readonly masker: Masker;
  readonly cancellation: Cancellation;
  readonly token: string;
  readonly resolver: ActionResolver;
  readonly defaults: RunDefaults;
  /** All contexts but env, steps and those of an action. */
  readonly contexts: Readonly<Record<string, Value>>;
  /** What the runner itself hands to every process, before and after the workflow's own. */
  readonly inherited: Readonly<Record<string, string>>;
  readonly fixed: Readonly<Record<string, string>>;
  /** What JavaScript actions get besides. */
  readonly forActions: Readonly<Record<string, string>>;
  /** `env` of workflow and job. */
  readonly env: Readonly<Record<string, string>>;
  /** What steps wrote to GITHUB_ENV, GITHUB_PATH. */
  readonly exported: Map<string, string>;
  readonly prepended: string[];
  /** Run last-in-first-out when all steps are done. */
  readonly posts: PostStep[];
}

export interface PostStep {
  readonly name: string;
  readonly condition: string;
  readonly frame: Frame;
  readonly run: (watch: StepWatch) => Promise<StepEnding>;
}

export interface StepRecord {
  readonly outcome: StepConclusion;
  readonly conclusion: StepConclusion;
  readonly outputs: Mapping;
}

/** Where steps run: the job itself, or one use of a composite action. */
export interface Frame {
  readonly job: JobContext;
  /** What `$/` means here. */
  readonly origin: Origin;
  readonly steps: Map<string, StepRecord>;
  /** What each use of an action keeps from `pre` over main to `post`. */
  readonly states: Map<ActionStep, Map<string, string>>;
  /** Worst so far of the steps in this frame; a job frame is also `cancelled` by its job. */
  status: StepEnding;
  /** `undefined` for the job itself. */
  readonly composite:
    | {
        readonly inputs: Mapping;
        readonly env: Readonly<Record<string, string>>;
        /** `action_path` and its like in the `github` context. */
        readonly github: Mapping;
        readonly watch: StepWatch;
      }
    | undefined;
}
