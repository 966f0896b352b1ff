import type { JournalEvent, JournalFact } from "../core/journal/events.ts";
import type { JournalState } from "../core/journal/records.ts";

/** Decides what to append to the tip that was read, or nothing. May be asked several times. */
export type DecideFact = (tip: JournalState) => JournalFact | undefined;

export interface Appended {
  readonly event: JournalEvent;
  readonly state: JournalState;
}

/** A ref that must land together with an event, or not at all (finalize's first write). */
export interface RefUpdate {
  /** Its full name, for example `refs/heads/feature/issue-12`. */
  readonly ref: string;
  readonly sha: string;
  /** What the ref must point at now; `undefined` = it must not exist. */
  readonly expected: string | undefined;
}

/** The ref that had to land with an event was not where it was expected; nothing landed. */
export class RefMovedError extends Error {
  override readonly name = "RefMovedError";
}

/** The append-only journal of the repository (design section 2). */
export interface Journal {
  read(): Promise<JournalState>;
  /**
   * Appends what `decide` makes of the tip. When another writer was faster, the new tip is read
   * and `decide` is asked again. Returns the event, or `undefined` when `decide` wanted none.
   * Throws `RefMovedError` when the ref alongside is not where it was expected.
   */
  append(decide: DecideFact, alongside?: RefUpdate): Promise<Appended | undefined>;
}
