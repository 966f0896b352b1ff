/**
 * What the journal's tree holds: one record per issue and one for the fleet. All of it is a fold
 * over the events; nothing here is derived from what GitHub shows now (design section 2).
 */
export interface JournalState {
  /** Counts the events. A lower number than one seen before means that the journal was rewound. */
  readonly seq: number;
  readonly fleet: FleetRecord;
  readonly issues: ReadonlyMap<number, IssueRecord>;
  /** Ended deliveries, oldest first; months beyond the longest window leave it [W12]. */
  readonly history: readonly HistoryEntry[];
  /** Issues whose record cannot be read, with the reason: held, and nobody else [N04]. */
  readonly unreadable: ReadonlyMap<number, string>;
}

export interface FleetRecord {
  /** Why nothing is claimed, while it is set. */
  readonly pause: FleetPause | undefined;
  /** How the latest sessions ended, oldest first: what the meltdown breaker looks at. */
  readonly recent: readonly RecentEnd[];
  /** Nothing more is claimed when so many deliveries have landed [O03]. */
  readonly target: FleetTarget | undefined;
  /** Slots whose last job no runner took; nothing is put there before that job has started [F54]. */
  readonly offline: readonly OfflineSlot[];
  /** Run attempts that are ours because a finalize was started again in them, oldest first [F14]. */
  readonly reruns: readonly RunAgain[];
  /** Machines that gave a claim back for lack of room, the latest last. */
  readonly full: readonly FullMachine[];
  /** Deliveries that people started within the hour before the latest, oldest first [N26]. */
  readonly starts: readonly DeliveryStart[];
  /** A person has looked at every rewind of the journal from this `seq` or a lower one [F109]. */
  readonly acknowledgedSeq: number | undefined;
}

/** One more attempt of a run, asked for by a `finalize-again`. */
export interface RunAgain {
  readonly runId: number;
  readonly runAttempt: number;
  readonly at: string;
}

export interface OfflineSlot {
  readonly slot: string;
  /** The claim that was taken back, and whose job still waits there. */
  readonly claim: Pick<Claim, "issue" | "runId" | "runAttempt" | "nonce">;
  readonly since: string;
}

export interface FullMachine {
  readonly machine: string;
  readonly since: string;
}

export interface DeliveryStart {
  /** Login of whoever's word it was. */
  readonly by: string;
  readonly at: string;
}

/** One session that ended; what was given back is none. */
export interface RecentEnd {
  readonly at: string;
  /** `undefined` = it delivered. */
  readonly cause: string | undefined;
}

export interface FleetTarget {
  readonly count: number;
  readonly landed: number;
}

export interface FleetPause {
  readonly reason: PauseReason;
  /** One sentence for people. */
  readonly detail: string;
  /** When it ends by itself: ISO 8601, UTC; `undefined` = a person resumes. */
  readonly until: string | undefined;
  /** For `base-red`: the tip that was red. The pause ends when the base branch moves on [N29]. */
  readonly baseSha: string | undefined;
  /** For `journal-rewound`: the `seq` that the journal had before. */
  readonly seenSeq?: number | undefined;
}

export const PAUSE_REASONS = [
  "command",
  "account-limit",
  "configuration",
  "base-red",
  "meltdown",
  "journal-rewound",
] as const;

export type PauseReason = (typeof PAUSE_REASONS)[number];

export interface IssueRecord {
  readonly issue: number;
  /** Counts the ways of this issue from admission to merge or rejection; starts at 1. */
  readonly delivery: number;
  /** Sessions counted in this delivery, raised by the claim, before the session starts [F14]. */
  readonly attempts: number;
  readonly approval: Approval | undefined;
  /** The latest `/approve`: it counts like the trigger label, set at that time by that person. */
  readonly said: { readonly by: string; readonly at: string } | undefined;
  /** The claim that holds the issue now; live or dead is derived. */
  readonly claim: Claim | undefined;
  /** A wish that the claimed session ends early; it goes with the claim [N37]. */
  readonly stop: StopRequest | undefined;
  /** When it was claimed: the latest claim, and those of the hour before it, oldest first [F16]. */
  readonly recentClaims: readonly string[];
  /** How the last attempt of this delivery ended. */
  readonly result: Result | undefined;
  /** Keys of the comments that were made once, so that no tick looks for them again. */
  readonly notices: readonly string[];
  /**
   * Where our last push left the issue's branch, whatever became of that delivery: only from there
   * may the next one move it. A commit of people's is not ours. `undefined` = we never pushed it.
   */
  readonly branchSha: string | undefined;
  /** Unfinished work of this delivery, a commit on its base: the next attempt begins with it [N11]. */
  readonly keptSha: string | undefined;
  /** How its last attempt failed: what the next one is told. `/retry` does not clear it. */
  readonly lastFailure: LastFailure | undefined;
  /** A commit of people's that waits for its checks, or is being checked [E21]. */
  readonly manualFix: ManualFix | undefined;
  /** How the delivery ended; a later approval starts the next one. */
  readonly ended: "completed" | "cancelled" | undefined;
  /** When the delivery ended: a trigger label or a reopening counts only when it is later. */
  readonly endedAt: string | undefined;
  /** Login of whoever ended it by `/cancel` or `/reject`; absent = it ended otherwise. */
  readonly endedBy?: string | undefined;
  /** Login of whoever said the latest `/retry`: its next session is their start [N26]. */
  readonly retriedBy?: string | undefined;
}

