import type { EventStamp, JournalEvent } from "../../core/journal/events.ts";
import { applyEvent, EMPTY_JOURNAL } from "../../core/journal/fold.ts";
import type { JournalState } from "../../core/journal/records.ts";
import { formatEvent, parseEvent } from "../../core/text/journal-event.ts";
import {
  formatTreeChanges,
  joinTree,
  parseTreeFile,
  type TreeFile,
} from "../../core/text/journal-tree.ts";
import {
  type Appended,
  type RefUpdate,
  type DecideFact,
  type Journal,
  RefMovedError,
} from "../../ports/journal.ts";
import type { Git, GitOutput } from "./git.ts";
import { tryReadRef } from "./read-branch.ts";
import { TreeReader } from "./tree-reader.ts";

/** How long an append tries before it gives up. */
const MAX_APPEND_MS = 60_000;

const MAX_WAIT_MS = 2_000;

/** Where our own repository keeps the tip that was fetched: what the next fetch need not bring. */
const FETCHED_REF = "refs/fetched/journal";

export interface GitJournalOptions {
  /** A bare repository of this action's own; its credential may push when events are appended. */
  readonly git: Git;
  readonly remoteUrl: string;
  /** `refs/water-spider/journal`. */
  readonly ref: string;
  readonly run: { readonly runId: number; readonly runAttempt: number };
  readonly clock: () => Date;
  readonly newNonce: () => string;
  /** Uniform in [0, 1): spreads writers that lost a push together. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

interface Tip {
  /** `undefined` while there is no journal. */
  readonly commit: string | undefined;
  readonly state: JournalState;
}

/** A push that failed, or whose answer was lost: where the ref is now tells which [F02]. */
interface LostPush {
  readonly commit: string;
  /** The tip that it was made for. */
  readonly onto: string | undefined;
  readonly appended: Appended;
  readonly complaint: string;
}

/** The journal cannot be trusted: the fleet is held until a person has looked (design section 2). */
export class JournalIncidentError extends Error {
  override readonly name = "JournalIncidentError";
}

/** The journal as one git ref: event = commit, tree = state, append = push with lease on the tip. */
export class GitJournal implements Journal {
  readonly #options: GitJournalOptions;
  readonly #reader: TreeReader<TreeFile>;
  /** The tip that was read or written last. */
  #last: Tip = { commit: undefined, state: EMPTY_JOURNAL };
  #isFirstFetch = true;

  constructor(options: GitJournalOptions) {
    this.#options = options;
    this.#reader = new TreeReader(options.git, parseTreeFile);
  }

  async read(): Promise<JournalState> {
    return (await this.#readTip()).state;
  }

  async append(decide: DecideFact, alongside?: RefUpdate): Promise<Appended | undefined> {
    const { clock } = this.#options;
    const startedMs = clock().getTime();
    for (let lost: LostPush | undefined, attempt = 1; ; attempt += 1) {
      const attemptedMs = clock().getTime();
      const tip = await this.#readTip();
      if (lost !== undefined) {
        if (await this.#holds(tip, lost.commit)) {
          return lost.appended;
        }
        if (alongside !== undefined && tip.commit === lost.onto) {
          await this.#checkRef(alongside);
        }
        this.#checkTime(startedMs, attempt, lost);
      }
      const fact = decide(tip.state);
      if (fact === undefined) {
        return undefined;
      }
      const event = readableEvent({ seq: tip.state.seq + 1, stamp: this.#stamp(), fact });
      const state = applyEvent(tip.state, event);
      const commit = await this.#writeCommit(tip, event, state);
      const push = await this.#push(commit, tip, alongside);
      if (push.exitCode === 0) {
        this.#last = { commit, state };
        return { event, state };
      }
      lost = {
        commit,
        onto: tip.commit,
        appended: { event, state },
        complaint: push.stderr.trim(),
      };
      await this.#waitAfter(clock().getTime() - attemptedMs);
    }
  }

  #checkTime(startedMs: number, attempt: number, { complaint }: LostPush): void {
    const { clock, ref } = this.#options;
    if (clock().getTime() - startedMs > MAX_APPEND_MS) {
      throw new Error(
        `The journal ${ref} took no event for ${MAX_APPEND_MS / 1000} s (${attempt - 1} attempts). The last push said: ${complaint}`,
      );
    }
  }

  /**
   * Waits before the tip is read again: what is decided next is decided on a fresh one. Of writers
   * that push together one always lands; the others spread over twice the time that an attempt takes
   * here and now, so that few of them meet again.
   */
  async #waitAfter(attemptMs: number): Promise<void> {
    const { sleep, random } = this.#options;
    await sleep(Math.min(2 * attemptMs, MAX_WAIT_MS) * random());
  }

  #stamp(): EventStamp {
    const { clock, newNonce, run } = this.#options;
    return { at: clock().toISOString(), ...run, nonce: newNonce() };
  }

