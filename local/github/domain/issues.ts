import { milestoneShape } from "../shapes/milestone-shape.ts";
import { emitSubject } from "../shapes/webhook-events.ts";
import type { Actor } from "./access.ts";
import { invalid } from "./api-error.ts";
import type { Hub } from "./hub.ts";
import { addLabels, replaceLabels } from "./labels.ts";
import { checkBody, checkTitle, isTooLong } from "./limits.ts";
import {
  type Comment,
  type Issue,
  type Label,
  type Milestone,
  type PullFacts,
  type Repository,
  type StateReason,
  type User,
} from "./state.ts";

export interface NewIssue {
  readonly title: string | undefined;
  readonly body: string | undefined;
  readonly labels?: readonly Label[];
  readonly milestone?: Milestone | undefined;
  readonly assignees?: readonly User[];
}

/** A changed field; `to: undefined` clears it. An absent change leaves the field alone. */
export interface Change<T> {
  readonly to: T | undefined;
}

export interface IssueChanges {
  readonly title?: string | undefined;
  readonly body?: Change<string> | undefined;
  readonly state?: "open" | "closed" | undefined;
  readonly stateReason?: StateReason | undefined;
  readonly labels?: readonly Label[] | undefined;
  readonly milestone?: Change<Milestone> | undefined;
  readonly assignees?: readonly User[] | undefined;
}

/** Opens an issue. */
export function openIssue(hub: Hub, actor: Actor, repository: Repository, input: NewIssue): Issue {
  const title = checkTitle("Issue", input.title);
  checkBody("Issue", input.body);
  const issue = storeIssue(hub, repository, { ...input, title, authorId: actor.user.id });
  emitSubject(hub, actor, issue, "opened", {});
  addLabels(hub, actor, issue, input.labels ?? []);
  return issue;
}

/** What every issue and pull request starts with. */
export interface StoredIssue {
  readonly title: string;
  readonly body: string | undefined;
  readonly authorId: number | undefined;
  readonly milestone?: Milestone | undefined;
  readonly assignees?: readonly User[];
  readonly pull?: PullFacts;
}

/** Stores an issue under the next number without looking at any limit. */
export function storeIssue(hub: Hub, repository: Repository, input: StoredIssue): Issue {
  const at = hub.now();
  const issue: Issue = {
    id: hub.newId(),
    repositoryId: repository.id,
    number: repository.issueIds.length + 1,
    authorId: input.authorId,
    createdAt: at,
    title: input.title,
    body: input.body,
    state: "open",
    stateReason: undefined,
    updatedAt: at,
    closedAt: undefined,
    closedById: undefined,
    labelIds: [],
    assigneeIds: (input.assignees ?? []).map((user) => user.id),
    milestoneId: input.milestone?.id,
    commentIds: [],
    blockedByIds: [],
    subIssueIds: [],
    parentId: undefined,
    events: [],
    edits: [],
    pull: input.pull,
  };
  hub.state.issues.set(issue.id, issue);
  repository.issueIds.push(issue.id);
  return issue;
}

/** Applies what a PATCH or an `update…` mutation asks for, in the order GitHub reports it. */
export function updateIssue(hub: Hub, actor: Actor, issue: Issue, changes: IssueChanges): void {
  editTexts(hub, actor, issue, changes);
  if (changes.labels !== undefined) {
    replaceLabels(hub, actor, issue, changes.labels);
  }
  if (changes.assignees !== undefined) {
    issue.assigneeIds = changes.assignees.map((user) => user.id);
    issue.updatedAt = hub.now();
  }
  if (changes.milestone !== undefined) {
    setMilestone(hub, actor, issue, changes.milestone.to);
  }
  if (changes.state === "closed") {
    closeIssue(hub, actor, issue, { reason: changes.stateReason });
  } else if (changes.state === "open") {
    reopenIssue(hub, actor, issue);
  }
}

