import type { Clock } from "../../src/ports/clock.ts";

/** Time that moves only when a test moves it. */
export class PureClock implements Clock {
  #ms: number;

  constructor(now = "2026-11-20T09:00:00Z") {
    this.#ms = Date.parse(now);
  }

  now(): string {
    return format(this.#ms);
  }

  after(minutes: number): string {
    return format(this.#ms + minutes * 60_000);
  }

  advance(minutes: number): void {
    this.#ms += minutes * 60_000;
  }
}

function format(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}
