import type { Leg } from "./runs.ts";

interface Waiting {
  readonly leg: Leg;
  readonly start: () => void;
}

/** The concurrency groups of the slots: one job each, the others wait in their order (`queue: max`). */
export class SlotGroups {
  readonly #holders = new Map<string, Leg>();
  readonly #waiting = new Map<string, Waiting[]>();

  enter(leg: Leg, start: () => void): void {
    const { slot } = leg.claim;
    const waiting = this.#waiting.get(slot) ?? [];
    this.#waiting.set(slot, [...waiting, { leg, start }]);
    this.#next(slot);
  }

  leave(leg: Leg): void {
    const { slot } = leg.claim;
    if (this.#holders.get(slot) === leg) {
      this.#holders.delete(slot);
    }
    this.#next(slot);
  }

  /** A job that waits is cancelled. */
  remove(leg: Leg): void {
    const { slot } = leg.claim;
    const waiting = this.#waiting.get(slot) ?? [];
    this.#waiting.set(
      slot,
      waiting.filter((one) => one.leg !== leg),
    );
  }

  #next(slot: string): void {
    const [first, ...others] = this.#waiting.get(slot) ?? [];
    if (first !== undefined && !this.#holders.has(slot)) {
      this.#waiting.set(slot, others);
      this.#holders.set(slot, first.leg);
      first.start();
    }
  }
}
