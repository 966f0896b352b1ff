import * as v from "valibot";

import { type Backlog, mergeBacklog, nextSnapshot, withoutOpen } from "../../core/backlog/merge.ts";
import {
  decideReading,
  type FullReason,
  hasRightCount,
  isForged,
  isWorthSaving,
  listDueEdges,
  listSpotChecks,
  OVERLAP_SECONDS,
  type ReadingDecision,
} from "../../core/backlog/refresh.ts";
import { formatSnapshot, parseSnapshot } from "../../core/backlog/snapshot-text.ts";
import type { ReadIssue, Snapshot } from "../../core/backlog/snapshot.ts";
import type { Log } from "../../ports/log.ts";
import type { Snapshots } from "../../ports/snapshots.ts";
import { Found, type IssuePage, issuePageFields } from "./found.ts";
import type { GraphQLAnswer, GraphQLFailure } from "./graphql.ts";
import {
  PAGE_SIZE,
  READ_CHANGES,
  READ_ISSUES,
  READ_MORE_CHANGES,
  READ_REPOSITORY,
} from "./queries.ts";
import type { RepositoryNode } from "./repository-node.ts";

/**
 * What a tick may cost, in requests to GitHub's API (git and the cache are not among them). With a
 * snapshot, whatever the size of the backlog: one for the repository with the issues that changed,
 * one for those that are read by number; and one for each run with live claims [W30a, F34]. A burst
 * costs one more for each hundred changes, and a new approval one for each person it depends on.
 */
export const REQUESTS_PER_WARM_TICK = 2;

/** A full reading of a thousand issues: ten pages, and those that are read by number. */
export const REQUESTS_PER_FULL_READING = 12;

/** Issues that nothing asks for and that are compared with the snapshot in each tick. */
const SPOT_CHECKS = 10;

/** First page of changes within an hour of the snapshot: it costs three points instead of seven. */
const SHORT_PAGE = 40;
const SOON_SECONDS = 60 * 60;

/** After so many changes in a row that are in the snapshot, the older ones are in it too. */
const KNOWN_IN_A_ROW = 10;

/** Sends a query about the repository; failures other than of single issues are thrown. */
export type Send = (
  document: string,
  variables: Readonly<Record<string, unknown>>,
) => Promise<GraphQLAnswer>;

export interface BacklogReaderOptions {
  /** `owner/name`. */
  readonly repository: string;
  readonly snapshots: Snapshots;
  readonly send: Send;
  readonly log: Log;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Reads the issues of a tick: all of them, or what changed since a snapshot. */
export class BacklogReader {
  readonly #options: BacklogReaderOptions;
  #decision: ReadingDecision = { reading: "full", why: "no-snapshot" };
  /** What was read is put over this. */
  #base: Snapshot | undefined;
  /** What did not change since then is as the snapshot says. */
  #since = "";
  #hidden = 0;
  #isFull = false;
  #next: Snapshot | undefined;
  #hasReadEdges = false;
  #rememberedSeq: number | undefined;

  constructor(options: BacklogReaderOptions) {
    this.#options = options;
  }

