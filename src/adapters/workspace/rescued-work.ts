import { renameSync, statSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Git } from "../git/git.ts";
import { Harvester, WORK_REF } from "./harvester.ts";
import type { OpenAttempt } from "./open-attempt.ts";

/** Work that nobody took up for so long is not what people expect any more [R11b]. */
const MAX_AGE_MS = 24 * 60 * 60_000;

/** Longest head of a bundle that is looked at. */
const HEAD_BYTES = 1_000;

const FETCHED = "refs/rescued/work";

export interface RescueRequest {
  readonly git: Git;
  /** A directory of the action's own, for a repository to collect the work with. */
  readonly scratch: string;
  readonly worktree: string;
  /** Object directory of the mirror. */
  readonly alternate: string;
  readonly attempt: OpenAttempt;
}

/** Whose work it is: an issue with one text. */
export type WorkOwner = Pick<OpenAttempt, "issue" | "textHash">;

/**
 * Work of attempts on this machine that ended without handing it over, one bundle for each issue and text:
 * whoever kills a session does not kill its work, and whoever spoils its worktree loses only what
 * came after the last checkpoint [N11, F69]. The time of a file is when its attempt began: work of an
 * earlier one, which may be found much later, never takes the place of a later one's.
 */
export class RescuedWork {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Collects what lies in a dead attempt's worktree; false when nothing does. */
  async rescue(request: RescueRequest): Promise<boolean> {
    return await this.#keep(request, { name: "rescue.git", isLive: false }, () => true);
  }

  /**
   * Collects what lies in a worktree while its agent works on, without touching anything there; false
   * when nothing does, or when the copy is not wanted any more once it is made [R11a].
   */
  async checkpoint(request: RescueRequest, isWanted: () => boolean): Promise<boolean> {
    return await this.#keep(request, { name: "checkpoint.git", isLive: true }, isWanted);
  }

  async #keep(
    { git, scratch, worktree, alternate, attempt }: RescueRequest,
    { name, isLive }: { readonly name: string; readonly isLive: boolean },
    isWanted: () => boolean,
  ): Promise<boolean> {
    const { baseSha, excluded, sparse } = attempt;
    const gitDirectory = join(scratch, name);
    const places = { git, gitDirectory, worktree, alternate };
    const harvester = new Harvester({ ...places, baseSha, excluded, sparse, isLive });
    if ((await isEmptied(worktree, excluded)) || (await harvester.collect()).length === 0) {
      return false;
    }
    const path = this.#pathOf(attempt);
    await mkdir(dirname(path), { recursive: true });
    const draft = `${path}.${attempt.claim}`;
    await harvester.bundle(draft);
    await setBeginning(draft, attempt);
    if (!isWanted() || isOfLater(path, attempt)) {
      await rm(draft, { force: true });
      return false;
    }
    // In one step with the questions: what is settled in between would come back.
    renameSync(draft, path);
    return true;
  }

  /** When the attempt began whose work is here, in milliseconds; `undefined` when there is none. */
  async readBeginning(owner: WorkOwner): Promise<number | undefined> {
    const path = this.#pathOf(owner);
    const { mtimeMs, size } = await stat(path).catch(() => NO_FILE);
    return size === 0 ? undefined : mtimeMs;
  }

  /** The commit that rescued work follows; `undefined` when there is no such work. */
  async readBase(owner: WorkOwner): Promise<string | undefined> {
    const path = this.#pathOf(owner);
    if ((await ageMs(path)) > MAX_AGE_MS) {
      return undefined;
    }
    const head = (await readFile(path)).subarray(0, HEAD_BYTES).toString("latin1");
    return /^-([0-9a-f]{40,64}) /m.exec(head)?.[1];
  }

  /** Fetches the work into a repository that has its base; `undefined` when git refuses it. */
  async fetchInto(git: Git, owner: WorkOwner): Promise<string | undefined> {
    const fetched = await git.try([
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-write-fetch-head",
      this.#pathOf(owner),
      `+${WORK_REF}:${FETCHED}`,
    ]);
    return fetched.exitCode === 0 ? await git.run(["rev-parse", FETCHED]) : undefined;
  }

  /** Removes what nobody takes up any more, of whatever issue, and what was never completed. */
  async forgetOld(): Promise<void> {
    for (const name of await readdir(this.#directory).catch(() => [])) {
      const path = join(this.#directory, name);
      if ((await ageMs(path)) > MAX_AGE_MS) {
        await rm(path, { force: true });
      }
    }
  }

  /** An attempt has handed over its work: what it or an earlier one left here is not taken up any more. */
  async settle(attempt: WorkOwner & Pick<OpenAttempt, "openedAt">): Promise<void> {
    const path = this.#pathOf(attempt);
    if (!isOfLater(path, attempt)) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, "");
      await setBeginning(path, attempt);
    }
  }

  #pathOf({ issue, textHash }: WorkOwner): string {
    return join(this.#directory, `issue-${issue}-${textHash.slice(0, 16)}.bundle`);
  }
}

const NO_FILE = { mtimeMs: 0, size: 0 };

async function setBeginning(
  path: string,
  { openedAt }: Pick<OpenAttempt, "openedAt">,
): Promise<void> {
  const time = new Date(openedAt);
  await utimes(path, time, time);
}

/** Whether a file is of an attempt that began after this one. */
function isOfLater(path: string, { openedAt }: Pick<OpenAttempt, "openedAt">): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  return file !== undefined && Math.floor(file.mtimeMs) > Date.parse(openedAt);
}

/** An agent that deletes every file does no work: somebody cleaned the folder. */
async function isEmptied(worktree: string, excluded: readonly string[]): Promise<boolean> {
  const noWork = new Set([".git", ...excluded.map((path) => path.split("/")[0])]);
  return (await readdir(worktree)).every((name) => noWork.has(name));
}

/** Of what is not there, more than any limit. */
async function ageMs(path: string): Promise<number> {
  return await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => Infinity,
  );
}
