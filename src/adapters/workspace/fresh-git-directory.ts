import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Git } from "../git/git.ts";

export interface FreshGitDirectory {
  /** Made anew, whatever lay there. */
  readonly directory: string;
  readonly worktree: string;
  /** Object directory of the mirror. */
  readonly alternate: string;
  readonly baseSha: string;
}

/**
 * Makes a git directory that no other process wrote, and returns the git that looks at the worktree
 * with it: configuration, hooks, filters or file monitors of the worktree's own are never read [F103].
 */
export async function openFreshGitDirectory(
  git: Git,
  { directory, worktree, alternate, baseSha }: FreshGitDirectory,
): Promise<Git> {
  await rm(directory, { recursive: true, force: true });
  await git.run(["init", "--quiet", "--bare", directory]);
  await mkdir(join(directory, "objects", "info"), { recursive: true });
  await writeFile(join(directory, "objects", "info", "alternates"), `${alternate}\n`);
  await writeFile(join(directory, "shallow"), `${baseSha}\n`);
  return git.with({
    cwd: worktree,
    environment: { GIT_DIR: directory, GIT_WORK_TREE: worktree },
  });
}
