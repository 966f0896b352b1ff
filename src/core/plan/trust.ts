import type { Configuration } from "../configuration.ts";
import type { Approval, IssueRecord } from "../journal/records.ts";
import type {
  Actor,
  LabelEvent,
  ObservedIssue,
  ObservedRepository,
  Permission,
  TextEdit,
} from "../observation.ts";
import { isAfter, isAtOrAfter } from "../text/instant.ts";
import type { ApprovalReason } from "./reasons.ts";

/** What `decideApproval` needs to know besides the issue and its record. */
export interface TrustContext {
  readonly repository: Pick<ObservedRepository, "isPrivate">;
  readonly configuration: Pick<Configuration, "allowPublic" | "trust">;
  /** What the API said, by login. A login that is missing was not asked. */
  readonly permissions: ReadonlyMap<string, Permission>;
  /** Issues that this tick did not read; absent = it read all. */
  readonly stale?: ReadonlySet<number>;
}

export type ApprovalDecision =
  | {
      readonly decision: "approved";
      readonly approval: Approval;
      /**
       * `journal` = it is there already; the others are to be journalled: `label` = someone set the
       * label (or reopened an ended issue), `edit` = a writer changed a text that was approved.
       */
      readonly source: "journal" | "label" | "edit";
    }
  | {
      readonly decision: "refused";
      readonly reason: ApprovalReason;
      /** True when an approval in the journal does not hold any more. */
      readonly withdraws: boolean;
    }
  /** Nothing can be said before the API is asked what these people may do. */
  | { readonly decision: "unknown"; readonly logins: readonly string[] };

/** Our own identity when we act with GITHUB_TOKEN: never a writer, whatever the settings say. */
const GITHUB_ACTIONS_BOT_ID = 41_898_282;

const WRITE: readonly Permission[] = ["admin", "maintain", "write"];

/**
 * Decides whether a writer stands behind the text of an open issue that has the trigger label
 * (design 4.1). An approval in the journal holds while the text is the approved one and the label
 * was not set again since. A new one needs a writer as the actor of the label event, and no edit by
 * a non-writer at or after that second [N01, N02, F27, F104].
 */
export function decideApproval(
  issue: ObservedIssue,
  record: IssueRecord | undefined,
  context: TrustContext,
): ApprovalDecision {
  if (!context.repository.isPrivate && !context.configuration.allowPublic) {
    return refused({ type: "public-repository" }, false);
  }
  const standing = record?.ended === undefined ? record?.approval : undefined;
  if (context.stale?.has(issue.number) === true) {
    return decideUnread(record, standing);
  }
  const event = latestWord(issue, record);
  // Mostly it is the event that was journalled, so that no time has to be read.
  const isSuperseded =
    standing !== undefined && event?.at !== standing.at && isAfter(event?.at, standing.at);
  if (standing !== undefined && !isSuperseded) {
    return standing.textHash === issue.textHash
      ? { decision: "approved", approval: standing, source: "journal" }
      : decideRefreeze(issue, standing, context);
  }
  return decideNewApproval(issue, record, event, context);
}

/**
 * An issue that this tick did not read: an approval in the journal goes on until the issue is read
 * again, which it is before it starts, and nothing that a cache says can make or end one [F106].
 */
function decideUnread(
  record: IssueRecord | undefined,
  standing: Approval | undefined,
): ApprovalDecision {
  if (standing !== undefined) {
    return { decision: "approved", approval: standing, source: "journal" };
  }
  return record?.ended === undefined
    ? refused({ type: "approval-unread" }, false)
    : refused({ type: "delivery-ended", ended: record.ended }, false);
}

/**
 * What someone did that may count as approval: the label or `/approve`, whichever is later, and
 * after an end also a reopening.
 */
function latestWord(issue: ObservedIssue, record: IssueRecord | undefined): LabelEvent | undefined {
  const { trigger, reopened } = issue;
  const said = record?.said === undefined ? undefined : wordOf(record.said);
  const word = isAfter(said?.at, trigger?.at) ? said : trigger;
  if (record?.ended === undefined) {
    return word;
  }
  if (word !== undefined && isAfter(word.at, record.endedAt)) {
    return word;
  }
  return reopened !== undefined && isAfter(reopened.at, record.endedAt) ? reopened : undefined;
}

/** Whoever said it is asked for again by login: the journal is no proof of a permission. */
function wordOf({ by, at }: NonNullable<IssueRecord["said"]>): LabelEvent {
  return { by: { login: by, id: 0, type: "user" }, at };
}

