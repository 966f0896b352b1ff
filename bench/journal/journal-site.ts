import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";

import { type EmbeddedGitHub, startEmbeddedGitHub } from "../../local/github/embedded-github.ts";
import { type HistorySize, recordHistory } from "./fleet-history.ts";
import { importHistory } from "./import-history.ts";
import { runGit } from "./raw-git.ts";

export const JOURNAL_REF = "refs/water-spider/journal";
/** The same commits again: raw git writes there what is no event. */
export const RAW_REF = "refs/water-spider/raw";

/** Where a journal lies: all that the process of a cell needs to know. */
export interface JournalPlace {
  readonly url: string;
  readonly serverUrl: string;
  readonly token: string;
  /** The bare repository behind the address. */
  readonly repository: string;
  /** A folder for the repositories of readers and writers. */
  readonly folder: string;
  readonly size: HistorySize;
}

export interface JournalSite {
  readonly place: JournalPlace;
  readonly stop: () => Promise<void>;
}

const SEED = 20_261_120;

/** Starts an embedded GitHub in an empty folder and puts a journal of that size into it. */
export async function openSite(folder: string, size: HistorySize): Promise<JournalSite> {
  const data = join(folder, "github");
  const github = await startEmbeddedGitHub({ dataDirectory: data });
  try {
    const place = await fillSite(github, folder, size);
    return { place, stop: () => github.stop() };
  } catch (error) {
    await github.stop();
    throw error;
  }
}

async function fillSite(
  github: EmbeddedGitHub,
  folder: string,
  size: HistorySize,
): Promise<JournalPlace> {
  const token = "maintainer-token";
  await github.addUser({ login: "maintainer", token });
  await github.addRepository({
    owner: "pocket-labs",
    name: "bench",
    private: true,
    files: { "README.md": "Bench.\n" },
    collaborators: { maintainer: "admin" },
  });
  const repository = join(folder, "github", "git", "pocket-labs", "bench.git");
  await importHistory(repository, JOURNAL_REF, recordHistory(size, SEED));
  await runGit(repository, ["update-ref", RAW_REF, JOURNAL_REF]);
  const writers = join(folder, "repositories");
  await mkdir(writers);
  const serverUrl = github.apiUrl;
  const url = `${serverUrl}/pocket-labs/bench.git`;
  return { url, serverUrl, token, repository, folder: writers, size };
}

/** A new, empty, bare repository of a reader or writer. */
export async function newRepository({ folder }: JournalPlace): Promise<string> {
  const path = await mkdtemp(join(folder, "repository-"));
  await runGit(path, ["init", "--quiet", "--bare", "."]);
  return path;
}
