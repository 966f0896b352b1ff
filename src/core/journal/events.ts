import type { Approval, Claim, FleetPause, HistoryEntry, Result, StopReason } from "./records.ts";

/**
 * What can happen. One event is one commit of the journal; several claims of one tick are one
 * event, so that order, cap, slots and claims share one compare-and-swap (design section 2).
 */
export type JournalFact =
  | { readonly type: "approved"; readonly approvals: readonly IssueApproval[] }
  | { readonly type: "withdrawn"; readonly withdrawals: readonly Withdrawal[] }
  | { readonly type: "dispatched"; readonly claims: readonly Claim[] }
  | {
      readonly type: "result";
      readonly issue: number;
      /** Nonce of the claim that this ends. A claim that is not the issue's any more is ignored. */
      readonly claim: string;
      readonly result: Result;
    }
  | { readonly type: "stop-requested"; readonly stops: readonly Stop[] }
  | {
      readonly type: "finalize-again";
      readonly issue: number;
      /** Nonce of the claim whose finalize job is started again. */
      readonly claim: string;
      /** The attempt of the claim's run that this begins; `undefined` in older journals: the second. */
      readonly runAttempt: number | undefined;
    }
  | { readonly type: "ended"; readonly deliveries: readonly HistoryEntry[] }
  | {
      readonly type: "archived";
      /** Ended deliveries whose records leave `issues/`; their lines in `history/` stay. */
      readonly issues: readonly number[];
      /** The oldest month that stays in `history/`, for example `2026-08`. */
      readonly historyFrom: string;
    }
  | { readonly type: "noticed"; readonly notices: readonly NoticeMade[] }
  | {
      readonly type: "slot-online";
      /** Nonces of claims that were taken back, and whose job does not wait for a runner any more. */
      readonly claims: readonly string[];
    }
  | {
      readonly type: "retry-requested";
      readonly issue: number;
      readonly by: string;
      /** When it was said; absent in older journals, whose records do not name who said it. */
      readonly at?: string | undefined;
    }
  | {
      readonly type: "approve-requested";
      readonly issue: number;
      readonly by: string;
      /** When it was said; a non-writer's edit from then on voids it [F104]. */
      readonly at: string;
    }
  | {
      readonly type: "approved-anyway";
      readonly issue: number;
      readonly by: string;
      /** What the work had reached; `undefined` when it was not scored. */
      readonly score: number | undefined;
    }
  | {
      readonly type: "manual-fix-requested";
      readonly issue: number;
      readonly by: string;
      /** The tip of the issue's branch as it was read then. */
      readonly headSha: string;
    }
  | { readonly type: "paused"; readonly pause: FleetPause; readonly by: string | undefined }
  | { readonly type: "resumed"; readonly by: string | undefined }
  | {
      readonly type: "target-set";
      /** `undefined` = no target any more. */
      readonly count: number | undefined;
      readonly by: string;
    };

export interface IssueApproval extends Approval {
  readonly issue: number;
  /** A stopped delivery begins again: its result and its attempts are cleared (state machine, 22). */
  readonly restarts: boolean;
}

/** A comment that was made once. */
export interface NoticeMade {
  readonly issue: number;
  readonly key: string;
}

/** A wish that one claimed session ends; the claim stays until its leg has ended. */
export interface Stop {
  readonly issue: number;
  /** Nonce of the claim. */
  readonly claim: string;
  readonly reason: StopReason;
  /** Login of whoever said so; `undefined` = a tick found it, or an older journal. */
  readonly by?: string | undefined;
}

export interface Withdrawal {
  readonly issue: number;
  readonly cause: WithdrawalCause;
}

export const WITHDRAWAL_CAUSES = ["trigger-removed", "text-edited", "label-not-by-writer"] as const;

/** Why an approval does not hold any more. */
export type WithdrawalCause = (typeof WITHDRAWAL_CAUSES)[number];

/** Who wrote an event, and when. Makes two commits of equal facts different objects [F02]. */
export interface EventStamp {
  readonly at: string;
  readonly runId: number;
  readonly runAttempt: number;
  readonly nonce: string;
}

export interface JournalEvent {
  readonly seq: number;
  readonly stamp: EventStamp;
  readonly fact: JournalFact;
}
