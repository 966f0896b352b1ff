import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";

import type { Git } from "../git/git.ts";
import { isHeld } from "./file-lock.ts";
import type { OpenAttempt, OpenAttempts } from "./open-attempt.ts";
import { removeTree } from "./remove-tree.ts";
import type { RescuedWork } from "./rescued-work.ts";
import { sweepProcesses } from "./sweep.ts";

/** A claim is never started again after so long [F04]. */
const LOCK_AGE_MS = 30 * 24 * 60 * 60_000;

export interface RescueOptions {
  readonly git: Git;
  /** Directory of this runner's worktrees. */
  readonly worktrees: string;
  readonly attempts: OpenAttempts;
  readonly rescued: RescuedWork;
  /** Object directory of the mirror. */
  readonly alternate: string;
  readonly scratch: string;
}

export interface LeftoverOptions extends RescueOptions {
  /** Directory of the claims' locks. */
  readonly locks: string;
}

/**
 * Clears away what dead attempts left on this runner: their work is rescued, their processes end,
 * their worktrees go. Whatever a live claim works in is left alone [F07, F63]. Returns the names of
 * the worktrees that stay.
 */
export async function clearLeftovers(options: LeftoverOptions): Promise<ReadonlySet<string>> {
  const { worktrees, attempts, locks } = options;
  await mkdir(worktrees, { recursive: true });
  const present = new Set((await readdir(worktrees)).filter((name) => !name.startsWith(".")));
  const live = new Set<string>();
  for (const attempt of await attempts.list()) {
    if (await isHeld(join(locks, attempt.claim))) {
      live.add(attempt.place);
    } else {
      const directories = [join(worktrees, attempt.place)];
      await sweepProcesses({ claim: attempt.claim, directories });
      if (present.has(attempt.place)) {
        await rescueOne(options, attempt);
      }
      await attempts.remove(attempt.place);
    }
  }
  return live;
}

/** Ends one attempt whose process is gone; true when there was work that had not been handed over. */
export async function rescueAttempt(options: RescueOptions, place: string): Promise<boolean> {
  const attempt = (await options.attempts.list()).find((each) => each.place === place);
  const isRescued = attempt !== undefined && (await rescueOne(options, attempt));
  await options.attempts.remove(place);
  return isRescued;
}

/** Removes the worktrees that belong to nobody. */
export async function removeWorktrees(
  worktrees: string,
  spared: ReadonlySet<string>,
): Promise<void> {
  for (const name of await readdir(worktrees)) {
    if (!name.startsWith(".") && !spared.has(name)) {
      await removeTree(join(worktrees, name));
    }
  }
}

/** Removes the locks of claims that are long over. */
export async function removeOldLocks(locks: string): Promise<void> {
  for (const name of await readdir(locks).catch(() => [])) {
    const path = join(locks, basename(name));
    const ms = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity,
    );
    if (Date.now() - ms > LOCK_AGE_MS && !(await isHeld(path))) {
      await rm(path, { force: true });
    }
  }
}

/** A worktree that cannot be read is lost; the next attempt starts without it. */
async function rescueOne(
  { git, rescued, scratch, worktrees, alternate }: RescueOptions,
  attempt: OpenAttempt,
): Promise<boolean> {
  const worktree = join(worktrees, attempt.place);
  const request = { git, scratch, worktree, alternate, attempt };
  return attempt.hasBegun && (await rescued.rescue(request).catch(() => false));
}
