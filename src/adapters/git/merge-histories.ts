import type { Git } from "./git.ts";

/** How much history is fetched, step by step, until both commits have some in common; at last all. */
const DEPTHS = [50, 1_000, 0x7f_ff_ff_ff] as const;

/**
 * Whether two commits of the server merge without conflict. Unlike a session's work, what people
 * pushed may begin anywhere and hold merges, so the history itself says what both changed.
 */
export async function historiesMerge(
  git: Git,
  remoteUrl: string,
  [one, other]: readonly [string, string],
): Promise<boolean> {
  for (const depth of DEPTHS) {
    const fetch = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", `--depth=${depth}`];
    await git.run([...fetch, remoteUrl, one, other]);
    const common = await git.try(["merge-base", one, other]);
    if (common.exitCode === 0) {
      const merged = await git.try(["merge-tree", "--write-tree", "--no-messages", one, other]);
      return merged.exitCode === 0;
    }
  }
  return false;
}
