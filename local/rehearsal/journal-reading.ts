import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

import * as v from "valibot";

import { runGit } from "./git.ts";
import type { Person } from "./person.ts";

/** What the journal says about an issue, read as anybody can read it: with git. */
export interface JournalFacts {
  readonly attempts: number;
  readonly outcome: string | undefined;
  readonly score: number | undefined;
}

const JOURNAL_REF = "refs/water-spider/journal";

const RESULT = v.object({ outcome: v.string(), score: v.optional(v.number()) });
const RECORD = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ issue: v.number(), attempts: v.number(), result: v.optional(RESULT) }),
);
const HISTORY_LINE = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ issue: v.number(), attempts: v.number(), ...v.partial(RESULT).entries }),
);

/** Fetches the journal's tip into a throw-away repository and reads its tree; empty without one. */
export async function readJournal(
  gitUrl: string,
  person: Person,
  scratch: string,
): Promise<ReadonlyMap<number, JournalFacts>> {
  const cwd = await mkdtemp(join(scratch, "journal-"));
  try {
    await runGit(["init", "--quiet", "--bare"], { cwd });
    const header = `http.extraHeader=${person.gitHeader()}`;
    const found = await runGit(["-c", header, "ls-remote", gitUrl, JOURNAL_REF], { cwd });
    if (found === "") {
      return new Map();
    }
    await runGit(["-c", header, "fetch", "--quiet", "--depth=1", gitUrl, JOURNAL_REF], { cwd });
    const listing = await runGit(["ls-tree", "-r", "--name-only", "FETCH_HEAD"], { cwd });
    const facts = new Map<number, JournalFacts>();
    // History comes first in the alphabet, so a record of the issue itself stands over it.
    for (const path of listing.split("\n").filter((name) => /^(history|issues)\//.test(name))) {
      const text = await runGit(["show", `FETCH_HEAD:${path}`], { cwd });
      for (const [issue, fact] of parseJournalFile(path, text)) {
        facts.set(issue, fact);
      }
    }
    return facts;
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

/** Reads a file of the journal's tree; what is not understood is left out. */
export function parseJournalFile(path: string, text: string): ReadonlyMap<number, JournalFacts> {
  const facts = new Map<number, JournalFacts>();
  if (path.startsWith("history/")) {
    for (const line of text.split("\n").filter((content) => content !== "")) {
      const entry = v.safeParse(HISTORY_LINE, line);
      if (entry.success) {
        const { issue, attempts, outcome, score } = entry.output;
        facts.set(issue, { attempts, outcome, score });
      }
    }
    return facts;
  }
  const record = v.safeParse(RECORD, text);
  if (record.success) {
    const { issue, attempts, result } = record.output;
    facts.set(issue, { attempts, outcome: result?.outcome, score: result?.score });
  }
  return facts;
}
