import { basename, dirname, join } from "node:path";

import type { Git } from "../git/git.ts";
import { rescueAttempt } from "./leftovers.ts";
import { removeTree } from "./remove-tree.ts";
import { runnerMemory } from "./runner-memory.ts";
import type { ClaimPlaces } from "./session-places.ts";

/** The places that outlive a session's process. */
export type EndedPlaces = Pick<
  ClaimPlaces,
  "worktree" | "scratch" | "temporary" | "mirror" | "runner" | "rescued"
>;

/**
 * Clears away a session whose process has ended, however it ended: work that was not handed over is
 * rescued, untouched files are kept for the next one, everything else goes. Returns whether work
 * was rescued.
 */
export async function endWorktree(git: Git, places: EndedPlaces): Promise<boolean> {
  const { worktree, scratch, temporary, mirror } = places;
  const { attempts, keeper, rescued } = runnerMemory(places);
  const worktrees = dirname(worktree);
  const alternate = join(mirror, "objects");
  const options = { git, worktrees, attempts, rescued, alternate, scratch };
  const isRescued = await rescueAttempt(options, basename(worktree));
  await keeper.retire(worktree);
  await removeTree(scratch);
  await removeTree(temporary);
  return isRescued;
}
