import type { Git } from "../git/git.ts";
import { mergeTrees } from "../git/merge-trees.ts";

/** Where a session's branch begins. */
export type Start =
  | { readonly type: "base"; readonly commit: string }
  | { readonly type: "kept-work"; readonly commit: string }
  /** What people pushed, on whatever base. */
  | { readonly type: "pushed"; readonly commit: string }
  /** The kept work does not go together with the base any more. */
  | { readonly type: "conflict"; readonly commit: string };

/** The one parent of a fetched commit; `undefined` when it has none, or several. */
export async function readOnlyParent(git: Git, commit: string): Promise<string | undefined> {
  const text = await git.run(["cat-file", "commit", commit]);
  const head = text.slice(0, Math.max(0, text.indexOf("\n\n")));
  const parents = [...head.matchAll(/^parent ([0-9a-f]{40,64})$/gm)].map(([, sha]) => sha);
  return parents.length === 1 ? parents[0] : undefined;
}

/**
 * Puts kept work, one commit, onto the base of the new attempt [F61]. Everything it needs is here;
 * what it makes goes into the repository of `git`.
 */
export async function startFromKeptWork(
  git: Git,
  base: string,
  work: string,
  workBase: string,
): Promise<Start> {
  if (workBase === base) {
    return { type: "kept-work", commit: work };
  }
  const tree = await mergeTrees(git, workBase, base, work);
  if (tree === undefined) {
    return { type: "conflict", commit: base };
  }
  const message = "Work of an earlier attempt, on the new base";
  const commit = await git.run(["commit-tree", tree, "-p", base, "-m", message]);
  return { type: "kept-work", commit };
}
