import { commentShape } from "../shapes/comment-shape.ts";
import { emitComment } from "../shapes/webhook-events.ts";
import type { Actor } from "./access.ts";
import { invalid } from "./api-error.ts";
import type { Hub } from "./hub.ts";
import { noteEdit } from "./issues.ts";
import { checkBody } from "./limits.ts";
import { type Comment, type Issue } from "./state.ts";

/** Adds a comment to an issue or pull request. */
export function addComment(
  hub: Hub,
  actor: Actor,
  issue: Issue,
  body: string | undefined,
): Comment {
  const text = checkComment(body);
  const at = hub.now();
  const comment: Comment = {
    id: hub.newId(),
    issueId: issue.id,
    authorId: actor.user.id,
    createdAt: at,
    body: text,
    updatedAt: at,
    edits: [],
  };
  hub.state.comments.set(comment.id, comment);
  issue.commentIds.push(comment.id);
  issue.updatedAt = at;
  emitComment(hub, actor, issue, "created", { comment: commentShape(hub, comment) });
  return comment;
}

/** Replaces the text of a comment; unlike an issue's body, one that is too long is refused. */
export function updateComment(
  hub: Hub,
  actor: Actor,
  comment: Comment,
  body: string | undefined,
): void {
  const text = checkComment(body);
  if (text === comment.body) {
    return;
  }
  const at = hub.now();
  const from = comment.body;
  noteEdit(hub, actor, comment, at);
  comment.body = text;
  comment.updatedAt = at;
  const issue = hub.issue(comment.issueId);
  issue.updatedAt = at;
  const changes = { body: { from } };
  emitComment(hub, actor, issue, "edited", { comment: commentShape(hub, comment), changes });
}

function checkComment(body: string | undefined): string {
  if (body === undefined || body.trim() === "") {
    throw invalid("IssueComment", "body", "missing_field", "Body cannot be blank");
  }
  checkBody("IssueComment", body);
  return body;
}
