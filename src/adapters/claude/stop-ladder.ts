import type { ChildProcess } from "node:child_process";

/** How long each step may take before the next one is taken. */
export interface LadderSteps {
  /** Steps: interrupt, end of input, SIGTERM; then SIGKILL. */
  readonly interruptMs: number;
  readonly inputMs: number;
  readonly terminateMs: number;
}

/**
 * SIGKILL after 4.5 s. A cancelled step has 7.5 s: the rest is for the sweep and for the hand-off of
 * the work [F70].
 */
export const LADDER_STEPS: LadderSteps = {
  interruptMs: 2_000,
  inputMs: 1_000,
  terminateMs: 1_500,
};

/** Ends the agent's process: asks first, then insists, then forces. */
export class StopLadder {
  readonly #child: ChildProcess;
  readonly #steps: LadderSteps;
  #timer: NodeJS.Timeout | undefined;

  constructor(child: ChildProcess, steps: LadderSteps) {
    this.#child = child;
    this.#steps = steps;
  }

  /** Asks it to interrupt its turn: then it can still say what the turn cost. */
  interrupt(): void {
    const request = { subtype: "interrupt" };
    const message = { type: "control_request", request_id: "stop", request };
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
    this.#later(this.#steps.interruptMs, () => this.endInput());
  }

  /** Ends its input, after which it has nothing more to wait for. */
  endInput(graceMs = this.#steps.inputMs): void {
    this.#child.stdin?.end();
    this.#later(graceMs, () => this.#terminate());
  }

  /** Ends the whole process group; what left the group is found by the sweep. */
  kill(): void {
    this.leave();
    if (this.#child.pid !== undefined) {
      try {
        process.kill(-this.#child.pid, "SIGKILL");
      } catch {
        // The group is gone already.
      }
    }
  }

  /** Takes no further step. */
  leave(): void {
    clearTimeout(this.#timer);
  }

  #terminate(): void {
    this.#child.kill("SIGTERM");
    this.#later(this.#steps.terminateMs, () => this.kill());
  }

  #later(ms: number, step: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(step, ms);
  }
}
