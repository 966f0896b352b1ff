import type { JournalEvent, JournalFact } from "../../src/core/journal/events.ts";
import { applyEvent, EMPTY_JOURNAL } from "../../src/core/journal/fold.ts";
import type { JournalState } from "../../src/core/journal/records.ts";
import {
  type Appended,
  RefMovedError,
  type RefUpdate,
  type DecideFact,
  type Journal,
} from "../../src/ports/journal.ts";

/** The journal as a list of events in memory, with the branches that landed together with them. */
export class PureJournal implements Journal {
  readonly events: JournalEvent[] = [];
  /** The repository's branches: one push moves them together with the journal. */
  readonly branches: Map<string, string>;
  state: JournalState = EMPTY_JOURNAL;
  now = "2026-11-20T09:00:00Z";
  /**
   * Runs between reading the tip and pushing a fact of this type, once: another writer may append
   * in it, and then the push is lost.
   */
  interloper:
    | { readonly before: JournalFact["type"]; readonly act: () => void | Promise<void> }
    | undefined;

  constructor(branches: Map<string, string> = new Map()) {
    this.branches = branches;
  }

  async read(): Promise<JournalState> {
    return this.state;
  }

  async append(decide: DecideFact, alongside?: RefUpdate): Promise<Appended | undefined> {
    for (;;) {
      const tip = this.state;
      const fact = decide(tip);
      if (fact === undefined) {
        return undefined;
      }
      await this.#interrupt(fact);
      if (tip === this.state) {
        return this.#land(fact, alongside);
      }
    }
  }

  /** Appends without asking: what another writer did. */
  force(fact: JournalFact): Appended {
    return this.#land(fact, undefined);
  }

  /** The facts of one type, oldest first. */
  facts<T extends JournalFact["type"]>(
    type: T,
  ): readonly Extract<JournalFact, { readonly type: T }>[] {
    return this.events.flatMap(({ fact }) => (isOfType(fact, type) ? [fact] : []));
  }

  async #interrupt(fact: JournalFact): Promise<void> {
    const { interloper } = this;
    if (interloper?.before === fact.type) {
      this.interloper = undefined;
      await interloper.act();
    }
  }

  #land(fact: JournalFact, alongside: RefUpdate | undefined): Appended {
    if (alongside !== undefined) {
      const name = branchName(alongside.ref);
      if (this.branches.get(name) !== alongside.expected) {
        throw new RefMovedError(`${name} is not where it was expected; nothing was pushed.`);
      }
      this.branches.set(name, alongside.sha);
    }
    const seq = this.state.seq + 1;
    const stamp = { at: this.now, runId: 1, runAttempt: 1, nonce: `event-${seq}` };
    const event = { seq, stamp, fact };
    this.events.push(event);
    this.state = applyEvent(this.state, event);
    return { event, state: this.state };
  }
}

/** Branches go by their own names, other refs by their full ones. */
export function branchName(ref: string): string {
  return ref.replace(/^refs\/heads\//, "");
}

function isOfType<T extends JournalFact["type"]>(
  fact: JournalFact,
  type: T,
): fact is Extract<JournalFact, { readonly type: T }> {
  return fact.type === type;
}
