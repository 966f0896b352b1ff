import type { Chance } from "./chance.ts";
import type { Timeline } from "./timeline.ts";

/** What a request or a push can come to, besides working at once. */
export type Trouble = "refused" | "answer-lost";

/** How unkind the world is to the processes of a history; all are probabilities of one call. */
export interface Weather {
  /** Share of the processes that die at some call. */
  readonly crash: number;
  readonly refuse: number;
  readonly loseAnswer: number;
  readonly refuseReading: number;
  /** Share of the calls that take minutes. */
  readonly slow: number;
}

export const FAIR: Weather = { crash: 0, refuse: 0, loseAnswer: 0, refuseReading: 0, slow: 0 };

/** A process that dies does so at one of its first calls. */
const MAX_DEADLY_CALL = 14;

/** A call was refused or its answer was lost: 403, 429, 5xx, a broken connection. */
export class CallError extends Error {
  override readonly name = "CallError";
}

export interface TaskHooks {
  readonly timeline: Timeline;
  readonly note: (who: string, what: string) => void;
  readonly count: (fault: string) => void;
  /** The process died at a call. */
  readonly died: (task: Task) => void;
}

/**
 * One process of a job. Each of its calls takes virtual time, in which everything else goes on; it
 * may fail, and the process may die before or after it. A dead process never goes on: its promise
 * stays open, so no error handling acts as if it lived.
 */
export class Task {
  isDead = false;
  calls = 0;
  readonly name: string;
  readonly chance: Chance;
  readonly #hooks: TaskHooks;
  readonly #weather: () => Weather;
  readonly #deadly: { readonly call: number; readonly when: "before" | "after" } | undefined;

  constructor(name: string, chance: Chance, weather: () => Weather, hooks: TaskHooks) {
    this.name = name;
    this.chance = chance;
    this.#hooks = hooks;
    this.#weather = weather;
    const call = chance.whole(1, MAX_DEADLY_CALL);
    const when = chance.is(0.5) ? "before" : "after";
    this.#deadly = chance.is(weather().crash) ? { call, when } : undefined;
  }

  kill(): void {
    this.isDead = true;
  }

  /** Whether calls of this process can fail at all. */
  get canFail(): boolean {
    return this.#weather().refuse > 0;
  }

  note(what: string): void {
    this.#hooks.note(this.name, what);
  }

  /** Waits; a process that dies meanwhile never returns. */
  async wait(seconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#hooks.timeline.in(seconds, () => {
        if (!this.isDead) {
          resolve();
        }
      });
    });
  }

  /** A reading: it may fail. */
  async read<T>(what: string, work: () => T): Promise<T> {
    await this.#begin(what);
    if (this.chance.is(this.#weather().refuseReading)) {
      this.#fault("reading-failed", what);
      throw new CallError(`${what}: 503`);
    }
    const value = work();
    await this.#end(what);
    return value;
  }

  /** A write: it may be refused, or be done and its answer lost. */
  async write<T>(
    what: string,
    work: () => T,
  ): Promise<{ readonly value: T | undefined; readonly trouble: Trouble | undefined }> {
    await this.#begin(what);
    const { refuse, loseAnswer } = this.#weather();
    const drawn = this.chance.next();
    if (drawn < refuse) {
      this.#fault("write-refused", what);
      return { value: undefined, trouble: "refused" };
    }
    const value = work();
    await this.#end(what);
    if (drawn < refuse + loseAnswer) {
      this.#fault("answer-lost", what);
      return { value, trouble: "answer-lost" };
    }
    return { value, trouble: undefined };
  }

  async #begin(what: string): Promise<void> {
    const { slow } = this.#weather();
    const isSlow = this.chance.is(slow);
    const seconds = isSlow ? this.chance.between(30, 400) : this.chance.between(0.1, 3);
    await this.wait(seconds);
    this.calls += 1;
    await this.#dieAt("before", what);
  }

  async #end(what: string): Promise<void> {
    await this.#dieAt("after", what);
  }

  async #dieAt(when: "before" | "after", what: string): Promise<void> {
    if (
      this.#deadly?.call === this.calls &&
      this.#deadly.when === when &&
      this.#weather().crash > 0
    ) {
      this.#fault("process-died", `${when} ${what}`);
      this.isDead = true;
      this.#hooks.died(this);
      await new Promise<void>(() => undefined);
    }
  }

  #fault(kind: string, what: string): void {
    this.#hooks.count(kind);
    this.note(`${kind}: ${what}`);
  }
}
