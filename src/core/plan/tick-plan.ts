import type { Configuration } from "../configuration.ts";
import type { Effect } from "../effects.ts";
import type { Stop } from "../journal/events.ts";
import type { FleetPause, FullMachine, HistoryEntry, Result } from "../journal/records.ts";
import type { ObservedRepository } from "../observation.ts";
import type { Plan } from "./plan-types.ts";

/**
 * Everything that `collect` found and `dispatch` acts on, as plain data that survives JSON. It
 * travels as a file with a digest between two steps of one job, never as an input string [F98].
 */
export interface TickPlan {
  readonly v: 1;
  readonly repository: ObservedRepository;
  readonly configuration: Configuration;
  readonly plan: Plan;
  /** Claims that are dead, with what the journal gets for each. */
  readonly deaths: readonly Death[];
  readonly endings: readonly HistoryEntry[];
  /** Removal of what those that were merged leave behind. */
  readonly spentRefs: readonly Effect[];
  /** Claims whose session should end early. */
  readonly stops: readonly Stop[];
  /** Claims whose finalize job is started again, once; one of a run. */
  readonly reruns: readonly FinalizeRerun[];
  /** How many events the journal has; when it was set back, how many it had before. */
  readonly journalSeq: number;
  /** The journal lacks what it had: this tick journals that, and nothing else is done [F109]. */
  readonly rewind: FleetPause | undefined;
  /** A pause that the latest results ask for. */
  readonly pause: FleetPause | undefined;
  /** Repairs of what people see; written together with the announcement of the claims. */
  readonly repairs: readonly Effect[];
  /** Requests or points left this hour, the fewer of both; absent = GitHub did not say. */
  readonly apiRemaining?: number | undefined;
  /** Slots whose session job has not ended. */
  readonly busySlots: readonly string[];
  /** Claims that were taken back, and whose late job waits no more: their slots are served again. */
  readonly servedAgain: readonly string[];
  /** Issues whose records stay in the tree although their delivery is over [W12]. */
  readonly kept: readonly number[];
  /** Slots whose last job no runner took [F54]. */
  readonly offlineSlots: readonly string[];
  /** Machines that nothing is put on now, because they were full a while ago [W30c]. */
  readonly fullMachines?: readonly FullMachine[];
  /** Nonces of the claims that were looked at for it and live; a dead one keeps its slot while the tip has it. */
  readonly judgedClaims: readonly string[];
}

export interface FinalizeRerun {
  readonly issue: number;
  /** Nonce of the claim. */
  readonly claim: string;
  readonly job: number;
  /** The attempt of its run that this begins. */
  readonly runAttempt: number;
  /** How many attempts of the run were ours when this was decided. */
  readonly reruns: number;
  /** Its event is in the journal already. */
  readonly isJournalled: boolean;
}

export interface Death {
  readonly issue: number;
  /** Nonce of the claim. */
  readonly claim: string;
  /** How many attempts of the run were ours when it was judged; a finalize may have been started again since. */
  readonly reruns: number;
  readonly result: Result;
}
