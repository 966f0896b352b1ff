import { Cancellation } from "./cancellation.ts";

export type StopReason = "cancelled" | "timed-out";

/** Says when a running step has to end, and why. */
export class StepWatch {
  readonly #stop = new Cancellation();
  #reason: StopReason | undefined;

  /** `undefined` while the step may go on. */
  get reason(): StopReason | undefined {
    return this.#reason;
  }

  stop(reason: StopReason): void {
    this.#reason ??= reason;
    this.#stop.request();
  }

  onStop(listener: () => void): () => void {
    return this.#stop.onRequest(listener);
  }
}