  async #readTip(): Promise<Tip> {
    const { git, ref } = this.#options;
    const { seq } = this.#last.state;
    if (!(await this.#fetch())) {
      if (seq > 0) {
        throw new JournalIncidentError(`The journal ${ref} vanished after event ${seq}.`);
      }
      return this.#last;
    }
    const commit = await git.run(["rev-parse", FETCHED_REF]);
    if (commit !== this.#last.commit) {
      const state = await this.#readState(commit);
      this.#checkProgress(state.seq);
      this.#last = { commit, state };
    }
    return this.#last;
  }

  /** Brings the ref's tip here; whether there is one. */
  async #fetch(): Promise<boolean> {
    const { git, remoteUrl, ref } = this.#options;
    // Only the first fetch is cut off. Later ones bring the events since: few, and `#holds` needs them.
    const depth = this.#isFirstFetch ? ["--depth=1"] : [];
    const fetch = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", ...depth];
    const fetched = await git.try([...fetch, remoteUrl, `+${ref}:${FETCHED_REF}`]);
    if (fetched.exitCode === 0) {
      this.#isFirstFetch = false;
      return true;
    }
    if ((await tryReadRef(git, remoteUrl, ref)) !== undefined) {
      throw new Error(`The journal ${ref} cannot be fetched: ${fetched.stderr.trim()}`);
    }
    return false;
  }

  async #readState(commit: string): Promise<JournalState> {
    const state = joinTree((await this.#reader.read(commit)).values());
    if ("error" in state) {
      throw new JournalIncidentError(
        `The journal ${this.#options.ref} at ${commit} cannot be read: ${state.error}. Nothing is claimed until it is repaired.`,
      );
    }
    return state;
  }

  /** Throws when a tip that is new to us counts no more events than the last one. */
  #checkProgress(seq: number): void {
    const { ref } = this.#options;
    const last = this.#last.state.seq;
    if (seq < last) {
      throw new JournalIncidentError(
        `The journal ${ref} was rewound from event ${last} to ${seq}. Nothing is claimed until a person has looked.`,
      );
    }
    if (seq === last) {
      throw new JournalIncidentError(
        `The journal ${ref} has another event ${seq} than before. Nothing is claimed until a person has looked.`,
      );
    }
  }

  /** Whether a commit is the tip or lies behind it: then its push landed, whatever it said [F02]. */
  async #holds(tip: Tip, commit: string): Promise<boolean> {
    if (tip.commit === undefined) {
      return false;
    }
    const { git } = this.#options;
    const held = await git.try(["merge-base", "--is-ancestor", commit, tip.commit]);
    return held.exitCode === 0;
  }

  async #checkRef({ ref, expected }: RefUpdate): Promise<void> {
    const { git, remoteUrl } = this.#options;
    const actual = await tryReadRef(git, remoteUrl, ref);
    if (actual !== expected) {
      throw new RefMovedError(
        `${ref} is at ${actual ?? "no commit"}, but was expected at ${expected ?? "no commit"}.`,
      );
    }
  }

  /** Writes the event's commit with one process: only the files that changed travel. */
  async #writeCommit(tip: Tip, event: JournalEvent, state: JournalState): Promise<string> {
    const seconds = Math.floor(Date.parse(event.stamp.at) / 1000);
    const files = [...formatTreeChanges(tip.state, state)];
    const stream = [
      `commit refs/next/${event.stamp.nonce}\nmark :1\n`,
      `committer Water Spider <water-spider@users.noreply.github.com> ${seconds} +0000\n`,
      dataBlock(formatEvent(event)),
      tip.commit === undefined ? "" : `from ${tip.commit}\n`,
      ...files.map(([path, text]) =>
        text === undefined ? `D ${path}\n` : `M 100644 inline ${path}\n${dataBlock(text)}`,
      ),
      "get-mark :1\ndone\n",
    ].join("");
    // From here on a fetch has something to build upon, be it the first event of all.
    this.#isFirstFetch = false;
    return await this.#options.git.run(["fast-import", "--quiet", "--done"], stream);
  }

  async #push(commit: string, tip: Tip, alongside: RefUpdate | undefined): Promise<GitOutput> {
    const { git, remoteUrl, ref } = this.#options;
    const leases = [`--force-with-lease=${ref}:${tip.commit ?? ""}`];
    const refspecs = [`${commit}:${ref}`];
    if (alongside !== undefined) {
      leases.push(`--force-with-lease=${alongside.ref}:${alongside.expected ?? ""}`);
      refspecs.push(`${alongside.sha}:${alongside.ref}`);
    }
    return await git.try(["push", "--porcelain", "--atomic", ...leases, remoteUrl, ...refspecs]);
  }
}

/**
 * Returns the event as everybody will read it, and throws when nobody could: the journal takes
 * nothing else, and its tree is the fold of what its commits say.
 */
function readableEvent(event: JournalEvent): JournalEvent {
  const parsed = parseEvent(formatEvent(event));
  if ("error" in parsed) {
    throw new Error(`The event ${event.fact.type} cannot be journalled: ${parsed.error}`);
  }
  return parsed;
}

function dataBlock(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}
