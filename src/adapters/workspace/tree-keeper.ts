import { randomUUID } from "node:crypto";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { NameTree } from "./name-tree.ts";
import { recordTree } from "./record-tree.ts";
import { removeTree } from "./remove-tree.ts";
import { salvageTree } from "./salvage-tree.ts";
import { formatTreeRecord, parseTreeRecord, type TreeRecord } from "./tree-record.ts";

/** Name of the directory in which files wait for the next session. */
const KEPT = ".kept";

/** Everything that is on its way out lies here. */
export const TRASH = ".trash";

/** A checkout of an earlier session that was taken out of its place. */
export interface TakenTree {
  readonly path: string;
  readonly record: TreeRecord;
  /** The index that git wrote together with it. */
  readonly index: string;
}

export interface TreeKeeperOptions {
  /** Directory of this runner's worktrees. */
  readonly worktrees: string;
  /** Beginning of the names of two files that no session may write: record and index. */
  readonly records: string;
}

/**
 * Keeps the checked-out files of one session for the next one of the same runner. A record is used
 * once: it is gone before its tree is touched, so whoever is killed meanwhile leaves no record, and
 * a tree without one is worth nothing.
 */
export class TreeKeeper {
  readonly #worktrees: string;
  readonly #record: string;
  readonly #index: string;

  constructor({ worktrees, records }: TreeKeeperOptions) {
    this.#worktrees = worktrees;
    this.#record = `${records}.tree`;
    this.#index = `${records}.index`;
  }

  /** Takes the recorded tree out of its place; `undefined` when there is none. Any other goes. */
  async take(): Promise<TakenTree | undefined> {
    const text = await readFile(this.#record, "utf8").catch(() => undefined);
    await rm(this.#record, { force: true });
    const record = text === undefined ? undefined : parseTreeRecord(text);
    if (record?.place !== KEPT) {
      await this.#moveAside(join(this.#worktrees, KEPT));
    }
    if (record === undefined) {
      return undefined;
    }
    const path = await this.#moveAside(join(this.#worktrees, record.place));
    return path === undefined ? undefined : { path, record, index: this.#index };
  }

  /**
   * Moves what is untouched of a taken tree into a directory; the rest stays in the trash. Returns
   * the names of what came along.
   */
  async moveInto(taken: TakenTree, directory: string): Promise<NameTree> {
    return salvageTree(taken.path, directory, taken.record.root, await this.#newTrash());
  }

  /** Remembers a checkout that was just made, before anybody else can write to it. */
  async keep(worktree: string, names: NameTree, rules: string, index: string): Promise<void> {
    await mkdir(dirname(this.#index), { recursive: true });
    await copyFile(index, this.#index);
    await this.#write(worktree, names, rules, [".git"]);
  }

  /** Ends a session's worktree: keeps its untouched files when it was recorded, and nothing else. */
  async retire(worktree: string): Promise<void> {
    const taken = await this.take();
    const isOfSession = taken?.record.place === basename(worktree);
    if (taken !== undefined && isOfSession) {
      const kept = join(this.#worktrees, KEPT);
      await removeTree(kept);
      await mkdir(kept);
      const names = await this.moveInto(taken, kept);
      await this.#write(kept, names, taken.record.rules, []);
    }
    await removeTree(worktree);
    await this.emptyTrash();
  }

  /** Removes what was put away; may take long when a session left much. */
  async emptyTrash(): Promise<void> {
    await removeTree(join(this.#worktrees, TRASH));
  }

  async #write(
    tree: string,
    names: NameTree,
    rules: string,
    ignoredAtRoot: readonly string[],
  ): Promise<void> {
    const root = await recordTree(tree, names, ignoredAtRoot);
    if (root === undefined) {
      return;
    }
    const text = formatTreeRecord({ place: basename(tree), rules, root });
    const draft = `${this.#record}.${randomUUID()}`;
    await writeFile(draft, text, { mode: 0o600 });
    await rename(draft, this.#record);
  }

  /** Moves a directory into the trash, from where it is still used; `undefined` when it is gone. */
  async #moveAside(path: string): Promise<string | undefined> {
    const aside = await this.#newTrash();
    return await rename(path, aside).then(
      () => aside,
      () => undefined,
    );
  }

  async #newTrash(): Promise<string> {
    const trash = join(this.#worktrees, TRASH);
    await mkdir(trash, { recursive: true });
    return join(trash, randomUUID());
  }
}
