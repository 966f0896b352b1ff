import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as v from "valibot";

import { startEmbeddedGitHub } from "../../local/github/embedded-github.ts";
import type { Claim } from "../../src/core/journal/records.ts";
import { type JournalCommit, readJournalCommits } from "./journal-commits.ts";
import { REHEARSE, startNode } from "./node-process.ts";
import { ReadBack } from "./read-back.ts";
import { rehearsalDocument, type RehearsalDocument } from "./rehearsal-document.ts";
import { SAMPLE } from "./sample-issues.ts";

const REPOSITORY = `${SAMPLE.repository.owner}/${SAMPLE.repository.name}`;

/** What a rehearsal left behind, to be asked by many tests. */
export interface FinishedRehearsal {
  readonly rehearsal: RehearsalDocument;
  readonly exitCode: number | undefined;
  readonly commits: readonly JournalCommit[];
  /** GitHub as it was at the end, started again from the snapshot that was kept. */
  readonly shown: ReadBack;
  readonly scratch: string;
  readonly outcomeOf: (issue: number) => RehearsalDocument["issues"][number];
  /** What was delivered for an issue; its branch is gone when that is merged. */
  readonly headOf: (issue: { readonly number: number }) => string;
  readonly claims: () => readonly Claim[];
  readonly remove: () => Promise<void>;
}

/** Rehearses once, which takes about a minute, and keeps everything until `remove`. */
export async function rehearse(): Promise<FinishedRehearsal> {
  const scratch = await mkdtemp(join(tmpdir(), "water-spider-read-back-"));
  const { exitCode, stdout, stderr } = await startNode([REHEARSE, "--json", "--keep"]).ended;
  const rehearsal = parseDocument(stdout, stderr);
  const commits = await readJournalCommits(rehearsal.where.repository);
  const github = await startEmbeddedGitHub({ dataDirectory: join(scratch, "github") });
  const kept = await readFile(join(rehearsal.where.folder, "github-snapshot.json"), "utf8");
  await github.restore(JSON.parse(kept));
  await github.addUser({ login: "maintainer", token: "read-back" });
  return {
    rehearsal,
    exitCode,
    commits,
    shown: new ReadBack(github.apiUrl, REPOSITORY, "read-back"),
    scratch,
    outcomeOf: (issue) => outcomeIn(rehearsal, issue),
    headOf: ({ number }) => `refs/pull/${outcomeIn(rehearsal, number).pullRequest ?? 0}/head`,
    claims: () =>
      commits.flatMap(({ event }) => (event.fact.type === "dispatched" ? event.fact.claims : [])),
    remove: async () => {
      await github.stop();
      await rm(rehearsal.where.folder, { recursive: true, force: true, maxRetries: 3 });
      await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function parseDocument(stdout: string, stderr: string): RehearsalDocument {
  try {
    return v.parse(rehearsalDocument, JSON.parse(stdout));
  } catch (error) {
    throw new Error(`No document. It said: ${stderr.slice(-3_000)}`, { cause: error });
  }
}

function outcomeIn(
  rehearsal: RehearsalDocument,
  issue: number,
): RehearsalDocument["issues"][number] {
  const found = rehearsal.issues.find(({ number }) => number === issue);
  if (found === undefined) {
    throw new Error(`The document has no issue #${issue}.`);
  }
  return found;
}
