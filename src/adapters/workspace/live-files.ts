import { access, constants, lstat } from "node:fs/promises";
import { join } from "node:path";

import { type Git, GitError } from "../git/git.ts";

/** A file may vanish between the look at it and its reading; then all are listed anew. */
const TRIES = 3;

/**
 * Stages what differs from the index in a worktree that somebody works in. Nothing there is touched.
 * A file that vanished counts as deleted; what cannot be read is left as the index has it, and so is
 * what lies in a repository below the top, which only its removal would make ordinary files.
 */
export async function stageLiveFiles(
  git: Git,
  worktree: string,
  pathspecs: readonly string[],
): Promise<void> {
  const update = ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"];
  for (let turn = 1; ; turn += 1) {
    const paths = await listStageable(git, worktree, pathspecs);
    const updated = await git.try(update, paths.map((path) => `${path}\0`).join(""));
    if (updated.exitCode === 0) {
      return;
    }
    if (turn === TRIES) {
      throw new GitError(update, updated);
    }
  }
}

async function listStageable(
  git: Git,
  worktree: string,
  pathspecs: readonly string[],
): Promise<readonly string[]> {
  const kinds = ["--others", "--exclude-standard", "--modified", "--deleted", "--deduplicate"];
  const listing = await git.read(["ls-files", "-z", ...kinds, "--", ...pathspecs]);
  const paths = listing.toString("utf8").split("\0");
  const isStageable = await Promise.all(paths.map((path) => canStage(worktree, path)));
  const stageable = new Set(paths.filter((_, index) => isStageable[index]));
  // Where a link or a file took the place of a folder, git refuses to look beyond it.
  return [...stageable].filter((path) => !foldersOf(path).some((folder) => stageable.has(folder)));
}

function foldersOf(path: string): readonly string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}

async function canStage(worktree: string, path: string): Promise<boolean> {
  const full = join(worktree, path);
  const stats = await lstat(full).catch(() => undefined);
  if (path === "" || stats?.isDirectory() === true) {
    return false;
  }
  return stats?.isFile() !== true || (await isReadable(full));
}

async function isReadable(path: string): Promise<boolean> {
  return await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}
