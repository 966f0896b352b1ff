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
import { branchName } from "../world/pure-journal.ts";
import { CallError, type Task } from "./task.ts";
import type { Timeline } from "./timeline.ts";

/** The real one gives up after a minute of lost pushes. */
const MAX_TRIES = 12;

export interface Landed {
  readonly event: JournalEvent;
  readonly before: JournalState;
  readonly after: JournalState;
  readonly by: Task;
}

export interface RefMove {
  readonly name: string;
  /** `undefined` = it did not exist. */
  readonly from: string | undefined;
  readonly to: string;
}

export interface SharedJournalOptions {
  readonly timeline: Timeline;
  readonly branches: Map<string, string>;
  readonly onLanded: (landed: Landed) => void;
  /** A push moves a ref that lies beside the journal. */
  readonly onMoving: (move: RefMove) => void;
  readonly onRead: (task: Task) => void;
  readonly fold?: typeof applyEvent;
  /** Whether a push lands although somebody else was faster. */
  readonly ignoresLease?: boolean;
}

/** The journal on the remote: what all processes of all jobs push to. */
export class SharedJournal {
  state: JournalState = EMPTY_JOURNAL;
  readonly events: JournalEvent[] = [];
  readonly #options: SharedJournalOptions;

  constructor(options: SharedJournalOptions) {
    this.#options = options;
  }

  /** The repository's branches. */
  get branches(): ReadonlyMap<string, string> {
    return this.#options.branches;
  }

  /** The journal as one process of a run reaches it: over a network, by git. */
  connect(task: Task, run: { readonly runId: number; readonly runAttempt: number }): Journal {
    return {
      read: () =>
        task.read("journal fetch", () => {
          this.#options.onRead(task);
          return this.state;
        }),
      append: (decide, alongside) => this.#append(task, run, decide, alongside),
    };
  }

  async #append(
    task: Task,
    run: { readonly runId: number; readonly runAttempt: number },
    decide: DecideFact,
    alongside: RefUpdate | undefined,
  ): Promise<Appended | undefined> {
    let tip = await task.read("journal fetch", () => this.state);
    for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
      const fact = decide(tip);
      if (fact === undefined) {
        return undefined;
      }
      const event = this.#eventOf(
        fact,
        tip,
        run,
        `${task.name}-${task.calls}`.replaceAll(/[^\w-]|_/g, "-"),
      );
      const push = await task.write(`journal push ${fact.type}`, () =>
        this.#push(event, tip, alongside, task),
      );
      if (push.trouble === undefined && push.value !== undefined) {
        return { event, state: push.value };
      }
      const next = await task.read("journal fetch", () => this.state);
      if (this.events[event.seq - 1] === event) {
        return { event, state: this.#options.fold?.(tip, event) ?? applyEvent(tip, event) };
      }
      if (next === tip && alongside !== undefined) {
        this.#checkRef(alongside);
      }
      tip = next;
    }
    throw new CallError("The journal took no event for 60 s.");
  }

  #eventOf(
    fact: JournalFact,
    tip: JournalState,
    run: { readonly runId: number; readonly runAttempt: number },
    nonce: string,
  ): JournalEvent {
    const stamp = { at: this.#options.timeline.now(), ...run, nonce };
    return { seq: tip.seq + 1, stamp, fact };
  }

  /** Returns the new state; `undefined` = the lease does not hold. */
  #push(
    event: JournalEvent,
    tip: JournalState,
    alongside: RefUpdate | undefined,
    by: Task,
  ): JournalState | undefined {
    const { branches, fold = applyEvent, ignoresLease = false, onLanded, onMoving } = this.#options;
    const isBranchThere =
      alongside === undefined || branches.get(branchName(alongside.ref)) === alongside.expected;
    if ((tip !== this.state && !ignoresLease) || !isBranchThere) {
      by.note("lost the push");
      return undefined;
    }
    if (alongside !== undefined) {
      const name = branchName(alongside.ref);
      onMoving({ name, from: branches.get(name), to: alongside.sha });
      branches.set(name, alongside.sha);
    }
    const before = this.state;
    this.state = fold(tip, event);
    this.events.push(event);
    onLanded({ event, before, after: this.state, by });
    return this.state;
  }

  #checkRef({ ref, expected }: RefUpdate): void {
    if (this.#options.branches.get(branchName(ref)) !== expected) {
      throw new RefMovedError(`${ref} is not where it was expected; nothing was pushed.`);
    }
  }
}
