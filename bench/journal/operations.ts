import { checkCommits } from "../../scripts/journal/check-commits.ts";
import { readJournalCommits } from "../../scripts/journal/journal-commits.ts";
import { type Contestant, newFetchedRepository, type Participant } from "./contestants.ts";
import { JOURNAL_REF, type JournalPlace, newRepository } from "./journal-site.ts";
import { type Laps, timeLaps } from "./laps.ts";
import { runGit } from "./raw-git.ts";

export const OPERATIONS = [
  "first fetch",
  "no-op fetch, read all",
  "nothing new",
  "one event more",
  "append",
  "eight writers",
  "check",
] as const;

export type Operation = (typeof OPERATIONS)[number];

/** What a measurement found. */
export interface Measured extends Laps {
  /** Decisions for each event that landed, on average: 1 = nobody lost a push. */
  readonly decisions: number | undefined;
}

export const WRITERS = 8;

/**
 * Does one operation again and again and looks at what came of it, untimed. Throws when that is
 * wrong: a read that misses an issue, an event that did not land, a tree that is no fold.
 */
export async function measureOperation(
  operation: Operation,
  contestant: Contestant,
  place: JournalPlace,
  runs: number,
): Promise<Measured> {
  switch (operation) {
    case "first fetch":
      return await measureReads(place, runs, async () =>
        contestant.enter(place, await newRepository(place)),
      );
    case "no-op fetch, read all": {
      const repository = await newFetchedRepository(place, contestant);
      // Each time a new participant: a tick is one, and has read nothing before.
      return await measureReads(place, runs, () => contestant.enter(place, repository));
    }
    case "nothing new": {
      const reader = await newReader(contestant, place);
      return await measureReads(place, runs, () => reader);
    }
    case "one event more": {
      const reader = await newReader(contestant, place);
      const other = await newReader(contestant, place);
      return await measureReads(place, runs, async () => {
        await other.append(1);
        return reader;
      });
    }
    case "append":
      return await measureAppends(contestant, place, runs, 1);
    case "eight writers":
      return await measureAppends(contestant, place, runs, WRITERS);
    case "check":
      return await measureCheck(contestant, place, runs);
  }
}

async function newReader(contestant: Contestant, place: JournalPlace): Promise<Participant> {
  const reader = contestant.enter(place, await newFetchedRepository(place, contestant));
  await reader.read();
  return reader;
}

async function measureReads(
  place: JournalPlace,
  runs: number,
  prepare: () => Participant | Promise<Participant>,
): Promise<Measured> {
  const laps = await timeLaps(runs, prepare, async (reader) => {
    const issues = await reader.read();
    if (issues !== place.size.issues) {
      throw new Error(`A read found ${issues} of ${place.size.issues} issues.`);
    }
  });
  return { ...laps, decisions: undefined };
}

/** So many writers, who all know the tip, append one event each at the same moment. */
async function measureAppends(
  contestant: Contestant,
  place: JournalPlace,
  runs: number,
  writerCount: number,
): Promise<Measured> {
  const writers: Participant[] = [];
  while (writers.length < writerCount) {
    writers.push(await newReader(contestant, place));
  }
  const { repository } = place;
  const before = await countEvents(repository, contestant.ref);
  let decisions = 0;
  const laps = await timeLaps(
    runs,
    () => writers,
    async () => {
      const counts = await Promise.all(writers.map((writer, index) => writer.append(index + 1)));
      decisions += counts.reduce((sum, count) => sum + count, 0);
    },
  );
  const landed = (await countEvents(repository, contestant.ref)) - before;
  if (landed !== runs * writerCount) {
    throw new Error(`${landed} of ${runs * writerCount} events landed.`);
  }
  return { ...laps, decisions: decisions / landed };
}

async function countEvents(repository: string, ref: string): Promise<number> {
  return Number(await runGit(repository, ["rev-list", "--count", ref]));
}

/** Ours folds and compares; raw git says what ours reads for it. */
async function measureCheck(
  { name }: Contestant,
  { repository, size }: JournalPlace,
  runs: number,
): Promise<Measured> {
  const laps = await timeLaps(
    runs,
    () => readJournalCommits(repository, JOURNAL_REF),
    async (commits) => {
      if (name === "raw git") {
        for await (const { sha } of commits) {
          if (sha === "") {
            throw new Error("A commit has no name.");
          }
        }
        return;
      }
      const { events, differences } = await checkCommits(commits);
      if (events < size.events || differences.length > 0) {
        throw new Error(`${events} events and ${differences.length} differences.`);
      }
    },
  );
  return { ...laps, decisions: undefined };
}
