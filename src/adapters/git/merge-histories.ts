import type { PushedMerge } from "../../ports/delivery.ts";
import type { Git } from "./git.ts";

/** How much history is fetched, step by step, until both commits have some in common; at last all. */
const DEPTHS = [50, 1_000, 0x7f_ff_ff_ff] as const;

/**
 * How a pushed commit merges into another one of the server. Unlike a session's work, what people
 * pushed may begin anywhere and hold merges, so the history itself says what both changed.
 */
export async function mergeHistories(
  git: Git,
  remoteUrl: string,
  pushed: string,
  tip: string,
): Promise<PushedMerge> {
  for (const depth of DEPTHS) {
    const fetch = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", `--depth=${depth}`];
    await git.run([...fetch, remoteUrl, pushed, tip]);
    const common = await git.try(["merge-base", pushed, tip]);
    if (common.exitCode === 0) {
      if (common.stdout.toString("utf8").trim() === pushed) {
        return "contained";
      }
      const merged = await git.try(["merge-tree", "--write-tree", "--no-messages", pushed, tip]);
      return merged.exitCode === 0 ? "clean" : "conflict";
    }
  }
  return "conflict";
}
