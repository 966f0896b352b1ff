import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import type { ChangedFile } from "../../core/session/session-result.ts";
import type { Git } from "../git/git.ts";
import { ADD_ALL, type BaseIndexOptions, gitOverWorktree, readBaseIndex } from "./base-index.ts";
import { stageLiveFiles } from "./live-files.ts";

/** Ref of the work inside a bundle. */
export const WORK_REF = "refs/water-spider/work";

const CHANGES = { A: "added", M: "modified", D: "deleted", T: "modified" } as const;

export interface HarvesterOptions extends BaseIndexOptions {
  /** Paths that are no work: the context files, and what the preparation left. */
  readonly excluded: readonly string[];
  /** Somebody works in the worktree meanwhile: nothing in it is touched. */
  readonly isLive?: boolean;
}

/**
 * Collects the work of a session with a git directory that only this action wrote: whatever
 * configuration, hooks, filters or file monitors the agent left in its own are never read [F103].
 */
export class Harvester {
  readonly #options: HarvesterOptions;
  readonly #git: Git;

  constructor(options: HarvesterOptions) {
    this.#options = options;
    this.#git = gitOverWorktree(options);
  }

  /** Returns the files that differ from the base; the work becomes one commit on it. */
  async collect(): Promise<readonly ChangedFile[]> {
    const { worktree, baseSha, excluded, isLive = false } = this.#options;
    // As pathspecs, because ignore rules do not hold for files that the base has already.
    const kept = [".", ...excluded.map((name) => `:(exclude,literal)${name}`)];
    if (isLive) {
      await readBaseIndex(this.#options);
      await stageLiveFiles(this.#git, worktree, kept);
    } else {
      await removeNestedRepositories(worktree);
      await readBaseIndex(this.#options);
      await this.#git.run([...ADD_ALL, "--", ...kept]);
    }
    const tree = await this.#git.run(["write-tree"]);
    const commit = await this.#git.run(["commit-tree", tree, "-p", baseSha, "-m", "work"]);
    await this.#git.run(["update-ref", WORK_REF, commit]);
    return await this.#listChanges(baseSha, commit);
  }

  /** Puts every file that was collected back to the base; ignored files stay. */
  async reset(): Promise<void> {
    await this.#git.run(["read-tree", "-u", "--reset", this.#options.baseSha]);
  }

  /** Writes the work as a bundle that needs the base commit. */
  async bundle(path: string): Promise<void> {
    await this.#git.run([
      "bundle",
      "create",
      "--quiet",
      path,
      `${this.#options.baseSha}..${WORK_REF}`,
    ]);
  }

  async #listChanges(base: string, commit: string): Promise<readonly ChangedFile[]> {
    const listing = await this.#git.run([
      "diff-tree",
      "-r",
      "-z",
      "--no-renames",
      "--name-status",
      base,
      commit,
    ]);
    const parts = listing.split("\0").filter((part) => part !== "");
    const files: ChangedFile[] = [];
    for (let index = 0; index + 1 < parts.length; index += 2) {
      const change = CHANGES[parseLetter(parts[index] ?? "")];
      files.push({ path: parts[index + 1] ?? "", change });
    }
    return files;
  }
}

/**
 * Removes the git directories below the top: what lies beside them is work like any other file, and
 * git would otherwise read configuration that an agent wrote, or fail on a repository without commit.
 */
async function removeNestedRepositories(worktree: string, depth = 0): Promise<void> {
  for (const entry of await readdir(worktree, { withFileTypes: true })) {
    const path = join(worktree, entry.name);
    // Some file systems do not tell `.git` from `.GIT`.
    const isGit = entry.name.toLowerCase() === ".git";
    if (isGit && depth > 0) {
      await rm(path, { recursive: true, force: true });
    } else if (!isGit && entry.isDirectory()) {
      await removeNestedRepositories(path, depth + 1);
    }
  }
}

function parseLetter(letter: string): keyof typeof CHANGES {
  return letter === "A" || letter === "D" || letter === "T" ? letter : "M";
}
