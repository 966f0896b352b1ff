import type { IssueReference, ObservedIssue } from "../observation.ts";
import {
  type ReadIssue,
  recallIssue,
  rememberIssue,
  type RememberedIssue,
  rememberedSeconds,
  type Snapshot,
} from "./snapshot.ts";

/** What one tick has read so far. */
export interface Reads {
  readonly issues: ReadonlyMap<number, ReadIssue>;
  /** Issues that were asked for by number and do not exist: deleted, or moved elsewhere. */
  readonly gone: ReadonlySet<number>;
  /** Issues that GitHub gave in no readable form. */
  readonly unreadable: ReadonlyMap<number, string>;
}

/** The issues as they are known now. */
export interface Backlog {
  readonly issues: ReadonlyMap<number, ObservedIssue>;
  readonly unreadable: ReadonlyMap<number, string>;
  /** Those that come from the snapshot. */
  readonly stale: ReadonlySet<number>;
}

/**
 * Puts what was read over what was remembered. Whatever was read wins, whenever it changed; the
 * order of reading makes no difference. A remembered issue that a read one knows to be open is open:
 * a blocker cannot be hidden by calling it closed [F106].
 */
export function mergeBacklog(snapshot: Snapshot | undefined, reads: Reads): Backlog {
  const issues = new Map<number, ObservedIssue>();
  const stale = new Set<number>();
  for (const [number, remembered] of snapshot?.issues ?? []) {
    if (!isKnown(number, reads)) {
      issues.set(number, recallIssue(remembered));
      stale.add(number);
    }
  }
  const repository = snapshot?.repository.toLowerCase();
  for (const { issue } of reads.issues.values()) {
    issues.set(issue.number, issue);
    for (const reference of [...issue.blockedBy, ...issue.subIssues]) {
      if (stale.has(reference.number) && reference.repository.toLowerCase() === repository) {
        reopen(issues, reference);
      }
    }
  }
  const unreadable = [...(snapshot?.unreadable ?? [])].filter(
    ([number]) => !isKnown(number, reads),
  );
  return { issues, stale, unreadable: new Map([...unreadable, ...reads.unreadable]) };
}

function isKnown(number: number, { issues, gone, unreadable }: Reads): boolean {
  return issues.has(number) || gone.has(number) || unreadable.has(number);
}

function reopen(issues: Map<number, ObservedIssue>, { number, state }: IssueReference): void {
  const issue = issues.get(number);
  if (issue !== undefined && state === "open") {
    issues.set(number, { ...issue, state, closedAs: undefined });
  }
}

/** Closed issues are remembered for so long after they were read: some wait for them still. */
const CLOSED_SECONDS = 24 * 60 * 60;

/** The snapshot for the next tick, after what was read at `at`. */
export function nextSnapshot(
  snapshot: Snapshot | undefined,
  reads: Reads,
  head: Omit<Snapshot, "issues" | "unreadable">,
): Snapshot {
  const at = head.cursor;
  const issues = new Map<number, RememberedIssue>();
  for (const [number, remembered] of snapshot?.issues ?? []) {
    if (!isKnown(number, reads) && isWorthKeeping(remembered, at)) {
      issues.set(number, remembered);
    }
  }
  for (const [number, read] of reads.issues) {
    issues.set(number, rememberIssue(read, at));
  }
  const { unreadable } = mergeBacklog(snapshot, reads);
  return { ...head, issues, unreadable };
}

function isWorthKeeping({ state, readAt }: RememberedIssue, now: string): boolean {
  return state === "open" || rememberedSeconds(readAt, now) < CLOSED_SECONDS;
}

/** Without its open issues: what a full reading does not bring again. */
export function withoutOpen(snapshot: Snapshot | undefined): Snapshot | undefined {
  return (
    snapshot && {
      ...snapshot,
      issues: new Map([...snapshot.issues].filter(([, { state }]) => state === "closed")),
      unreadable: new Map(),
    }
  );
}
