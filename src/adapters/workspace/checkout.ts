import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { Git } from "../git/git.ts";
import { makeRepository } from "./git-repository.ts";
import { type NameTree, nameTreeOf } from "./name-tree.ts";
import { removeTree } from "./remove-tree.ts";
import { formatSparsePatterns } from "./sparse.ts";
import type { TakenTree, TreeKeeper } from "./tree-keeper.ts";

export interface CheckoutOptions {
  readonly git: Git;
  /** Where the throw-away repository will be. */
  readonly repository: string;
  readonly worktree: string;
  /** Object directory that has everything. */
  readonly alternate: string;
  readonly branch: string;
  /** Commit to check out, and commits whose parents are not here. */
  readonly start: string;
  readonly shallow: readonly string[];
  /** Directories to check out; none means all. */
  readonly sparse: readonly string[];
  readonly keeper: TreeKeeper;
}

export interface Checkout {
  readonly names: NameTree;
  readonly fileCount: number;
  /** What besides blobs decides how the files look. */
  readonly rules: string;
  /** Git's index of the worktree. */
  readonly index: string;
}

/** Mode of a submodule in git's listings. */
const SUBMODULE = "160000";

/**
 * Makes a worktree of a new throw-away repository, out of the untouched files of an earlier one
 * where there are any. A tree that was made under other rules would look different, so it goes.
 */
export async function checkOut(
  options: CheckoutOptions,
  taken: TakenTree | undefined,
): Promise<Checkout> {
  if (taken !== undefined) {
    const recycled = await recycle(options, taken).catch(() => undefined);
    if (recycled?.rules === taken.record.rules) {
      return recycled;
    }
  }
  return await writeFiles(options, await addWorktree(options));
}

async function recycle(options: CheckoutOptions, taken: TakenTree): Promise<Checkout> {
  const git = await addWorktree(options);
  await options.keeper.moveInto(taken, options.worktree);
  await copyFile(taken.index, indexOf(options));
  return await writeFiles(options, git);
}

/** Makes repository and worktree, with nothing checked out. Returns the worktree's git. */
async function addWorktree(options: CheckoutOptions): Promise<Git> {
  const { git, repository, worktree, alternate, branch, start, shallow, sparse } = options;
  await removeTree(worktree);
  await mkdir(dirname(worktree), { recursive: true });
  const bare = await makeRepository(git, { path: repository, alternates: [alternate], shallow });
  await bare.run(["worktree", "add", "--no-checkout", "--quiet", "-b", branch, worktree, start]);
  const own = ownDirectory(options);
  if (sparse.length > 0) {
    await bare.run(["config", "core.sparseCheckout", "true"]);
    await bare.run(["config", "core.sparseCheckoutCone", "true"]);
    await mkdir(join(own, "info"), { recursive: true });
    await writeFile(join(own, "info", "sparse-checkout"), formatSparsePatterns(sparse));
  }
  return git.with({ cwd: worktree, environment: { GIT_DIR: own, GIT_WORK_TREE: worktree } });
}

async function writeFiles(options: CheckoutOptions, git: Git): Promise<Checkout> {
  const { start, sparse } = options;
  await git.run(["read-tree", "-u", "--reset", start]);
  const listing = (await git.read(["ls-files", "-t", "--stage", "-z"])).toString("utf8");
  const paths: string[] = [];
  const attributes: string[] = [];
  let fileCount = 0;
  for (const line of listing.split("\0")) {
    const [, tag, mode, object, path] = /^(\S) (\d+) ([0-9a-f]+) \d\t(.*)$/s.exec(line) ?? [];
    if (path !== undefined && tag !== "S") {
      paths.push(mode === SUBMODULE ? `${path}/` : path);
      fileCount += 1;
      if (basename(path) === ".gitattributes") {
        attributes.push(`${path} ${object}`);
      }
    }
  }
  return {
    names: nameTreeOf(paths),
    fileCount,
    rules: JSON.stringify({ sparse, attributes }),
    index: indexOf(options),
  };
}

/** The directory that the throw-away repository has for its one worktree. */
function ownDirectory({ repository, worktree }: CheckoutOptions): string {
  return join(repository, "worktrees", basename(worktree));
}

function indexOf(options: CheckoutOptions): string {
  return join(ownDirectory(options), "index");
}