function decideNewApproval(
  issue: ObservedIssue,
  record: IssueRecord | undefined,
  event: LabelEvent | undefined,
  context: TrustContext,
): ApprovalDecision {
  const withdraws = record?.ended === undefined && record?.approval !== undefined;
  if (event === undefined) {
    return record?.ended === undefined
      ? refused({ type: "label-event-unknown" }, false)
      : refused({ type: "delivery-ended", ended: record.ended }, false);
  }
  const setter = judgeActor(event.by, context);
  if (setter === "reader") {
    return refused(refusedSetter(event.by), withdraws);
  }
  const edits = judgeEdits(issue, event.at, context);
  if (edits.reason !== undefined) {
    return refused(edits.reason, withdraws);
  }
  const logins = setter === "unknown" ? [event.by?.login ?? "", ...edits.logins] : edits.logins;
  if (logins.length > 0) {
    return { decision: "unknown", logins: [...new Set(logins)].toSorted() };
  }
  return {
    decision: "approved",
    approval: { by: event.by?.login ?? "", at: event.at, textHash: issue.textHash },
    source: "label",
  };
}

/** The text changed after its approval: a writer's edit is frozen anew, any other voids it. */
function decideRefreeze(
  issue: ObservedIssue,
  standing: Approval,
  context: TrustContext,
): ApprovalDecision {
  const edits = judgeEdits(issue, standing.at, context);
  if (edits.reason !== undefined) {
    return refused(edits.reason, true);
  }
  if (edits.last === undefined) {
    return refused({ type: "text-changed" }, false);
  }
  if (edits.logins.length > 0) {
    return { decision: "unknown", logins: edits.logins };
  }
  const { by, at } = edits.last;
  const approval = { by: by?.login ?? "", at, textHash: issue.textHash };
  return { decision: "approved", approval, source: "edit" };
}

interface EditJudgement {
  /** Why the edits void an approval. */
  readonly reason: ApprovalReason | undefined;
  /** Editors whose permission is not known yet, sorted. */
  readonly logins: readonly string[];
  readonly last: TextEdit | undefined;
}

const NO_EDITS: EditJudgement = { reason: undefined, logins: [], last: undefined };

/** Judges the edits at or after `since`; the same second counts as later. */
function judgeEdits(issue: ObservedIssue, since: string, context: TrustContext): EditJudgement {
  if (issue.textEdits.length === 0 && issue.textEditsComplete) {
    return NO_EDITS;
  }
  const edits = issue.textEdits.filter(({ at }) => isAtOrAfter(at, since));
  const logins = new Set<string>();
  for (const { by, at, what } of edits) {
    const editor = judgeActor(by, context);
    if (editor === "reader") {
      const reason = { type: "edited-by-reader", login: by?.login, at, what } as const;
      return { reason, logins: [], last: undefined };
    }
    if (editor === "unknown" && by !== undefined) {
      logins.add(by.login);
    }
  }
  // Unknown edits are older than every one that was read; only bodies have too many to read.
  const hidesSome =
    !issue.textEditsComplete &&
    issue.textEdits.every(({ at, what }) => what === "title" || isAtOrAfter(at, since));
  return {
    reason: hidesSome ? { type: "edits-unknown" } : undefined,
    logins: [...logins].toSorted(),
    last: edits.at(-1),
  };
}

/**
 * Whether someone may write: people by what the API says of their login, bots only by the numeric
 * id of the configuration. A name that ends in `[bot]` proves nothing.
 */
function judgeActor(
  actor: Actor | undefined,
  context: TrustContext,
): "writer" | "reader" | "unknown" {
  if (actor === undefined || actor.id === GITHUB_ACTIONS_BOT_ID) {
    return "reader";
  }
  if (actor.type === "bot") {
    return context.configuration.trust.bots.includes(actor.id) ? "writer" : "reader";
  }
  const permission = context.permissions.get(actor.login);
  if (permission === undefined) {
    return "unknown";
  }
  return WRITE.includes(permission) ? "writer" : "reader";
}

function refusedSetter(actor: Actor | undefined): ApprovalReason {
  if (actor === undefined) {
    return { type: "label-by-deleted-account" };
  }
  return actor.type === "bot"
    ? { type: "label-by-bot", login: actor.login, id: actor.id }
    : { type: "label-by-reader", login: actor.login };
}

function refused(reason: ApprovalReason, withdraws: boolean): ApprovalDecision {
  return { decision: "refused", reason, withdraws };
}

/**
 * How much the author of a text can be relied on, from what is known anyway: nobody is asked for
 * it. `unknown` = the permission was not read, which is no worse than `reader`.
 */
export type AuthorIntegrity = "writer" | "reader" | "unknown";

export function authorIntegrity(issue: ObservedIssue, context: TrustContext): AuthorIntegrity {
  return judgeActor(issue.author, context);
}

/**
 * Lists the people whose permission a tick must ask for: who set a trigger label that the journal
 * does not know yet, and who edited after an approval. Sorted, each once; few even when there are
 * many issues, because a journalled approval of an unchanged text asks nothing.
 */
export function listPermissionQuestions(
  issues: Iterable<ObservedIssue>,
  records: ReadonlyMap<number, IssueRecord>,
  context: TrustContext,
): readonly string[] {
  const logins = new Set<string>();
  for (const issue of issues) {
    if (issue.state === "open" && issue.trigger !== undefined) {
      const decision = decideApproval(issue, records.get(issue.number), context);
      for (const login of decision.decision === "unknown" ? decision.logins : []) {
        logins.add(login);
      }
    }
  }
  return [...logins].toSorted();
}
