import type { Git } from "../git/git.ts";
import { type FreshGitDirectory, openFreshGitDirectory } from "./fresh-git-directory.ts";

/**
 * Puts tracked files that a preparation changed back to the base [F111], and lists what it left
 * beside them and beside what is ignored. A folder without any tracked file is named as a whole.
 */
export async function settlePrepared(
  git: Git,
  place: FreshGitDirectory,
): Promise<{ readonly reset: readonly string[]; readonly left: readonly string[] }> {
  const own = await openFreshGitDirectory(git, place);
  await own.run(["read-tree", place.baseSha]);
  // Compares contents, because the new index knows no times; its exit code says only that some differ.
  await own.try(["update-index", "-q", "--refresh"]);
  const reset = await own.run(["diff-files", "--name-only", "-z"]);
  await own.run(["checkout-index", "--all", "--force", "--quiet"]);
  const left = await own.run(["ls-files", "--others", "--exclude-standard", "--directory", "-z"]);
  return { reset: split(reset), left: split(left) };
}

function split(listing: string): readonly string[] {
  return listing.split("\0").filter((path) => path !== "");
}
