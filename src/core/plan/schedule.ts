import type { Configuration } from "../configuration.ts";
import { listFullMachines } from "../fleet/full-machines.ts";
import { listRecentStarts, startsAgainAt } from "../fleet/start-limit.ts";
import { isTargetReached } from "../journal/fold-fleet.ts";
import type { FleetPause, FleetRecord } from "../journal/records.ts";
import { pathsOverlap } from "../text/declared-paths.ts";
import { isAfter } from "../text/instant.ts";
import type { ScheduleReason } from "./reasons.ts";
import { findFreeSlots, listSlots, type Slot } from "./slots.ts";

/** A session that a tick may claim. */
export interface Start {
  readonly issue: number;
  readonly slot: string;
  readonly machine: string;
}

/** An issue that only a slot is missing for. */
export interface Candidate {
  readonly issue: number;
  /** Patterns of the files that it says it will touch; empty = unknown, never waits for others. */
  readonly paths: readonly string[];
  /** It has an open pull request already, so that its next one adds none. */
  readonly hasPullRequest: boolean;
}

/** What limits the starts of one moment. */
export interface StartLimits {
  readonly configuration: Pick<
    Configuration,
    "machines" | "maxParallel" | "maxOpenPullRequests" | "avoidOverlap" | "startsPerActor"
  >;
  readonly fleet: FleetRecord;
  /** Tip of the base branch: a pause for a red base ends when it moves [N29]. */
  readonly headSha: string;
  readonly now: string;
  readonly credential: "present" | "missing";
  /** Requests that are left this hour, when that is too few to start anything. */
  readonly lowBudget?: LowBudget | undefined;
  readonly isOrderViolated: boolean;
  readonly busySlots: Iterable<string>;
  readonly openPullRequests: number;
  /** Issues with a live claim. */
  readonly live: readonly Candidate[];
}

/** So few requests are left that a tick only reads [F34]. */
export interface LowBudget {
  readonly remaining: number;
  readonly floor: number;
}

/** Returns what is left when it is below the floor, else `undefined`. */
export function lowBudget(remaining: number | undefined, floor: number): LowBudget | undefined {
  return remaining !== undefined && remaining < floor ? { remaining, floor } : undefined;
}

export interface Schedule {
  readonly starts: readonly Start[];
  /** Why each candidate is started, or not yet. */
  readonly reasons: ReadonlyMap<number, ScheduleReason>;
}

/** What is asked about one candidate, and only when a slot is left for it. */
export interface CandidateQuestions {
  /** An objection to it for a reason of its own. */
  readonly refuse?: (issue: number) => ScheduleReason | undefined;
  /** The machine whose free slots it gets before others; `undefined` = the first free slot [N11]. */
  readonly prefer?: (issue: number) => string | undefined;
  /** Whose start it would be; `undefined` = it goes on with what was started before [N26]. */
  readonly starter?: (issue: number) => string | undefined;
}

/**
 * Fills the free slots with the candidates, which come in order. Never more than the free slots:
 * Actions queues are first in, first out, and a late P0 would wait behind them [N09, F52].
 */
export function scheduleStarts(
  candidates: readonly Candidate[],
  limits: StartLimits,
  { refuse, prefer, starter }: CandidateQuestions = {},
): Schedule {
  const { free, allowed, busy, offline } = findFreeSlots(
    limits.configuration,
    limits.busySlots,
    listUnusable(limits),
  );
  const halt = fleetHalt(limits);
  const taken: Candidate[] = [...limits.live];
  const starts: Start[] = [];
  let left = free;
  const reasons = new Map<number, ScheduleReason>();
  let waiting = 0;
  const turns = new Turns(limits);
  for (const candidate of candidates) {
    const reason =
      halt ??
      (starts.length >= allowed
        ? ({
            type: "no-free-slot",
            position: waiting + 1,
            busy: busy + starts.length,
            offline,
          } as const)
        : (refuse?.(candidate.issue) ??
          turns.refuse(starter?.(candidate.issue)) ??
          collision(candidate, taken, limits)));
    const slot = reason === undefined ? pickSlot(left, prefer?.(candidate.issue)) : undefined;
    if (reason !== undefined || slot === undefined) {
      waiting += reason?.type === "no-free-slot" ? 1 : 0;
      reasons.set(candidate.issue, reason ?? { type: "decided-elsewhere" });
      continue;
    }
    left = left.filter((one) => one !== slot);
    taken.push(candidate);
    turns.take(starter?.(candidate.issue));
    starts.push({ issue: candidate.issue, ...slot });
    reasons.set(candidate.issue, { type: "starting", slot: slot.slot });
  }
  return { starts, reasons };
}

