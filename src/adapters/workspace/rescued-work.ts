import { mkdir, readFile, rename, rm, stat } from "node:fs/promises";
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
 * whoever kills a session does not kill its work [N11, F69].
 */
export class RescuedWork {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Collects what lies in a dead attempt's worktree; false when nothing does. */
  async rescue({ git, scratch, worktree, alternate, attempt }: RescueRequest): Promise<boolean> {
    const harvester = new Harvester({
      git,
      gitDirectory: join(scratch, "rescue.git"),
      worktree,
      alternate,
      baseSha: attempt.baseSha,
      excluded: attempt.excluded,
      sparse: attempt.sparse,
    });
    if ((await harvester.collect()).length === 0) {
      return false;
    }
    const path = this.#pathOf(attempt);
    await mkdir(dirname(path), { recursive: true });
    const draft = `${path}.${attempt.claim}`;
    await harvester.bundle(draft);
    await rename(draft, path);
    return true;
  }

  /** The commit that rescued work follows; `undefined` when there is no such work. */
  async readBase(owner: WorkOwner): Promise<string | undefined> {
    const path = this.#pathOf(owner);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => Infinity,
    );
    if (age > MAX_AGE_MS) {
      await this.forget(owner);
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

  async forget(owner: WorkOwner): Promise<void> {
    await rm(this.#pathOf(owner), { force: true });
  }

  #pathOf({ issue, textHash }: WorkOwner): string {
    return join(this.#directory, `issue-${issue}-${textHash.slice(0, 16)}.bundle`);
  }
}
