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
  const head = await readHead(git, commit);
  const parents = [...head.matchAll(/^parent ([0-9a-f]{40,64})$/gm)].map(([, sha]) => sha);
  return parents.length === 1 ? parents[0] : undefined;
}

/** When a fetched commit was made, in seconds since 1970, by whoever made it. */
export async function readCommitSeconds(git: Git, commit: string): Promise<number | undefined> {
  const seconds = /^committer .* (\d+) [+-]\d{4}$/m.exec(await readHead(git, commit))?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

async function readHead(git: Git, commit: string): Promise<string> {
  const text = await git.run(["cat-file", "commit", commit]);
  return text.slice(0, Math.max(0, text.indexOf("\n\n")));
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
