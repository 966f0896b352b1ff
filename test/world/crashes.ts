import type { Effect, EffectOutcome } from "../../src/core/effects.ts";
import type { JournalState } from "../../src/core/journal/records.ts";
import type { Appended, RefUpdate, DecideFact, Journal } from "../../src/ports/journal.ts";
import type { World } from "../../src/ports/world.ts";

/** The process died. */
export class Crash extends Error {
  override readonly name = "Crash";
}

export interface CrashPoint {
  /** The how manieth write it dies at, from 1. */
  readonly write: number;
  readonly when: "before" | "after";
}

/**
 * One process that dies at a write: a journal push, or a single effect on GitHub. From then on
 * nothing that it calls does anything, so no error handling can go on as if it lived.
 */
export class DyingProcess {
  /** Writes that it came to, the deadly one included. */
  writes = 0;
  isDead = false;
  readonly world: World;
  readonly journal: Journal;
  readonly #point: CrashPoint | undefined;

  /** Without a point it never dies, and counts. */
  constructor(world: World, journal: Journal, point?: CrashPoint) {
    this.#point = point;
    this.world = {
      readRepository: () => this.#read(() => world.readRepository()),
      observe: (query) => this.#read(() => world.observe(query)),
      readPermissions: (logins) => this.#read(() => world.readPermissions(logins)),
      apply: (effects) => this.#apply(world, effects),
    };
    this.journal = {
      read: () => this.#read<JournalState>(() => journal.read()),
      append: (decide, alongside) => this.#append(journal, decide, alongside),
    };
  }

  #read<T>(work: () => Promise<T>): Promise<T> {
    return this.isDead ? Promise.reject(new Crash()) : work();
  }

  async #apply(world: World, effects: readonly Effect[]): Promise<readonly EffectOutcome[]> {
    const outcomes: EffectOutcome[] = [];
    for (const effect of effects) {
      outcomes.push(...(await this.#write(() => world.apply([effect]))));
    }
    return outcomes;
  }

  async #append(
    journal: Journal,
    decide: DecideFact,
    alongside: RefUpdate | undefined,
  ): Promise<Appended | undefined> {
    // A decision for nothing is no write.
    return decide(await this.journal.read()) === undefined
      ? await this.#read(() => journal.append(decide, alongside))
      : await this.#write(() => journal.append(decide, alongside));
  }

  async #write<T>(work: () => Promise<T>): Promise<T> {
    if (this.isDead) {
      throw new Crash();
    }
    this.writes += 1;
    const isHere = this.writes === this.#point?.write;
    if (isHere && this.#point?.when === "before") {
      this.isDead = true;
      throw new Crash();
    }
    const done = await work();
    if (isHere) {
      this.isDead = true;
      throw new Crash();
    }
    return done;
  }
}
