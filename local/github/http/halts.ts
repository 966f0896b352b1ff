import type { Viewer } from "../domain/access.ts";
import type { Hub } from "../domain/hub.ts";

/** A request of a job that is to be held, so that the job can be killed at that very moment. */
export interface Halt {
  /** A regular expression for the names of the jobs whose requests count. */
  readonly jobPattern: string;
  /** What counts: only what changes something (pushes included), or every request. */
  readonly counts: "writes" | "requests";
  /** Which of them is held, from 1. */
  readonly number: number;
  /** Before it is handled, or after that and before it is answered. */
  readonly when: "before" | "after";
}

/** A request that waits. */
export interface Halted {
  readonly jobId: number;
  readonly jobName: string;
  readonly operation: string;
}

/** Thrown where a held request ends: its client learns nothing any more. */
export class DroppedRequest extends Error {}

/** Holds the one request that a {@link Halt} names, until it is dropped. */
export class Halts {
  #halt: Halt | undefined;
  #counted = 0;
  #halted: Halted | undefined;
  readonly #listeners = new Set<() => void>();
  #drop: () => void = () => undefined;

  /** Begins to count from 1. */
  arm(halt: Halt): void {
    this.drop();
    this.#halt = halt;
    this.#counted = 0;
  }

  /** Lets the held request end without an answer, and holds no other. */
  drop(): void {
    this.#halt = undefined;
    this.#halted = undefined;
    this.#drop();
  }

  /** Waits up to `seconds` for a request to be held. */
  async halted(seconds: number): Promise<Halted | undefined> {
    if (this.#halted === undefined && seconds > 0) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          this.#listeners.delete(done);
          resolve();
        };
        const timer = setTimeout(done, seconds * 1000);
        this.#listeners.add(done);
      });
    }
    return this.#halted;
  }

  /**
   * Called before a request is handled; what it returns is called after that, before the answer.
   * Both throw {@link DroppedRequest} when this was the one to hold.
   */
  async pass(
    hub: Hub,
    viewer: Viewer,
    operation: string,
    isWrite: boolean,
  ): Promise<() => Promise<void>> {
    const job = viewer.kind === "job" ? hub.state.jobs.get(viewer.jobId) : undefined;
    const halt = this.#halt;
    const isMeant =
      halt !== undefined &&
      job !== undefined &&
      (isWrite || halt.counts === "requests") &&
      new RegExp(halt.jobPattern).test(job.name);
    if (!isMeant || (this.#counted += 1) !== halt.number) {
      return async () => undefined;
    }
    const hold = async (): Promise<void> => {
      await this.#hold({ jobId: job.id, jobName: job.name, operation });
    };
    if (halt.when === "after") {
      return hold;
    }
    await hold();
    return async () => undefined;
  }

  async #hold(halted: Halted): Promise<never> {
    const dropped = new Promise<void>((resolve) => {
      this.#drop = resolve;
    });
    this.#halted = halted;
    for (const listener of this.#listeners) {
      listener();
    }
    await dropped;
    throw new DroppedRequest(halted.operation);
  }
}
