import type { Clock } from "../../src/ports/clock.ts";

interface Due {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
  isCancelled: boolean;
}

const START_MS = Date.parse("2026-11-20T09:00:00Z");

/** Virtual time: what is due happens in its order, and time is what the next thing says. */
export class Timeline implements Clock {
  /** Milliseconds since 1970. */
  nowMs = START_MS;
  steps = 0;
  #order = 0;
  /** Sorted, the next one last. */
  readonly #queue: Due[] = [];

  /** In whole seconds, as GitHub gives them. */
  now(): string {
    return format(this.nowMs);
  }

  after(minutes: number): string {
    return format(this.nowMs + minutes * 60_000);
  }

  get seconds(): number {
    return (this.nowMs - START_MS) / 1_000;
  }

  /** Does something so many seconds from now; the returned function calls it off. */
  in(seconds: number, act: () => void): () => void {
    const due: Due = {
      at: this.nowMs + Math.max(0, Math.round(seconds * 1_000)),
      order: (this.#order += 1),
      act,
      isCancelled: false,
    };
    let index = this.#queue.length;
    while (index > 0 && isBefore(this.#queue[index - 1], due)) {
      index -= 1;
    }
    this.#queue.splice(index, 0, due);
    return () => {
      due.isCancelled = true;
    };
  }

  /** Lets the next thing happen, with everything that follows from it at once; false = nothing is due. */
  async step(): Promise<boolean> {
    const due = this.#queue.pop();
    if (due === undefined) {
      return false;
    }
    if (!due.isCancelled) {
      this.nowMs = Math.max(this.nowMs, due.at);
      this.steps += 1;
      due.act();
      await settled();
    }
    return true;
  }
}

/** Whether `one` is due before `other`. */
function isBefore(one: Due | undefined, other: Due): boolean {
  return (
    one !== undefined && (one.at < other.at || (one.at === other.at && one.order < other.order))
  );
}

/** Every promise that could go on has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function format(ms: number): string {
  return new Date(Math.floor(ms / 1_000) * 1_000).toISOString().replace(".000Z", "Z");
}
