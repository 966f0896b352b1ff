import { createHash } from "node:crypto";

import { parseEvent } from "../../src/core/text/journal-event.ts";
import { TreeFold } from "../../src/core/text/tree-fold.ts";
import type { JournalCommit } from "./journal-commits.ts";

/** What was found, and how much was looked at. */
export interface CheckedJournal {
  readonly events: number;
  readonly issues: number;
  /** Sentences; none = every tree is the fold of the events up to it. */
  readonly differences: readonly string[];
}

/**
 * Compares the tree of every event, byte for byte, with the fold of all events up to it. Only what
 * each event changes is looked at, so that the time of one does not grow with the journal. Ends at
 * the first event that cannot be read: nothing behind it could be folded.
 */
export async function checkCommits(commits: AsyncIterable<JournalCommit>): Promise<CheckedJournal> {
  const checker = new CommitChecker();
  for await (const commit of commits) {
    if (!checker.check(commit)) {
      break;
    }
  }
  return checker.result;
}

class CommitChecker {
  readonly #fold = new TreeFold();
  /** The object of each file as the events say it, by path. */
  readonly #objects = new Map<string, string>();
  readonly #differences: string[] = [];
  #events = 0;
  #last: string | undefined;

  get result(): CheckedJournal {
    const issues = this.#fold.state.issues.size;
    return { events: this.#events, issues, differences: this.#differences };
  }

  /** Returns whether there is any use in going on. */
  check({ sha, parents, message, files }: JournalCommit): boolean {
    const event = parseEvent(message);
    if ("error" in event) {
      this.#differences.push(`The event ${sha} cannot be read: ${event.error}.`);
      return false;
    }
    this.#events += 1;
    if (event.seq !== this.#events) {
      this.#differences.push(`Event ${this.#events} (${sha}) has the number ${event.seq}.`);
    }
    if (parents.join(" ") !== (this.#last ?? "")) {
      this.#differences.push(`Event ${this.#events} (${sha}) does not follow the one before.`);
    }
    this.#last = sha;
    const expected = new Map<string, string | undefined>();
    for (const [path, text] of this.#fold.add(event)) {
      const object = text === undefined ? undefined : blobHash(text, sha.length);
      if (this.#objects.get(path) !== object) {
        expected.set(path, object);
        this.#remember(path, object);
      }
    }
    this.#compare(sha, expected, files);
    return true;
  }

  #remember(path: string, object: string | undefined): void {
    if (object === undefined) {
      this.#objects.delete(path);
    } else {
      this.#objects.set(path, object);
    }
  }

  #compare(
    sha: string,
    expected: Map<string, string | undefined>,
    files: JournalCommit["files"],
  ): void {
    for (const { path, mode, object } of files) {
      const isOurs = object === undefined || mode === "100644";
      if (!isOurs || !expected.has(path) || expected.get(path) !== object) {
        this.#report(path, sha);
      }
      expected.delete(path);
    }
    for (const path of expected.keys()) {
      this.#report(path, sha);
    }
  }

  #report(path: string, sha: string): void {
    this.#differences.push(
      `${path} is not what the events say, in event ${this.#events} (${sha}).`,
    );
  }
}

/** The name that git gives a file with this text. */
function blobHash(text: string, hashLength: number): string {
  return createHash(hashLength === 64 ? "sha256" : "sha1")
    .update(`blob ${Buffer.byteLength(text)}\0`)
    .update(text)
    .digest("hex");
}
