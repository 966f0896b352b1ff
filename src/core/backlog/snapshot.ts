import type { ObservedIssue } from "../observation.ts";
import { parseInstant } from "../text/instant.ts";
import { EMPTY_BODY, parseIssueBody } from "../text/issue-body.ts";

/**
 * What a tick remembers of the issues for the next one, kept in a cache: how they stand and what
 * they wait for. Who labelled, wrote or edited them and the hash of their text are left out: these
 * come from the API or the journal only [N35]. It is lost now and then, and it may be forged.
 */
export interface Snapshot {
  /** `owner/name`. */
  readonly repository: string;
  readonly triggerLabel: string;
  /** Every change up to then is in it: ISO 8601, UTC, by GitHub's clock. */
  readonly cursor: string;
  /** When all open issues were last read with their edges. */
  readonly fullAt: string;
  /** How many events the journal had. */
  readonly journalSeq: number;
  /** Open issues that GitHub counts and does not list. */
  readonly hidden: number;
  readonly issues: ReadonlyMap<number, RememberedIssue>;
  /** Open issues that GitHub gave in no readable form, with the reason [N04]. */
  readonly unreadable: ReadonlyMap<number, string>;
}

/** What is planned with, of an issue that this tick does not read. */
export type RememberedFields = Pick<
  ObservedIssue,
  | "number"
  | "state"
  | "closedAs"
  | "createdAt"
  | "closedAt"
  | "labels"
  | "milestone"
  | "blockedBy"
  | "openBlockerCount"
  | "subIssues"
  | "subIssueCount"
  | "parent"
>;

export interface RememberedIssue extends RememberedFields {
  /** Empty when it declares neither dependencies nor paths, which is most of them. */
  readonly body: string;
  /** When GitHub says that it changed last; a native edge does not count as a change. */
  readonly updatedAt: string;
  /** When it was read. */
  readonly readAt: string;
}

/** An issue as this tick read it. */
export interface ReadIssue {
  readonly issue: ObservedIssue;
  readonly updatedAt: string;
}

/** Takes from an issue what the next tick may know of it. */
export function rememberIssue({ issue, updatedAt }: ReadIssue, readAt: string): RememberedIssue {
  return {
    number: issue.number,
    state: issue.state,
    closedAs: issue.closedAs,
    createdAt: issue.createdAt,
    closedAt: issue.closedAt,
    labels: issue.labels,
    milestone: issue.milestone,
    blockedBy: issue.blockedBy,
    openBlockerCount: issue.openBlockerCount,
    subIssues: issue.subIssues,
    subIssueCount: issue.subIssueCount,
    parent: issue.parent,
    body: declares(issue.body) ? issue.body : "",
    updatedAt,
    readAt,
  };
}

/** Whether a body says anything that planning needs, whatever the configuration reads of it. */
function declares(body: string): boolean {
  return parseIssueBody(body, { repository: "any/any", taskLists: true }) !== EMPTY_BODY;
}

/** Returns an issue of the snapshot with nothing in it that could stand for somebody's word. */
export function recallIssue(remembered: RememberedIssue): ObservedIssue {
  const { updatedAt: _updatedAt, readAt: _readAt, ...fields } = remembered;
  return {
    ...fields,
    title: "",
    textHash: "",
    reopened: undefined,
    author: undefined,
    assignees: [],
    trigger: undefined,
    textEdits: [],
    textEditsComplete: false,
    statusComment: undefined,
  };
}

/** Whole seconds from one time of a snapshot to another; one that cannot be read is 1970. */
export function rememberedSeconds(from: string, to: string): number {
  return (parseInstant(to) ?? 0) - (parseInstant(from) ?? 0);
}
