import { ApiError } from "./api-error.ts";
import { fullName, type Hub } from "./hub.ts";
import type { CacheEntry, Run } from "./state.ts";

/** What the runtime token of a job stands for. */
export interface CacheClient {
  readonly run: Run;
  /** `cache-mode` of the job, when its workflow declares one. */
  readonly mode: string | undefined;
}

/** Runs of other events can be started by people without write access: their token only reads. */
const WRITING_EVENTS = ["push", "schedule", "workflow_dispatch", "repository_dispatch", "delete"];

export function mayReadCaches({ mode }: CacheClient): boolean {
  return mode !== "none" && mode !== "write-only";
}

export function mayWriteCaches({ run, mode }: CacheClient): boolean {
  return mode === undefined || mode === ""
    ? WRITING_EVENTS.includes(run.event)
    : mode.startsWith("write");
}

/** Reserves an entry; an entry of that key and version is never changed. */
export function reserveCache(
  hub: Hub,
  { run }: CacheClient,
  key: string,
  version: string,
): CacheEntry {
  const { repositoryId, headBranch: branch } = run;
  const exists = hub.state.caches.some(
    (it) =>
      it.repositoryId === repositoryId &&
      it.branch === branch &&
      it.key === key &&
      it.version === version,
  );
  if (exists) {
    throw new ApiError(409, "cache entry with the same key, version, and scope already exists");
  }
  const entry: CacheEntry = {
    id: hub.newId(),
    repositoryId,
    branch,
    key,
    version,
    signature: hub.newSecret("sig"),
    content: "",
    isComplete: false,
  };
  hub.state.caches.push(entry);
  return entry;
}

/** The entry that the client reserved under that key. */
export function reservedCache(
  hub: Hub,
  { run }: CacheClient,
  key: string,
  version: string,
): CacheEntry | undefined {
  return hub.state.caches.find(
    (it) => it.repositoryId === run.repositoryId && it.key === key && it.version === version,
  );
}

/**
 * The exact key, else the newest entry whose key begins with the key, then with each restore key;
 * of the run's own branch or the default branch.
 */
export function findCache(
  hub: Hub,
  { run }: CacheClient,
  keys: readonly string[],
  version: string,
): CacheEntry | undefined {
  const repository = hub.repositoryOf(run);
  const branches = [run.headBranch, repository.defaultBranch];
  const visible = hub.state.caches
    .filter(
      (it) =>
        it.isComplete &&
        it.repositoryId === repository.id &&
        it.version === version &&
        branches.includes(it.branch),
    )
    .toReversed();
  const exact = visible.find((it) => it.key === keys[0]);
  return exact ?? keys.flatMap((key) => visible.find((it) => it.key.startsWith(key)) ?? [])[0];
}

/** Path of an entry's archive, below the server's address. */
export function cachePath(hub: Hub, entry: CacheEntry): string {
  const repository = fullName(hub.repositoryById(entry.repositoryId));
  return `/_caches/${repository}/${entry.id}?sig=${entry.signature}`;
}
