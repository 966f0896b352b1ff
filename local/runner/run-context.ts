import type { Cancellation } from "./cancellation.ts";
import type { ConcurrencyGroups } from "./concurrency.ts";
import type { Emit } from "./engine-events.ts";
import type { GitHubConnection, GitHubEvent } from "./github-connection.ts";
import type { JobOutcome } from "./leg.ts";
import type { ProcessTable } from "./processes.ts";
import type { RepositoryCache } from "./repository-cache.ts";
import type { RunnerPool } from "./runner-pool.ts";
import type { ArtifactStore } from "./stand-ins/artifact-store.ts";
import type { Mapping } from "./value.ts";

/** What every run of an engine shares. */
export interface EngineServices {
  readonly github: GitHubConnection;
  readonly pool: RunnerPool;
  readonly groups: ConcurrencyGroups;
  readonly cache: RepositoryCache;
  readonly artifacts: ArtifactStore;
  readonly processes: ProcessTable;
  readonly emit: Emit;
  readonly variables: Mapping;
  readonly secrets: Readonly<Record<string, string>>;
  readonly workDirectory: string;
  /** The Node that runs JavaScript actions. */
  readonly nodePath: string;
  readonly clock: () => Date;
  /** How long a minute of a `timeout-minutes` lasts, in milliseconds. */
  readonly minuteMs: number;
  /** Requested when the engine stops: nothing is reported or started after that. */
  readonly halt: Cancellation;
}

/** One workflow run. */
export interface RunContext {
  readonly services: EngineServices;
  readonly runId: number;
  readonly runNumber: number;
  readonly runAttempt: number;
  readonly event: GitHubEvent;
  readonly cancellation: Cancellation;
  /** The `github` context as far as it is the same for all jobs; called workflows share it. */
  readonly github: Mapping;
  /** How each job and each leg ended, by key; grows while they run. */
  readonly outcomes: Map<string, JobOutcome>;
}
