import type { Backlog } from "./merge.ts";
import {
  type ReadIssue,
  rememberIssue,
  rememberedSeconds,
  type RememberedIssue,
  type Snapshot,
} from "./snapshot.ts";

/** Changes are read again from so long before the cursor: clocks differ, and writes take time. */
export const OVERLAP_SECONDS = 120;

/** Nothing shows that GitHub dates an issue anew when an edge is added: edges are read again. */
const EDGES_SECONDS = 60 * 60;

/** A snapshot is given up after a day, whatever it says. */
const SNAPSHOT_SECONDS = 24 * 60 * 60;

/** Up to so many open issues are all read again each hour: 11 requests and about 60 points. */
export const MAX_HOURLY = 1_000;

export type ReadingDecision =
  | { readonly reading: "full"; readonly why: FullReason }
  /** Only what changed since the snapshot's cursor, minus the overlap. */
  | { readonly reading: "changes"; readonly snapshot: Snapshot };

export type FullReason =
  | "no-snapshot"
  | "other-repository"
  | "other-label"
  | "from-the-future"
  | "too-old"
  | "edges-due"
  | "count-differs"
  | "forged";

/** Decides whether the snapshot can be used at `now`. */
export function decideReading(
  snapshot: Snapshot | undefined,
  repository: string,
  now: string,
): ReadingDecision {
  if (snapshot === undefined) {
    return { reading: "full", why: "no-snapshot" };
  }
  if (snapshot.repository.toLowerCase() !== repository.toLowerCase()) {
    return { reading: "full", why: "other-repository" };
  }
  const age = rememberedSeconds(snapshot.fullAt, now);
  const cursorAge = rememberedSeconds(snapshot.cursor, now);
  if (age < -OVERLAP_SECONDS || cursorAge < -OVERLAP_SECONDS) {
    return { reading: "full", why: "from-the-future" };
  }
  if (age >= SNAPSHOT_SECONDS || cursorAge >= SNAPSHOT_SECONDS) {
    return { reading: "full", why: "too-old" };
  }
  const isSmall = countOpen(snapshot) <= MAX_HOURLY;
  return isSmall && age >= EDGES_SECONDS
    ? { reading: "full", why: "edges-due" }
    : { reading: "changes", snapshot };
}

/**
 * Whether the snapshot has as many open issues as GitHub counts after the changes are merged: one
 * that was deleted or moved to another repository changes nothing but the count.
 */
export function hasRightCount(
  snapshot: Pick<Snapshot, "hidden">,
  { issues, unreadable }: Backlog,
  counted: number,
): boolean {
  return countOpen({ issues, unreadable }) + snapshot.hidden === counted;
}

/** Open issues, those that cannot be read included. */
export function countOpen({
  issues,
  unreadable,
}: {
  readonly issues: ReadonlyMap<number, { readonly state: "open" | "closed" }>;
  readonly unreadable: ReadonlyMap<number, string>;
}): number {
  let open = unreadable.size;
  for (const { state } of issues.values()) {
    open += state === "open" ? 1 : 0;
  }
  return open;
}

/**
 * Whether an issue that was read by number is not what the snapshot said of it although it did not
 * change since `since`: then the snapshot was not written by a tick, and none of it counts. Edges
 * are left out: they change without a date.
 */
export function isForged(remembered: RememberedIssue, read: ReadIssue, since: string): boolean {
  if (rememberedSeconds(read.updatedAt, since) <= 0) {
    return false;
  }
  const now = rememberIssue(read, remembered.readAt);
  return (
    now.updatedAt !== remembered.updatedAt ||
    now.state !== remembered.state ||
    now.closedAs !== remembered.closedAs ||
    now.createdAt !== remembered.createdAt ||
    now.milestone !== remembered.milestone ||
    now.body !== remembered.body ||
    sorted(now.labels) !== sorted(remembered.labels)
  );
}

function sorted(labels: readonly string[]): string {
  return labels.toSorted().join("\n");
}

/**
 * Lists open issues of a big backlog whose edges were not read for an hour, the longest unread
 * first: its edges come round in parts.
 */
export function listDueEdges(
  snapshot: Snapshot,
  stale: ReadonlySet<number>,
  now: string,
  max: number,
): readonly number[] {
  if (countOpen(snapshot) <= MAX_HOURLY) {
    return [];
  }
  return [...snapshot.issues.values()]
    .filter(
      ({ number, state, readAt }) =>
        state === "open" && stale.has(number) && rememberedSeconds(readAt, now) >= EDGES_SECONDS,
    )
    .toSorted((a, b) => (a.readAt < b.readAt ? -1 : Number(a.readAt > b.readAt)))
    .slice(0, max)
    .map(({ number }) => number);
}

/**
 * Lists issues of the snapshot to look at although nothing asks for them: a forged one is found in
 * a few ticks, wherever it is. `chance` is uniform in [0, 1).
 */
export function listSpotChecks(
  stale: ReadonlySet<number>,
  chance: number,
  max: number,
): readonly number[] {
  const numbers = [...stale].toSorted((a, b) => a - b);
  const from = Math.floor(chance * numbers.length);
  return [...numbers.slice(from), ...numbers.slice(0, from)].slice(0, max);
}

/** Saving less often keeps the caches of others from being evicted. */
const SAVE_SECONDS = 5 * 60;

/** So many changes are saved at once: they would be read again and again. */
const MANY_CHANGES = 10;

/**
 * Whether the next snapshot is worth an entry of the cache: after a full reading (there is no
 * previous one then), and when something changed, though not every minute.
 */
export function isWorthSaving(
  previous: Snapshot | undefined,
  next: Snapshot,
  hasReadEdges: boolean,
): boolean {
  if (previous === undefined) {
    return true;
  }
  let changes = hasReadEdges ? 1 : 0;
  for (const [number, issue] of next.issues) {
    const known = previous.issues.get(number);
    changes += known !== undefined && isSame(known, issue) ? 0 : 1;
  }
  const isDue = rememberedSeconds(previous.cursor, next.cursor) >= SAVE_SECONDS;
  const hasNews = changes > 0 || next.journalSeq !== previous.journalSeq;
  return changes >= MANY_CHANGES || (hasNews && isDue);
}

function isSame(known: RememberedIssue, issue: RememberedIssue): boolean {
  return (
    known === issue ||
    JSON.stringify({ ...known, readAt: "" }) === JSON.stringify({ ...issue, readAt: "" })
  );
}