/** What each person may still start, while a tick counts what it starts. */
class Turns {
  readonly #limits: StartLimits;
  readonly #starts: Map<string, readonly string[]>;

  constructor(limits: StartLimits) {
    this.#limits = limits;
    this.#starts = new Map(listRecentStarts(limits.fleet, limits.now));
  }

  refuse(by: string | undefined): ScheduleReason | undefined {
    const { configuration } = this.#limits;
    const until = by === undefined ? undefined : startsAgainAt(by, this.#starts, configuration);
    return by === undefined || until === undefined
      ? undefined
      : { type: "start-limit", by, limit: configuration.startsPerActor, until };
  }

  take(by: string | undefined): void {
    if (by !== undefined) {
      this.#starts.set(by, [...(this.#starts.get(by) ?? []), this.#limits.now]);
    }
  }
}

/** Slots that nothing is put on now, although nobody works there. */
function listUnusable({ fleet, configuration, now }: StartLimits): readonly string[] {
  const full = new Set(listFullMachines(fleet, now).map(({ machine }) => machine));
  const onFull = listSlots(configuration.machines).filter(({ machine }) => full.has(machine));
  return [...fleet.offline, ...onFull].map(({ slot }) => slot);
}

function pickSlot(free: readonly Slot[], machine: string | undefined): Slot | undefined {
  const preferred = machine === undefined ? undefined : free.find((one) => one.machine === machine);
  return preferred ?? free[0];
}

/** What keeps every candidate from starting. */
function fleetHalt(limits: StartLimits): ScheduleReason | undefined {
  const pause = activePause(limits.fleet, limits.now, limits.headSha);
  if (pause !== undefined) {
    const { reason, until, detail } = pause;
    return { type: "paused", reason, until, detail };
  }
  if (limits.fleet.target !== undefined && isTargetReached(limits.fleet)) {
    return { type: "target-reached", count: limits.fleet.target.count };
  }
  if (limits.credential === "missing") {
    return { type: "credential-missing" };
  }
  if (limits.lowBudget !== undefined) {
    return { type: "api-floor", ...limits.lowBudget };
  }
  return limits.isOrderViolated ? { type: "order-violated" } : undefined;
}

/** The pause that holds now; `undefined` when there is none, or when it ended by itself [F55]. */
export function activePause(
  fleet: FleetRecord,
  now: string,
  headSha: string,
): FleetPause | undefined {
  const { pause } = fleet;
  if (pause === undefined || (pause.until !== undefined && !isAfter(pause.until, now))) {
    return undefined;
  }
  const hasMoved = pause.baseSha !== undefined && pause.baseSha !== headSha;
  return pause.reason === "base-red" && hasMoved ? undefined : pause;
}

function collision(
  candidate: Candidate,
  taken: readonly Candidate[],
  limits: StartLimits,
): ScheduleReason | undefined {
  const cap = limits.configuration.maxOpenPullRequests;
  const open =
    limits.openPullRequests + taken.filter(({ hasPullRequest }) => !hasPullRequest).length;
  if (!candidate.hasPullRequest && open >= cap) {
    return { type: "open-pull-request-cap", open, cap };
  }
  const other = limits.configuration.avoidOverlap
    ? taken.find(({ paths }) => pathsOverlap(paths, candidate.paths))
    : undefined;
  return other === undefined ? undefined : { type: "overlap", issue: other.issue };
}
