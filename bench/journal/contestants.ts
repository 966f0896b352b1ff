import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { GitJournal } from "../../src/adapters/git/git-journal.ts";
import { Git } from "../../src/adapters/git/git.ts";
import { type JournalPlace, JOURNAL_REF, newRepository, RAW_REF } from "./journal-site.ts";
import { runGit, tryGit } from "./raw-git.ts";

/** A reader and writer of the journal with a repository of its own, as each job has one. */
export interface Participant {
  /** Fetches what is new and reads all of it. Returns how many issues it found. */
  readonly read: () => Promise<number>;
  /** Appends an event that names the issue, and returns how often it was decided. */
  readonly append: (issue: number) => Promise<number>;
}

export interface Contestant {
  readonly name: ContestantName;
  /** The ref that its participants read and write. */
  readonly ref: string;
  /** Begins in a repository, which may hold objects of the journal, and knows nothing else of it. */
  readonly enter: (place: JournalPlace, repository: string) => Participant;
}

export const CONTESTANT_NAMES = ["water-spider", "raw git"] as const;
export type ContestantName = (typeof CONTESTANT_NAMES)[number];

const OURS: Contestant = {
  name: "water-spider",
  ref: JOURNAL_REF,
  enter: ({ url, token, serverUrl }, repository) => {
    const journal = new GitJournal({
      git: new Git({ cwd: repository, token, serverUrl }),
      remoteUrl: url,
      ref: JOURNAL_REF,
      run: { runId: 1, runAttempt: 1 },
      clock: () => new Date(),
      newNonce: randomUUID,
      random: Math.random,
      sleep: (ms) => sleep(ms),
    });
    return {
      read: async () => (await journal.read()).issues.size,
      append: async (issue) => {
        let decisions = 0;
        await journal.append(() => {
          decisions += 1;
          return {
            type: "noticed",
            notices: [{ issue, key: `bench-${randomUUID().slice(0, 8)}` }],
          };
        });
        return decisions;
      },
    };
  },
};

/** The same by plain commands and nothing more: no schema, no fold, no wait after a lost push. */
class RawParticipant implements Participant {
  readonly #place: JournalPlace;
  readonly #repository: string;
  #known = "";

  constructor(place: JournalPlace, repository: string) {
    this.#place = place;
    this.#repository = repository;
  }

  read = async (): Promise<number> => {
    const tip = await this.#fetch();
    if (tip === this.#known) {
      return this.#place.size.issues;
    }
    this.#known = tip;
    const listing = await runGit(this.#repository, ["ls-tree", "-r", tip]);
    const lines = listing.split("\n");
    const objects = lines.map((line) => line.split(/[ \t]/u)[2] ?? "").join("\n");
    await tryGit(this.#repository, ["cat-file", "--buffer", "--batch"], objects);
    return lines.filter((line) => line.includes("\tissues/")).length;
  };

  append = async (issue: number): Promise<number> => {
    for (let decisions = 1; ; decisions += 1) {
      const tip = await this.#fetch();
      const commit = await this.#commit(tip, issue);
      const lease = `--force-with-lease=${RAW_REF}:${tip}`;
      const { url } = this.#place;
      const args = ["push", "--quiet", "--atomic", lease, url, `${commit}:${RAW_REF}`];
      if ((await tryGit(this.#repository, args, "", this.#place.token)).isOk) {
        return decisions;
      }
    }
  };

  async #fetch(): Promise<string> {
    const { url, token } = this.#place;
    const depth = this.#known === "" ? ["--depth=1"] : [];
    const args = ["fetch", "--quiet", "--no-tags", ...depth, url, `+${RAW_REF}:refs/fetched/raw`];
    await runGit(this.#repository, args, "", token);
    return await runGit(this.#repository, ["rev-parse", "refs/fetched/raw"]);
  }

  async #commit(tip: string, issue: number): Promise<string> {
    const shard = String(issue % 100).padStart(2, "0");
    // Git walks by date: a commit older than its parent would make the server look at all of them.
    const seconds = Math.floor(Date.now() / 1_000);
    const stream = [
      `commit refs/next/raw\nmark :1\ncommitter Raw <raw@example.org> ${seconds} +0000\n`,
      `data 3\nraw\nfrom ${tip}\n`,
      ...["fleet.json", `issues/${shard}/${issue}.json`].map(
        (path) => `M 100644 inline ${path}\ndata 36\n${randomUUID()}\n`,
      ),
      "get-mark :1\ndone\n",
    ];
    const args = ["fast-import", "--quiet", "--force", "--done"];
    return await runGit(this.#repository, args, stream.join(""));
  }
}

const RAW: Contestant = {
  name: "raw git",
  ref: RAW_REF,
  enter: (place, repository) => new RawParticipant(place, repository),
};

export const CONTESTANTS: readonly Contestant[] = [OURS, RAW];

/** A new repository that holds the tip of the journal, fetched by plain git. */
export async function newFetchedRepository(
  place: JournalPlace,
  { ref }: Contestant,
): Promise<string> {
  const repository = await newRepository(place);
  const args = ["fetch", "--quiet", "--no-tags", "--depth=1", place.url, `${ref}:refs/before/tip`];
  await runGit(repository, args, "", place.token);
  return repository;
}
