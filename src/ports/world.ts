import type { Effect, EffectOutcome } from "../core/effects.ts";
import type {
  Observation,
  ObservedIssue,
  ObservedRepository,
  Permission,
} from "../core/observation.ts";

/** An observation before the wanted issues were read. */
export type SeenSoFar = Pick<
  Observation,
  "at" | "repository" | "issues" | "unreadable" | "pullRequests" | "stale"
>;

/** What an observation must hold besides every open issue. */
export interface ObserveQuery {
  readonly triggerLabel: string;
  readonly branchPrefix: string;
  /**
   * Issues wanted whatever their state, given what was seen so far: whatever that refers to is asked
   * for in the same request. Asked again with what they brought, until nothing new is wanted. With
   * the scope `only`, nothing else is read.
   */
  readonly issues: (
    known: ReadonlyMap<number, ObservedIssue>,
    seen: SeenSoFar,
  ) => readonly number[];
  /** Issues that are read too while a request has room for them, the most important first. */
  readonly ifRoom?: (seen: SeenSoFar) => readonly number[];
  readonly scope: "open-issues" | "only";
  /** Branches whose newest pull request is wanted. */
  readonly branches: readonly string[];
  /** Ids of the workflow runs that are wanted. */
  readonly runs: readonly number[];
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