/** A commit that people pushed to the issue's branch, and that a writer wants checked and delivered. */
export interface ManualFix {
  /** The branch's tip when it was asked for: the writer's word is about this commit alone. */
  readonly headSha: string;
  /** Login of the writer. */
  readonly by: string;
  /** Counts the tries to check it, from 1; a try that was lost with its machine raises it. */
  readonly attempt: number;
}

export interface LastFailure {
  readonly attempt: number;
  readonly cause: string;
  /** One sentence, partly in the agent's words. */
  readonly detail: string;
}

/** One delivery that came to its end: a line of `history/<yyyy-mm>.jsonl`. */
export interface HistoryEntry {
  readonly issue: number;
  readonly delivery: number;
  readonly attempts: number;
  readonly ended: "completed" | "cancelled";
  readonly at: string;
  readonly outcome: Outcome | undefined;
  readonly score: number | undefined;
  readonly pullRequest: number | undefined;
  /** From the start of the last session to its result, in seconds. */
  readonly sessionSeconds: number | undefined;
  /** Name of the issue's type label, for estimates by kind [W08]. */
  readonly kind: string | undefined;
  /** Where our last push left the branch: a later delivery may move it from there only. */
  readonly branchSha: string | undefined;
  /** Login of whoever ended it by `/cancel` or `/reject`; absent = it ended otherwise. */
  readonly by?: string | undefined;
}

/** A writer's word that the text with this hash may run [N01, N02]. */
export interface Approval {
  /** Login of whoever set the trigger label, or edited the text as a writer. */
  readonly by: string;
  /** When they did: ISO 8601, UTC. */
  readonly at: string;
  readonly textHash: string;
}

export const STOP_REASONS = [
  "cancelled",
  "issue-closed",
  "trigger-removed",
  "text-edited",
  "fleet-stop",
] as const;

/** Why a session should end before it is done. */
export type StopReason = (typeof STOP_REASONS)[number];

export interface StopRequest {
  readonly reason: StopReason;
  readonly at: string;
  /** Login of whoever said so; `undefined` = a tick found it, or an older journal. */
  readonly by?: string | undefined;
}

/** The right of one leg of one run attempt to work on one issue in one slot [N36]. */
export interface Claim {
  readonly issue: number;
  readonly attempt: number;
  readonly delivery: number;
  readonly runId: number;
  readonly runAttempt: number;
  /** `mac-1/2`: machine and slot number. */
  readonly slot: string;
  readonly machine: string;
  readonly textHash: string;
  readonly baseSha: string;
  readonly configurationSha: string;
  readonly at: string;
  /** Makes two claims different that are equal otherwise [F02]. */
  readonly nonce: string;
  /** When finalize died before its first write and its job was to be started again, once. */
  readonly finalizeAgainAt: string | undefined;
  /**
   * The run attempt in which it runs then: that one is the claim's too, and no other. `undefined` in
   * an older journal: the one after `runAttempt`.
   */
  readonly finalizeAgainIn: number | undefined;
  /** Set when it is about the checks of this commit alone: no agent runs, no attempt is counted. */
  readonly manualFix?: ManualFix | undefined;
  /** Set when it is the first session after this person's word; absent in older journals [N26]. */
  readonly startedBy?: string | undefined;
}

/** The one vocabulary for how work ends (design section 8). */
export const OUTCOMES = [
  "delivered",
  "needs-human",
  "retry",
  "failed",
  "cancelled",
  "returned",
  "nothing-to-do",
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** What a later tick needs to open the pull request when finalize died before it [F11]. */
export interface PullRequestPlan {
  readonly title: string;
  readonly isDraft: boolean;
}

/** How an attempt ended, written by finalize, or by a tick for a dead claim. */
export interface Result {
  readonly outcome: Outcome;
  /** Machine-readable cause, for example `checks-failed`; `undefined` for delivered work. */
  readonly cause: string | undefined;
  /** One sentence for people. */
  readonly detail: string;
  readonly score: number | undefined;
  /** Commit on the issue's branch; `undefined` when nothing was pushed. */
  readonly headSha: string | undefined;
  /** How the pull request is opened; `undefined` when nothing was pushed. */
  readonly pullRequest: PullRequestPlan | undefined;
  /** Work that was not delivered and may be useful yet; `undefined` when there is none. */
  readonly keptSha: string | undefined;
  readonly at: string;
  /** A retry waits until then: ISO 8601, UTC. */
  readonly notBefore: string | undefined;
  readonly startedAt: string | undefined;
  /** Where the attempt was: `undefined` in journals that are older than this field. */
  readonly machine?: string | undefined;
  /** Names of the checks that were not green; absent when all were, or none was due. */
  readonly failingChecks?: readonly string[] | undefined;
}
