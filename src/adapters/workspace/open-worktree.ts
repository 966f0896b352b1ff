import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { OpenRequest, StartPoint } from "../../ports/workspace.ts";
import type { Git } from "../git/git.ts";
import { checkOut } from "./checkout.ts";
import {
  clearLeftovers,
  type LeftoverOptions,
  removeOldLocks,
  removeWorktrees,
} from "./leftovers.ts";
import type { Mirror } from "./mirror.ts";
import { type RunnerMemory, runnerMemory } from "./runner-memory.ts";
import type { ClaimPlaces } from "./session-places.ts";
import { chooseStart, type FoundStart } from "./start-commit.ts";
import { checkOutSubmodules } from "./submodules.ts";

/** Fewer files than this are written as fast as they are looked through. */
const RECYCLED_FILES = 1_000;

export interface WorktreeOptions {
  readonly places: ClaimPlaces;
  readonly claim: string;
  readonly git: Git;
  readonly remoteUrl: string;
  readonly mirror: Mirror;
  /** ISO 8601, UTC. */
  readonly openedAt: string;
  readonly recycledFiles?: number;
}

/** Makes the worktree of one claim from commits that the mirror has. */
export async function openWorktree(
  options: WorktreeOptions,
  request: OpenRequest,
): Promise<StartPoint> {
  const { places, claim, git, mirror, openedAt } = options;
  const { issue, textHash, baseSha } = request;
  const memory = runnerMemory(places);
  const { scratch } = places;
  const worktrees = dirname(places.worktree);
  const place = basename(places.worktree);
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const live = await clearLeftovers(leftoversOf(options, memory));
  if (live.has(place)) {
    throw new Error(`The worktree ${places.worktree} belongs to a session that is still running.`);
  }
  const { sparse } = request.settings;
  const attempt = { place, claim, issue, openedAt, textHash, baseSha, sparse };
  await memory.attempts.write({ ...attempt, hasBegun: false, excluded: [] });
  await removeOldLocks(dirname(places.lock));
  await memory.rescued.forgetOld();
  const { keptSha, pushedSha } = request;
  const { rescued } = memory;
  const owner = { issue, textHash };
  const starting = { git, mirror, rescued, scratch, owner, baseSha, keptSha, pushedSha };
  const found = await chooseStart(starting);
  const needed = pushedSha === undefined ? [baseSha] : [baseSha, pushedSha];
  await mirror.repairing(needed, () => makeWorktree(options, request, memory, found, live));
  await removeWorktrees(worktrees, new Set([...live, place]));
  return found.start.type;
}

/** What a runner knows of earlier attempts, and what it takes to end them. */
function leftoversOf(
  { places, git, mirror }: Pick<WorktreeOptions, "places" | "git" | "mirror">,
  { attempts, rescued }: RunnerMemory,
): LeftoverOptions {
  const { scratch, worktree, lock } = places;
  const worktrees = dirname(worktree);
  const alternate = mirror.objects;
  return { git, worktrees, attempts, rescued, locks: dirname(lock), alternate, scratch };
}

async function makeWorktree(
  { places, git, remoteUrl, recycledFiles = RECYCLED_FILES }: WorktreeOptions,
  { branch, baseSha, settings }: OpenRequest,
  { keeper }: RunnerMemory,
  { start, alternate }: FoundStart,
  live: ReadonlySet<string>,
): Promise<void> {
  const { worktree, scratch } = places;
  const { sparse, recycle, submodules } = settings;
  // Also taken when it is not wanted, so that what an earlier setting kept goes.
  const taken = live.size === 0 ? await keeper.take() : undefined;
  const checkout = await checkOut(
    {
      git,
      repository: join(scratch, "repository.git"),
      worktree,
      alternate,
      branch,
      start: start.commit,
      // People may have pushed on any base, whose history is not here.
      shallow: [...new Set([baseSha, start.type === "pushed" ? start.commit : baseSha])],
      sparse,
      keeper,
    },
    recycle ? taken : undefined,
  );
  if (recycle && checkout.fileCount >= recycledFiles) {
    await keeper.keep(worktree, checkout.names, checkout.rules, checkout.index);
  }
  if (submodules) {
    const { commit } = start;
    const mirrors = dirname(places.mirror);
    const directory = worktree;
    const url = remoteUrl;
    await checkOutSubmodules({ git, alternate, commit, url, directory, sparse, mirrors, scratch });
  }
  await keeper.emptyTrash();
}
