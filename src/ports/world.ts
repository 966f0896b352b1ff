import type { Effect, EffectOutcome } from "../core/effects.ts";
import type {
  Observation,
  ObservedIssue,
  ObservedRepository,
  Permission,
} from "../core/observation.ts";

export interface RunAttempt {
  readonly runId: number;
  readonly runAttempt: number;
}

/** What an observation must hold besides every open issue. */
export interface ObserveQuery {
  readonly triggerLabel: string;
  readonly branchPrefix: string;
  /**
   * Issues wanted whatever their state, given the open ones that were read: whatever they refer to
   * is asked for in the same request. With `only`, nothing else is read.
   */
  readonly issues: (open: ReadonlyMap<number, ObservedIssue>) => readonly number[];
  readonly scope: "open-issues" | "only";
  /** Branches whose newest pull request is wanted. */
  readonly branches: readonly string[];
  readonly runs: readonly RunAttempt[];
}

export interface RepositoryReading {
  readonly repository: ObservedRepository;
  /** Text of the configuration file at the tip of the default branch; `undefined` = there is none. */
  readonly configurationText: string | undefined;
}

/** The repository on GitHub: issues, labels, comments, pull requests, runs. */
export interface World {
  readRepository(): Promise<RepositoryReading>;
  observe(query: ObserveQuery): Promise<Observation>;
  /** Asks what each person may do; a login that GitHub does not know has permission `none`. */
  readPermissions(logins: readonly string[]): Promise<ReadonlyMap<string, Permission>>;
  /** Applies the effects in order, batched where GitHub allows it. A failure does not stop the rest. */
  apply(effects: readonly Effect[]): Promise<readonly EffectOutcome[]>;
}
