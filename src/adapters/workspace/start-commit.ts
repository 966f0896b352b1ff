import { join } from "node:path";

import { type Git, GitError } from "../git/git.ts";
import { makeRepository } from "./git-repository.ts";
import { readCommitSeconds, readOnlyParent, type Start, startFromKeptWork } from "./kept-work.ts";
import type { Mirror } from "./mirror.ts";
import type { RescuedWork, WorkOwner } from "./rescued-work.ts";

export interface StartOptions {
  readonly git: Git;
  readonly mirror: Mirror;
  readonly rescued: RescuedWork;
  readonly scratch: string;
  /** Whose work is looked for. */
  readonly owner: WorkOwner;
  readonly baseSha: string;
  readonly keptSha: string | undefined;
  readonly pushedSha: string | undefined;
}

/** A start, and the object directory that has all of it. */
export interface FoundStart {
  readonly start: Start;
  readonly alternate: string;
}

/**
 * Looks for work of an earlier attempt: what this machine rescued, and what finalize kept on the
 * server, the later attempt's first. Work that cannot be read any more never keeps a session from
 * starting. What people pushed is taken as it is, or not at all.
 */
export async function chooseStart(options: StartOptions): Promise<FoundStart> {
  const { mirror, baseSha, pushedSha } = options;
  if (pushedSha !== undefined) {
    await mirror.fetch([pushedSha]);
    return { start: { type: "pushed", commit: pushedSha }, alternate: mirror.objects };
  }
  const finders = (await unlessGitFails(isKeptLater(options)))
    ? [startFromKept, startFromRescued]
    : [startFromRescued, startFromKept];
  for (const find of finders) {
    const found = await unlessGitFails(find(options));
    if (found !== undefined) {
      return found;
    }
  }
  return { start: { type: "base", commit: baseSha }, alternate: mirror.objects };
}

async function unlessGitFails<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GitError) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Whether finalize kept its work after the attempt had begun whose work was rescued here: then it is
 * a later attempt's, perhaps of another machine.
 */
async function isKeptLater({ mirror, rescued, owner, keptSha }: StartOptions): Promise<boolean> {
  const begunMs = await rescued.readBeginning(owner);
  if (begunMs === undefined || keptSha === undefined) {
    return false;
  }
  await mirror.fetch([keptSha]);
  const keptSeconds = await readCommitSeconds(await mirror.open(), keptSha);
  return keptSeconds !== undefined && keptSeconds * 1_000 > begunMs;
}

async function startFromRescued(options: StartOptions): Promise<FoundStart | undefined> {
  const { mirror, rescued, owner } = options;
  const workBase = await rescued.readBase(owner);
  if (workBase === undefined) {
    return undefined;
  }
  await mirror.fetch([workBase]);
  return await startFrom(options, workBase, (git) => rescued.fetchInto(git, owner));
}

/** By its commit, which the journal names: whoever may push can move a ref. */
async function startFromKept(options: StartOptions): Promise<FoundStart | undefined> {
  const { mirror, keptSha: work } = options;
  if (work === undefined) {
    return undefined;
  }
  await mirror.fetch([work]);
  const workBase = await readOnlyParent(await mirror.open(), work);
  if (workBase === undefined) {
    return undefined;
  }
  await mirror.fetch([workBase]);
  return await startFrom(options, workBase, () => Promise.resolve(work));
}

async function startFrom(
  { git, mirror, scratch, baseSha }: StartOptions,
  workBase: string,
  bring: (git: Git) => Promise<string | undefined>,
): Promise<FoundStart | undefined> {
  const path = join(scratch, "start.git");
  const alternates = [mirror.objects];
  const shallow = [...new Set([baseSha, workBase])];
  const repository = await makeRepository(git, { path, alternates, shallow });
  const work = await bring(repository);
  return work === undefined
    ? undefined
    : {
        start: await startFromKeptWork(repository, baseSha, work, workBase),
        alternate: join(path, "objects"),
      };
}
