import type { AbortSignalLike } from "../../src/ports/agent.ts";

/** The signal of a job that is cancelled. */
export class StopSignal implements AbortSignalLike {
  aborted = false;
  readonly #listeners: (() => void)[] = [];

  addEventListener(_type: "abort", listener: () => void): void {
    this.#listeners.push(listener);
  }

  abort(): void {
    this.aborted = true;
    for (const listener of this.#listeners.splice(0)) {
      listener();
    }
  }
}
