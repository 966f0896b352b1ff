import type { FeedEvent, State } from "./state.ts";

/** Hands the events of the feed to whoever waits for newer ones. */
export class EventFeed {
  readonly #waiting = new Set<() => void>();

  /** Appends an event and wakes everybody who waits. */
  append(state: State, event: Omit<FeedEvent, "seq" | "id">): void {
    const seq = state.nextSeq++;
    state.events.push({ seq, id: `event-${seq}`, ...event });
    this.wake();
  }

  /** Returns the events after `seq`; waits up to `seconds` for the first one. */
  async after(read: () => State, seq: number, seconds: number): Promise<FeedEvent[]> {
    const newer = (): FeedEvent[] => read().events.filter((event) => event.seq > seq);
    const now = newer();
    if (now.length > 0 || seconds === 0) {
      return now;
    }
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, seconds * 1000);
      this.#waiting.add(done);
    });
    return newer();
  }

  /** Answers everybody who waits, with or without news. */
  wake(): void {
    for (const done of this.#waiting) {
      done();
    }
  }
}