function editTexts(hub: Hub, actor: Actor, issue: Issue, changes: IssueChanges): void {
  const changed: Record<string, { from: string }> = {};
  const at = hub.now();
  const title = changes.title === undefined ? issue.title : checkTitle("Issue", changes.title);
  if (title !== issue.title) {
    const event = { id: hub.newId(), actorId: actor.user.id, createdAt: at };
    issue.events.push({ ...event, type: "renamed", from: issue.title, to: title });
    changed["title"] = { from: issue.title };
    issue.title = title;
  }
  // An over-long body is dropped without a word: the answer shows the old one.
  const body =
    changes.body === undefined || isTooLong(changes.body.to) ? issue.body : changes.body.to;
  if (body !== issue.body) {
    noteEdit(hub, actor, issue, at);
    changed["body"] = { from: issue.body ?? "" };
    issue.body = body;
  }
  if (Object.keys(changed).length > 0) {
    issue.updatedAt = at;
    emitSubject(hub, actor, issue, "edited", { changes: changed });
  }
}

/** Records who edited a body; the first edit also records the creation, as GitHub does. */
export function noteEdit(hub: Hub, actor: Actor, edited: Issue | Comment, at: string): void {
  if (edited.edits.length === 0) {
    const { authorId, createdAt } = edited;
    edited.edits.push({ id: hub.newId(), editorId: authorId, editedAt: createdAt });
  }
  edited.edits.push({ id: hub.newId(), editorId: actor.user.id, editedAt: at });
}

function setMilestone(hub: Hub, actor: Actor, issue: Issue, to: Milestone | undefined): void {
  if (issue.milestoneId === to?.id) {
    return;
  }
  const before = issue.milestoneId === undefined ? undefined : hub.milestone(issue.milestoneId);
  issue.milestoneId = to?.id;
  issue.updatedAt = hub.now();
  const named = to ?? before;
  const extra = named === undefined ? {} : { milestone: milestoneShape(hub, named) };
  emitSubject(hub, actor, issue, to === undefined ? "demilestoned" : "milestoned", extra);
}

export interface Closing {
  readonly reason?: StateReason | undefined;
  /** The pull request whose merge closes the issue. */
  readonly closer?: Issue;
}

/** Closes an issue or pull request; a closed one only takes another reason. */
export function closeIssue(hub: Hub, actor: Actor, issue: Issue, closing: Closing = {}): void {
  if (closing.reason === "reopened") {
    throw invalid("Issue", "state_reason", "invalid");
  }
  const reason = issue.pull === undefined ? (closing.reason ?? "completed") : undefined;
  if (issue.state === "closed") {
    issue.stateReason = closing.reason ?? issue.stateReason;
    return;
  }
  const at = hub.now();
  issue.state = "closed";
  issue.stateReason = reason;
  issue.closedAt = at;
  issue.closedById = actor.user.id;
  issue.updatedAt = at;
  const event = { id: hub.newId(), actorId: actor.user.id, createdAt: at };
  issue.events.push({
    ...event,
    type: "closed",
    stateReason: reason,
    closerId: closing.closer?.id,
  });
  emitSubject(hub, actor, issue, "closed", {});
}

/** Opens a closed issue or pull request again; a merged one stays merged. */
export function reopenIssue(hub: Hub, actor: Actor, issue: Issue): void {
  if (issue.state === "open") {
    return;
  }
  if (issue.pull?.mergedAt !== undefined) {
    throw invalid("PullRequest", "state", "invalid", "cannot be changed: it is merged");
  }
  const at = hub.now();
  issue.state = "open";
  issue.stateReason = issue.pull === undefined ? "reopened" : undefined;
  issue.closedAt = undefined;
  issue.closedById = undefined;
  issue.updatedAt = at;
  issue.events.push({ id: hub.newId(), actorId: actor.user.id, createdAt: at, type: "reopened" });
  emitSubject(hub, actor, issue, "reopened", {});
}
