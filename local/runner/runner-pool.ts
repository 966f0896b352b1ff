import { Deferred } from "./deferred.ts";

/** A machine that takes one job at a time. */
export interface Runner {
  readonly name: string;
  readonly labels: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly hosted: boolean;
}

export interface PendingRunner {
  /** `undefined` when the wish was withdrawn. */
  readonly runner: Promise<Runner | undefined>;
  readonly withdraw: () => void;
}

interface Waiting {
  readonly labels: readonly string[];
  readonly answer: Deferred<Runner | undefined>;
}

/** Hands free runners to waiting jobs, the longest waiting first. */
export class RunnerPool {
  readonly #runners: readonly Runner[];
  readonly #busy = new Set<Runner>();
  #waiting: readonly Waiting[] = [];

  constructor(runners: readonly Runner[]) {
    this.#runners = runners;
  }

  /** Whether any runner, busy or free, carries all the labels. */
  canServe(labels: readonly string[]): boolean {
    return this.#runners.some((runner) => carries(runner, labels));
  }

  acquire(labels: readonly string[]): PendingRunner {
    const waiting: Waiting = { labels, answer: new Deferred() };
    this.#waiting = [...this.#waiting, waiting];
    this.#assign();
    return {
      runner: waiting.answer.promise,
      withdraw: () => {
        if (this.#waiting.includes(waiting)) {
          this.#waiting = this.#waiting.filter((item) => item !== waiting);
          waiting.answer.resolve(undefined);
        }
      },
    };
  }

  release(runner: Runner): void {
    this.#busy.delete(runner);
    this.#assign();
  }

  #assign(): void {
    this.#waiting = this.#waiting.filter((waiting) => {
      const free = this.#runners.find(
        (runner) => !this.#busy.has(runner) && carries(runner, waiting.labels),
      );
      if (free === undefined) {
        return true;
      }
      this.#busy.add(free);
      waiting.answer.resolve(free);
      return false;
    });
  }
}

function carries(runner: Runner, labels: readonly string[]): boolean {
  const own = runner.labels.map((label) => label.toLowerCase());
  return labels.every((label) => own.includes(label.toLowerCase()));
}
