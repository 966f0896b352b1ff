import type { JournalEvent } from "../../src/core/journal/events.ts";
import { applyEvent, EMPTY_JOURNAL } from "../../src/core/journal/fold.ts";
import type { JournalState } from "../../src/core/journal/records.ts";
import { parseEvent } from "../../src/core/text/journal-event.ts";
import { parseTree } from "../world/written-tree.ts";
import { readGit } from "./read-git.ts";

const REF = "refs/water-spider/journal";

/** One commit of the journal: its event, and its tree as a reader parses it. */
export interface JournalCommit {
  readonly sha: string;
  readonly event: JournalEvent;
  readonly tree: JournalState;
}

/** Reads every commit of the journal with git, oldest first. Throws when one cannot be parsed. */
export async function readJournalCommits(repository: string): Promise<readonly JournalCommit[]> {
  const shas = (await readGit(repository, "rev-list", "--reverse", REF)).split("\n");
  const blobs = new Map<string, string>();
  const commits: JournalCommit[] = [];
  for (const sha of shas) {
    const event = parseEvent(await readGit(repository, "show", "-s", "--format=%B", sha));
    const files = new Map<string, string>();
    for (const line of (await readGit(repository, "ls-tree", "-r", sha)).split("\n")) {
      const [, blob = "", path = ""] = /^\d+ blob ([0-9a-f]+)\t(.+)$/.exec(line) ?? [];
      const text = blobs.get(blob) ?? (await readGit(repository, "cat-file", "blob", blob));
      blobs.set(blob, text);
      files.set(path, text);
    }
    const tree = parseTree(files);
    if ("error" in event || "error" in tree) {
      throw new Error(`${sha}: ${JSON.stringify([event, tree])}`);
    }
    commits.push({ sha, event, tree });
  }
  return commits;
}

/** The state after each event, from the events alone. */
export function foldCommits(commits: readonly JournalCommit[]): readonly JournalState[] {
  let state = EMPTY_JOURNAL;
  return commits.map(({ event }) => (state = applyEvent(state, event)));
}
