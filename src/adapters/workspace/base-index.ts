import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Git } from "../git/git.ts";
import { makeRepository } from "./git-repository.ts";
import { formatSparsePatterns, isInCone } from "./sparse.ts";

export interface BaseIndexOptions {
  readonly git: Git;
  /** A directory that no agent has seen; made anew. */
  readonly gitDirectory: string;
  readonly worktree: string;
  /** Object directory of the mirror. */
  readonly alternate: string;
  readonly baseSha: string;
  /** Directories that are checked out; none means all. */
  readonly sparse?: readonly string[];
}

/**
 * Stages everything in a worktree. A submodule is never asked what changed in it: that would be git
 * in a directory of the agent's.
 */
export const ADD_ALL = ["-c", "diff.ignoreSubmodules=all", "add", "--all", "--sparse"] as const;

/**
 * The git that looks at a worktree with a git directory of this action's own: configuration, hooks,
 * filters and file monitors of the worktree's own are never read [F103].
 */
export function gitOverWorktree({
  git,
  gitDirectory,
  worktree,
}: Pick<BaseIndexOptions, "git" | "gitDirectory" | "worktree">): Git {
  const environment = { GIT_DIR: gitDirectory, GIT_WORK_TREE: worktree };
  return git.with({ cwd: worktree, environment });
}

/** Makes that git directory, with the base's files in its index. Returns the git over it. */
export async function readBaseIndex(options: BaseIndexOptions): Promise<Git> {
  const { git, gitDirectory, alternate, baseSha, sparse = [] } = options;
  const repository = { path: gitDirectory, alternates: [alternate], shallow: [baseSha] };
  await makeRepository(git, repository);
  const own = gitOverWorktree(options);
  await own.run(["read-tree", baseSha]);
  if (sparse.length > 0) {
    await leaveOut(own, gitDirectory, sparse);
  }
  return own;
}

/** Marks what was never checked out as not deleted; a file that a session made there counts. */
async function leaveOut(git: Git, gitDirectory: string, sparse: readonly string[]): Promise<void> {
  await git.run(["config", "core.sparseCheckout", "true"]);
  await git.run(["config", "core.sparseCheckoutCone", "true"]);
  await writeFile(join(gitDirectory, "info", "sparse-checkout"), formatSparsePatterns(sparse));
  const paths = (await git.read(["ls-files", "-z"])).toString("utf8").split("\0");
  const outside = paths.filter((path) => path !== "" && !isInCone(sparse, path));
  const input = outside.map((path) => `${path}\0`).join("");
  await git.run(["update-index", "-z", "--skip-worktree", "--stdin"], input);
}
