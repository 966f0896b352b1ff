import type { Work } from "./work-graph.ts";

export const SLOTS = 5;
/** From the decision of a tick to the first second of the session. */
export const LATENCY_SECONDS = 30;

/** What is known when a tick decides. Sets are the simulation's own: read them, keep nothing. */
export interface Moment {
  readonly now: number;
  readonly freeSlots: number;
  /** Arrived, not started, and all that it waits for is done. */
  readonly ready: readonly Work[];
  readonly done: ReadonlySet<number>;
  readonly running: ReadonlySet<number>;
}

export interface Policy {
  readonly name: string;
  /** Ticks only so often; `undefined` = whenever a session ends or an issue arrives. */
  readonly everySeconds: number | undefined;
  /** Returns the issues to start, never more than free slots. */
  readonly decide: (moment: Moment) => readonly number[];
}

export interface Drained {
  readonly makespanSeconds: number;
  /** Share of the time of all slots in which sessions worked, 0 to 1. */
  readonly occupancy: number;
  readonly mostAtOnce: number;
  /** When each issue could have been started, and when it was claimed, by number. */
  readonly readyAt: ReadonlyMap<number, number>;
  readonly claimedAt: ReadonlyMap<number, number>;
}

/** Runs a backlog to its end under a policy. */
export function simulate(work: readonly Work[], policy: Policy): Drained {
  const run = new Run(work);
  for (let now = run.nextTick(-1, policy.everySeconds); now !== undefined;) {
    run.passTo(now);
    run.claim(policy.decide(run.moment(now)), now);
    now = run.nextTick(now, policy.everySeconds);
  }
  return run.drained();
}

class Run {
  readonly #work: readonly Work[];
  readonly #workOf: ReadonlyMap<number, Work>;
  readonly #ends = new Map<number, number>();
  readonly #endedAt = new Map<number, number>();
  readonly #done = new Set<number>();
  readonly #readyAt = new Map<number, number>();
  readonly #claimedAt = new Map<number, number>();
  #makespan = 0;
  #mostAtOnce = 0;

  constructor(work: readonly Work[]) {
    this.#work = work;
    this.#workOf = new Map(work.map((each) => [each.number, each]));
  }

  /** The time of the next tick after `now`; `undefined` when all is done. */
  nextTick(now: number, everySeconds: number | undefined): number | undefined {
    if (this.#done.size === this.#work.length) {
      return undefined;
    }
    if (everySeconds !== undefined) {
      return (Math.floor(now / everySeconds) + 1) * everySeconds;
    }
    const arrivals = this.#work.map(({ arrivesAt }) => arrivesAt).filter((time) => time > now);
    const next = Math.min(...this.#ends.values(), ...arrivals);
    if (!Number.isFinite(next)) {
      throw new TypeError("Nothing runs, nothing arrives, and not everything is done.");
    }
    return next;
  }

  /** Ends what has ended by `now`. */
  passTo(now: number): void {
    for (const [number, end] of [...this.#ends].filter(([, time]) => time <= now)) {
      this.#ends.delete(number);
      this.#endedAt.set(number, end);
      this.#done.add(number);
      this.#makespan = Math.max(this.#makespan, end);
    }
    this.#noteReady(now);
  }

  #noteReady(now: number): void {
    for (const { number, arrivesAt, blockedBy } of this.#work) {
      const ends = blockedBy.map(
        (blocker) => this.#endedAt.get(blocker) ?? Number.POSITIVE_INFINITY,
      );
      const readyAt = Math.max(arrivesAt, ...ends);
      if (readyAt <= now && !this.#readyAt.has(number)) {
        this.#readyAt.set(number, readyAt);
      }
    }
  }

  moment(now: number): Moment {
    return {
      now,
      freeSlots: SLOTS - this.#ends.size,
      ready: this.#work.filter(
        ({ number }) => this.#readyAt.has(number) && !this.#claimedAt.has(number),
      ),
      done: this.#done,
      running: new Set(this.#ends.keys()),
    };
  }

  claim(numbers: readonly number[], now: number): void {
    for (const number of numbers) {
      const work = this.#workOf.get(number);
      const isClaimable = this.#readyAt.has(number) && !this.#claimedAt.has(number);
      if (work === undefined || !isClaimable || this.#ends.size >= SLOTS) {
        throw new TypeError(`A policy started #${number}, which is not ready or has no slot.`);
      }
      this.#claimedAt.set(number, now);
      this.#ends.set(number, now + LATENCY_SECONDS + work.seconds);
    }
    this.#mostAtOnce = Math.max(this.#mostAtOnce, this.#ends.size);
  }

  drained(): Drained {
    const seconds = this.#work.reduce((sum, work) => sum + work.seconds, 0);
    return {
      makespanSeconds: this.#makespan,
      occupancy: seconds / (SLOTS * this.#makespan),
      mostAtOnce: this.#mostAtOnce,
      readyAt: this.#readyAt,
      claimedAt: this.#claimedAt,
    };
  }
}
