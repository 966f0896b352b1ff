import type { Git } from "./git.ts";

/**
 * Merges two trees over a third one, given as commits or trees that are here; the history between
 * them is not needed. Returns the merged tree, or `undefined` when they conflict.
 */
export async function mergeTrees(
  git: Git,
  base: string,
  ours: string,
  theirs: string,
): Promise<string | undefined> {
  const root = await commitTree(git, base);
  const left = await commitTree(git, ours, root);
  const right = await commitTree(git, theirs, root);
  const merged = await git.try(["merge-tree", "--write-tree", "--no-messages", left, right]);
  return merged.exitCode === 0 ? merged.stdout.toString("utf8").trim() : undefined;
}

async function commitTree(git: Git, treeish: string, parent?: string): Promise<string> {
  const parents = parent === undefined ? [] : ["-p", parent];
  return await git.run(["commit-tree", `${treeish}^{tree}`, ...parents, "-m", "merge check"]);
}