  /** Decides how to read, and returns the first query with its variables. */
  async begin(
    now: string,
  ): Promise<{ readonly document: string; readonly variables: Readonly<Record<string, unknown>> }> {
    const { snapshots, repository } = this.#options;
    const text = await snapshots.load();
    const snapshot = text === undefined ? undefined : parseSnapshot(text);
    if (text !== undefined && snapshot === undefined) {
      this.#options.log.warning("The cached snapshot has no shape that is known: not used.");
    }
    this.#rememberedSeq = snapshot?.repository === repository ? snapshot.journalSeq : undefined;
    this.#decision = decideReading(snapshot, repository, now);
    if (this.#decision.reading === "full") {
      // What is closed stays closed or is listed; the rest of the snapshot is read anew.
      this.#base = this.#decision.why === "edges-due" ? snapshot : undefined;
      return { document: READ_REPOSITORY, variables: {} };
    }
    const { cursor } = this.#decision.snapshot;
    const age = (Date.parse(now) - Date.parse(cursor)) / 1000;
    this.#base = this.#decision.snapshot;
    this.#since = new Date(Date.parse(cursor) - OVERLAP_SECONDS * 1000).toISOString();
    const first = age < SOON_SECONDS ? SHORT_PAGE : PAGE_SIZE;
    return { document: READ_CHANGES, variables: { since: this.#since, first } };
  }

  /** Reads the issues, beginning with the page that came with the first query. */
  async read(
    first: RepositoryNode,
    failures: readonly GraphQLFailure[],
    triggerLabel: string,
    found: Found,
  ): Promise<void> {
    const page = first.issues && { issues: first.issues, numbers: first.numbers };
    if (this.#decision.reading === "full" || page === undefined || first.open === undefined) {
      await this.#readAll(found, page, failures);
      return;
    }
    const { snapshot } = this.#decision;
    await this.#readChanges(snapshot, found, page, failures);
    if (snapshot.triggerLabel !== triggerLabel) {
      await this.#readAgain("other-label", found);
    } else if (!hasRightCount(snapshot, mergeBacklog(snapshot, found), first.open.totalCount)) {
      await this.#readAgain("count-differs", found);
    } else {
      this.#hidden = snapshot.hidden;
    }
  }

  merge(found: Found): Backlog {
    return mergeBacklog(this.#base, found);
  }

  /** Issues that nothing asks for, for as many as a request has room. */
  listExtra(found: Found, now: string, room: number): readonly number[] {
    const { stale } = this.merge(found);
    if (this.#base === undefined || this.#isFull) {
      return [];
    }
    const checks = listSpotChecks(stale, this.#options.random(), Math.min(room, SPOT_CHECKS));
    const due = listDueEdges(this.#base, stale, now, room - checks.length);
    this.#hasReadEdges = due.length > 0;
    return [...checks, ...due];
  }

  /** Compares what was read by number with the snapshot, and reads everything when that is false. */
  async verify(numbers: readonly number[], found: Found): Promise<void> {
    const base = this.#isFull ? undefined : this.#base;
    const forged = numbers.find((number) => {
      const remembered = base?.issues.get(number);
      const read = found.issues.get(number);
      return (
        remembered !== undefined && read !== undefined && isForged(remembered, read, this.#since)
      );
    });
    if (forged !== undefined) {
      await this.#readAgain("forged", found, `#${forged}`);
    }
  }

  /** Takes down what the next tick will be told. */
  finish(found: Found, triggerLabel: string, cursor: string): void {
    const { repository } = this.#options;
    const fullAt = this.#isFull ? cursor : (this.#base?.fullAt ?? cursor);
    // The journal is not this reader's: `save` says how long it was.
    const head = { repository, triggerLabel, cursor, fullAt, hidden: this.#hidden, journalSeq: 0 };
    this.#next = nextSnapshot(this.#base, found, head);
  }

  /** How many events the journal had when the snapshot was made. */
  get rememberedSeq(): number | undefined {
    return this.#rememberedSeq;
  }

  /** Keeps the snapshot for the next tick, when it is worth it. Never throws. */
  async save(journalSeq: number): Promise<void> {
    const next = this.#next && { ...this.#next, journalSeq };
    const previous = this.#isFull ? undefined : this.#base;
    if (next === undefined || !isWorthSaving(previous, next, this.#hasReadEdges)) {
      return;
    }
    const text = formatSnapshot(next);
    if (text === undefined) {
      this.#options.log.warning("The snapshot of the issues is too long to be kept.");
      return;
    }
    await this.#options.snapshots.save(text);
  }

  async #readAgain(why: FullReason, found: Found, what = ""): Promise<void> {
    this.#options.log.warning(
      `The cached snapshot does not agree with GitHub (${[why, what].join(" ").trim()}): all open issues are read.`,
    );
    this.#base = undefined;
    await this.#readAll(found);
  }

  async #readAll(
    found: Found,
    page?: IssuePage,
    failures: readonly GraphQLFailure[] = [],
  ): Promise<void> {
    this.#isFull = true;
    this.#base = withoutOpen(this.#base);
    const { total, listed } = await this.#readOpen(found, page, failures);
    this.#hidden = total - listed;
  }

  /**
   * Reads the changes, the newest first, until a page ends with ones that are known already: without
   * that, a burst of changes would be read again by every tick of the next minutes.
   */
  async #readChanges(
    snapshot: Snapshot,
    found: Found,
    first: IssuePage,
    failures: readonly GraphQLFailure[],
  ): Promise<void> {
    let page = first;
    let read = found.addPage(page, failures);
    while (page.issues.pageInfo.hasNextPage) {
      if (read.slice(-KNOWN_IN_A_ROW).every((one) => isKnown(snapshot, one))) {
        this.#since = read.at(-1)?.updatedAt ?? this.#since;
        return;
      }
      const { endCursor: after } = page.issues.pageInfo;
      const answer = await this.#options.send(READ_MORE_CHANGES, { since: this.#since, after });
      page = parsePage(answer);
      read = found.addPage(page, answer.failures);
    }
  }

  async #readOpen(
    found: Found,
    first: IssuePage | undefined,
    failures: readonly GraphQLFailure[],
  ): Promise<{ readonly total: number; readonly listed: number }> {
    let page = first;
    let listed = 0;
    if (page !== undefined) {
      found.addPage(page, failures);
      listed = page.issues.nodes.length;
    }
    while (page === undefined || page.issues.pageInfo.hasNextPage) {
      const after = page?.issues.pageInfo.endCursor ?? null;
      const answer = await this.#options.send(READ_ISSUES, { after });
      page = parsePage(answer);
      found.addPage(page, answer.failures);
      listed += page.issues.nodes.length;
    }
    return { total: page.issues.totalCount, listed };
  }
}

function isKnown(snapshot: Snapshot, { issue, updatedAt }: ReadIssue): boolean {
  return snapshot.issues.get(issue.number)?.updatedAt === updatedAt;
}

function parsePage({ data }: GraphQLAnswer): IssuePage {
  return v.parse(v.object({ repository: v.object(issuePageFields) }), data).repository;
}
