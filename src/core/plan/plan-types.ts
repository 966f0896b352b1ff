import type { Configuration } from "../configuration.ts";
import type { IssueState } from "../journal/issue-state.ts";
import type { Approval, Claim, JournalState } from "../journal/records.ts";
import type { Observation, Permission } from "../observation.ts";
import type { Escalation } from "../text/escalation.ts";
import type { PriorityClass } from "../text/labels.ts";
import type { EscalationReason } from "./escalation.ts";
import type { Estimate, FinishedWork } from "./estimates.ts";
import type { PlanEdge } from "./issue-graph.ts";
import type { OrderCheck } from "./order-check.ts";
import type { Reason } from "./reasons.ts";
import type { Start } from "./schedule.ts";
import type { ScoreTerms } from "./score.ts";
import type { AuthorIntegrity } from "./trust.ts";
import type { IssueWarning } from "./warnings.ts";

/** Everything that a tick knows when it decides. */
export interface PlanInput {
  readonly observation: Observation;
  readonly journal: JournalState;
  /** What the API said of the people in `listPermissionQuestions`, by login. */
  readonly permissions: ReadonlyMap<string, Permission>;
  readonly configuration: Configuration;
  /** ISO 8601, UTC. */
  readonly now: string;
  /** Slots whose session job has not ended. */
  readonly busySlots: readonly string[];
  /** Slots that no runner serves at present. */
  /** Claims that are not dead, by issue. */
  readonly liveClaims: ReadonlyMap<number, Claim>;
  readonly history: readonly FinishedWork[];
  readonly credential: "present" | "missing";
}

/**
 * What a tick decided. Plain data that survives JSON: `collect` hands it to `dispatch` as a file.
 * Free text stands in `reason`, `warnings`, `notices` and `paths` only; everything else is a whole
 * number, an enum, a hash, a time or a name of the configuration.
 */
export interface Plan {
  readonly at: string;
  /** Every open triggered issue and every unreadable one, in order. */
  readonly rows: readonly PlanRow[];
  readonly approvals: readonly PlannedApproval[];
  readonly withdrawals: readonly PlannedWithdrawal[];
  /** Issues that only a slot is missing for, in order. */
  readonly ready: readonly number[];
  /** Those among them that rest on what this tick did not read: they do not start. */
  readonly unverified: readonly number[];
  /** For the free slots of the moment; `decideStarts` decides again on the journal's tip. */
  readonly starts: readonly Start[];
  /** Each with all its members, ascending. */
  readonly cycles: readonly (readonly number[])[];
  /** Triggered issues by the longest way from an issue that waits for nothing; ascending. */
  readonly levels: readonly (readonly number[])[];
  /** The longest remaining path, first issue first. */
  readonly criticalPath: readonly number[];
  readonly edges: readonly PlanEdge[];
  readonly warnings: readonly IssueWarning[];
  readonly notices: readonly Notice[];
  readonly orderCheck: OrderCheck;
  /** Declared paths of the ready and the live issues, for `decideStarts`. */
  readonly paths: readonly DeclaredPathsOf[];
  readonly openPullRequests: number;
  /** Issues that have an open pull request of ours. */
  readonly withPullRequest: readonly number[];
}

export interface PlanRow {
  readonly issue: number;
  readonly state: IssueState;
  readonly ownPriority: PriorityClass;
  readonly effectivePriority: PriorityClass;
  /** The issue whose class it has because it stands in its way; `undefined` = its own. */
  readonly inheritedFrom: number | undefined;
  /** True when waiting has lifted it above its own and its inherited class. */
  readonly isAged: boolean;
  readonly isHotfix: boolean;
  readonly score: number;
  readonly terms: ScoreTerms;
  readonly estimateMinutes: number;
  readonly estimateOrigin: Estimate["origin"];
  /** Its own work and the longest chain of all that waits for it. */
  readonly remainingMinutes: number;
  /** The open issues that it waits for, those of its parents included; ascending. */
  readonly blockedBy: readonly number[];
  /** `undefined` in and behind a cycle. */
  readonly level: number | undefined;
  readonly milestone: number | undefined;
  /** Of the text as it is now; what a claim must be approved for. */
  readonly textHash: string;
  readonly author: AuthorIntegrity;
  readonly reason: Reason;
}

/** An approval that the journal does not hold yet. */
export interface PlannedApproval {
  readonly issue: number;
  readonly approval: Approval;
  /** A stopped delivery begins again with it: journal the retry first, then the approval. */
  readonly restarts: boolean;
}

export interface PlannedWithdrawal {
  readonly issue: number;
  readonly cause: "trigger-removed" | "text-edited" | "label-not-by-writer";
  /** Time of the approval that does not hold any more; a later one is not meant. */
  readonly approvedAt: string;
}

/** A comment to make once: a second one with the same key is not posted. */
export interface Notice {
  readonly issue: number;
  /** `[a-z0-9:-]`, at most 64 characters. */
  readonly key: string;
  readonly content: NoticeContent;
}

export type NoticeContent =
  | { readonly type: "reason"; readonly reason: Reason }
  | {
      readonly type: "escalation";
      readonly reason: EscalationReason;
      readonly escalation: Escalation;
    }
  | { readonly type: "blocker-not-planned"; readonly blockers: readonly number[] };

export interface DeclaredPathsOf {
  readonly issue: number;
  readonly paths: readonly string[];
}
