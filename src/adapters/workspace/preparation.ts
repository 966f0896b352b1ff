import type { Git } from "../git/git.ts";
import { type FreshGitDirectory, openFreshGitDirectory } from "./fresh-git-directory.ts";

/** Remembers a worktree as it was before it was prepared, whatever it started from. */
export class Preparation {
  readonly #git: Git;

  private constructor(git: Git) {
    this.#git = git;
  }

  static async begin(git: Git, place: FreshGitDirectory): Promise<Preparation> {
    const own = await openFreshGitDirectory(git, place);
    // The base's own files first: they are tracked even where they are ignored.
    await own.run(["read-tree", place.baseSha]);
    await own.run(["-c", "diff.ignoreSubmodules=all", "add", "--all", "--sparse"]);
    return new Preparation(own);
  }

  /**
   * Puts the files that lay there back [F111], and lists what lies beside them and beside what is
   * ignored now. A folder that holds nothing else is named as a whole.
   */
  async settle(): Promise<{ readonly reset: readonly string[]; readonly left: readonly string[] }> {
    const git = this.#git;
    const reset = await git.run(["diff-files", "--ignore-submodules=all", "--name-only", "-z"]);
    await git.run(["checkout-index", "--all", "--force", "--quiet"]);
    const left = await git.run(["ls-files", "--others", "--exclude-standard", "--directory", "-z"]);
    return { reset: split(reset), left: split(left) };
  }
}

function split(listing: string): readonly string[] {
  return listing.split("\0").filter((path) => path !== "");
}
