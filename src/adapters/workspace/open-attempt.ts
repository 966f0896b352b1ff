import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import * as v from "valibot";

/** An attempt that has a worktree and has not handed over its work yet. */
export interface OpenAttempt {
  /** Name of the worktree's directory. */
  readonly place: string;
  /** Nonce of the claim. */
  readonly claim: string;
  readonly issue: number;
  /** When its worktree was made: ISO 8601, UTC. Of two attempts' work the later one's counts. */
  readonly openedAt: string;
  /** Of the approved text. */
  readonly textHash: string;
  readonly baseSha: string;
  /** Directories that are checked out; none means all. */
  readonly sparse: readonly string[];
  /** The agent may have begun: from here on there may be work. */
  readonly hasBegun: boolean;
  /** Files in the worktree that are no work. */
  readonly excluded: readonly string[];
}

const name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/));

const openAttempt = v.object({
  place: name,
  claim: name,
  issue: v.number(),
  openedAt: v.pipe(v.string(), v.isoTimestamp()),
  textHash: v.pipe(v.string(), v.regex(/^[0-9a-f]*$/)),
  baseSha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/)),
  sparse: v.array(v.string()),
  hasBegun: v.boolean(),
  excluded: v.array(v.string()),
});

/** Says in a directory, outside of any worktree, who works in which. */
export class OpenAttempts {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async write(attempt: OpenAttempt): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    await writeFile(this.#pathOf(attempt.place), JSON.stringify(attempt));
  }

  async remove(place: string): Promise<void> {
    await rm(this.#pathOf(place), { force: true });
  }

  async list(): Promise<readonly OpenAttempt[]> {
    const names = await readdir(this.#directory).catch(() => []);
    const read = await Promise.all(names.map((each) => this.#tryRead(each)));
    return read.filter((each) => each !== undefined);
  }

  /** What can be read; half a file of a machine that lost its power says nothing. */
  async #tryRead(file: string): Promise<OpenAttempt | undefined> {
    try {
      return v.parse(openAttempt, JSON.parse(await readFile(join(this.#directory, file), "utf8")));
    } catch {
      return undefined;
    }
  }

  #pathOf(place: string): string {
    return join(this.#directory, `${place}.json`);
  }
}
