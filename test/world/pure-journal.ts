import type { JournalEvent } from "../../src/core/journal/events.ts";
import { applyEvent, EMPTY_JOURNAL } from "../../src/core/journal/fold.ts";
import type { JournalState } from "../../src/core/journal/records.ts";
import type { Appended, BranchUpdate, DecideFact, Journal } from "../../src/ports/journal.ts";

/** The journal as a list of events in memory, with the branches that landed together with them. */
export class PureJournal implements Journal {
  readonly events: JournalEvent[] = [];
  readonly branches = new Map<string, string>();
  state: JournalState = EMPTY_JOURNAL;
  now = "2026-11-20T09:00:00Z";
  /** Runs between reading the tip and pushing, once: another writer may append in it. */
  interloper: (() => void) | undefined;

  async read(): Promise<JournalState> {
    return this.state;
  }

  async append(decide: DecideFact, alongside?: BranchUpdate): Promise<Appended | undefined> {
    for (;;) {
      const tip = this.state;
      const fact = decide(tip);
      if (fact === undefined) {
        return undefined;
      }
      const { interloper } = this;
      this.interloper = undefined;
      interloper?.();
      if (tip === this.state) {
        return this.#land(fact, alongside);
      }
    }
  }

  /** Appends without asking: what another writer did. */
  force(fact: JournalEvent["fact"]): Appended {
    return this.#land(fact, undefined);
  }

  #land(fact: JournalEvent["fact"], alongside: BranchUpdate | undefined): Appended {
    const seq = this.state.seq + 1;
    const stamp = { at: this.now, runId: 1, runAttempt: 1, nonce: `event-${seq}` };
    const event = { seq, stamp, fact };
    this.events.push(event);
    this.state = applyEvent(this.state, event);
    if (alongside !== undefined) {
      this.branches.set(alongside.branch, alongside.sha);
    }
    return { event, state: this.state };
  }
}
