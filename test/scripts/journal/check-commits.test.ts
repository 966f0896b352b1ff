import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { type Recorded, recordHistory } from "../../../bench/journal/fleet-history.ts";
import { checkCommits } from "../../../scripts/journal/check-commits.ts";
import type { CommittedFile, JournalCommit } from "../../../scripts/journal/journal-commits.ts";
import { formatEvent } from "../../../src/core/text/journal-event.ts";

const HISTORY = [...recordHistory({ issues: 20, events: 120 }, 7)];

function aFile(path: string, text: string | undefined): CommittedFile {
  if (text === undefined) {
    return { path, mode: "000000", object: undefined };
  }
  const hash = createHash("sha1").update(`blob ${Buffer.byteLength(text)}\0${text}`);
  return { path, mode: "100644", object: hash.digest("hex") };
}

function shaOf(seq: number): string {
  return String(seq).padStart(40, "0");
}

function aCommit({ event, files }: Recorded): JournalCommit {
  return {
    sha: shaOf(event.seq),
    parents: event.seq === 1 ? [] : [shaOf(event.seq - 1)],
    message: formatEvent(event),
    files: Array.from(files, ([path, text]) => aFile(path, text)),
  };
}

/** The commits of the history, the one with this number changed. */
async function* commits(
  seq = 0,
  change: (commit: JournalCommit) => Partial<JournalCommit> = () => ({}),
): AsyncGenerator<JournalCommit> {
  for (const recorded of HISTORY) {
    const commit = aCommit(recorded);
    yield recorded.event.seq === seq ? { ...commit, ...change(commit) } : commit;
  }
}

describe("checkCommits", () => {
  it("finds nothing in a journal whose trees are the fold of its events [D1]", async () => {
    const checked = await checkCommits(commits());

    expect(checked).toEqual({ events: 120, issues: 20, differences: [] });
  });

  it.each<readonly [string, (files: readonly CommittedFile[]) => readonly CommittedFile[], string]>(
    [
      [
        "has another text",
        ([, ...rest]) => [aFile("fleet.json", "{}"), ...rest],
        "fleet.json is not",
      ],
      ["was left out", ([, ...rest]) => rest, "fleet.json is not"],
      ["is foreign", (files) => [...files, aFile("README.md", "x")], "README.md is not"],
      [
        "is a link",
        (files) => files.map((file) => ({ ...file, mode: "120000" })),
        "fleet.json is not what the events say, in event 60",
      ],
      [
        "was removed",
        (files) => [...files, aFile("issues/01/1.json", undefined)],
        "issues/01/1.json is not",
      ],
    ],
  )("names a file that %s, and its event", async (_what, change, sentence) => {
    const { differences } = await checkCommits(
      commits(60, ({ files }) => ({ files: change(files) })),
    );

    expect(differences[0]).toContain(sentence);
    expect(differences[0]).toContain("in event 60");
  });

  it("names an event with a wrong number, and one that does not follow the one before", async () => {
    const repeated = HISTORY.find(({ event }) => event.seq === 40)?.event;
    const message = repeated === undefined ? "" : formatEvent({ ...repeated, seq: 41 });

    const numbered = await checkCommits(commits(40, () => ({ message })));
    const grafted = await checkCommits(commits(40, () => ({ parents: [shaOf(38)] })));

    expect(numbered.differences[0]).toBe(`Event 40 (${shaOf(40)}) has the number 41.`);
    expect(grafted.differences).toEqual([
      `Event 40 (${shaOf(40)}) does not follow the one before.`,
    ]);
  });

  it("ends at an event that cannot be read", async () => {
    const checked = await checkCommits(commits(40, () => ({ message: "hello" })));

    expect(checked.events).toBe(39);
    expect(checked.differences).toEqual([
      expect.stringMatching(new RegExp(`^The event ${shaOf(40)} cannot be read: `)),
    ]);
  });
});

describe("recordHistory", () => {
  it("is as long as asked for, names every issue, and is the same for the same seed", () => {
    const paths = new Set(HISTORY.flatMap(({ files }) => [...files.keys()]));
    const again = [...recordHistory({ issues: 20, events: 120 }, 7)];

    expect(HISTORY).toHaveLength(120);
    expect([...paths].filter((path) => path.startsWith("issues/"))).toHaveLength(20);
    expect(again).toEqual(HISTORY);
  });

  it("writes every type of event in time", () => {
    const types = new Set(
      Array.from(recordHistory({ issues: 300, events: 3_000 }, 1), ({ event }) => event.fact.type),
    );

    expect(types.size).toBe(12);
  });
});
