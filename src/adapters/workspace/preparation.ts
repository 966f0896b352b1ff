import type { Git } from "../git/git.ts";
import { ADD_ALL, type BaseIndexOptions, readBaseIndex } from "./base-index.ts";

/** Remembers a worktree as it was before it was prepared, whatever it started from. */
export class Preparation {
  readonly #git: Git;

  private constructor(git: Git) {
    this.#git = git;
  }

  static async begin(place: BaseIndexOptions): Promise<Preparation> {
    // The base's own files are in the index first: they are tracked even where they are ignored.
    const own = await readBaseIndex(place);
    await own.run([...ADD_ALL]);
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
