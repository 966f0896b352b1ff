import { join } from "node:path";

import { type Git, GitError } from "../git/git.ts";
import { makeRepository } from "./git-repository.ts";
import { readOnlyParent, type Start, startFromKeptWork } from "./kept-work.ts";
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
 * Looks for work of an earlier attempt: first what this machine rescued, then what finalize kept on
 * the server. Work that cannot be read any more never keeps a session from starting. What people
 * pushed is taken as it is, or not at all.
 */
export async function chooseStart(options: StartOptions): Promise<FoundStart> {
  const { mirror, baseSha, pushedSha } = options;
  if (pushedSha !== undefined) {
    await mirror.fetch([pushedSha]);
    return { start: { type: "pushed", commit: pushedSha }, alternate: mirror.objects };
  }
  for (const find of [startFromRescued, startFromKept]) {
    const found = await find(options).catch((error: unknown) => {
      if (error instanceof GitError) {
        return undefined;
      }
      throw error;
    });
    if (found !== undefined) {
      return found;
    }
  }
  return { start: { type: "base", commit: baseSha }, alternate: mirror.objects };
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
