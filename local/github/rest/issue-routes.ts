import { type Actor, may } from "../domain/access.ts";
import { ApiError, invalid } from "../domain/api-error.ts";
import { addComment, updateComment } from "../domain/comments.ts";
import { found } from "../domain/hub.ts";
import { type IssueChanges, openIssue, updateIssue } from "../domain/issues.ts";
import { labelsByName } from "../domain/labels.ts";
import { type Comment, type Issue, type Milestone, type User } from "../domain/state.ts";
import type { Reply } from "../http/exchange.ts";
import { commentShape } from "../shapes/comment-shape.ts";
import { issueShape } from "../shapes/issue-shape.ts";
import { timelineOf, timelineShape } from "../shapes/timeline-shape.ts";
import { choiceOf, namesOf, numberOf, textChangeOf, textOf } from "./fields.ts";
import { listIssues } from "./issue-filters.ts";
import { pageReply } from "./paging.ts";
import type { Call, Route } from "./route.ts";

const REASONS = ["completed", "not_planned", "duplicate", "reopened"] as const;
const LIST_FILTERS = ["state", "labels", "since", "milestone", "creator", "sort", "direction"];
const ISSUE_FIELDS = ["title", "body", "labels", "milestone", "assignees"];

/** Issues, their comments and their timeline. */
export const ISSUE_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/issues",
    operation: "issues/list-for-repo",
    needs: "read issues",
    query: LIST_FILTERS,
    handle: (call) =>
      pageReply(call, "/issues", listIssues(call), (issue) => issueShape(call.hub, issue)),
  },
  {
    method: "POST",
    path: "/issues",
    operation: "issues/create",
    needs: "write issues",
    body: ISSUE_FIELDS,
    createsContent: true,
    handle: createIssue,
  },
  {
    method: "GET",
    path: "/issues/{issue_number}",
    operation: "issues/get",
    needs: "read issues",
    handle: (call) => ({ status: 200, body: issueShape(call.hub, issueOf(call)) }),
  },
  {
    method: "PATCH",
    path: "/issues/{issue_number}",
    operation: "issues/update",
    needs: "edit issues",
    body: [...ISSUE_FIELDS, "state", "state_reason"],
    handle: patchIssue,
  },
  {
    method: "GET",
    path: "/issues/{issue_number}/comments",
    operation: "issues/list-comments",
    needs: "read issues",
    query: ["since"],
    handle: listComments,
  },
  {
    method: "POST",
    path: "/issues/{issue_number}/comments",
    operation: "issues/create-comment",
    needs: "write issues",
    body: ["body"],
    createsContent: true,
    handle: (call) => {
      const comment = addComment(call.hub, call.viewer, issueOf(call), textOf(call.body, "body"));
      return { status: 201, body: commentShape(call.hub, comment) };
    },
  },
  {
    method: "PATCH",
    path: "/issues/comments/{comment_id}",
    operation: "issues/update-comment",
    needs: "write issues",
    body: ["body"],
    handle: patchComment,
  },
  {
    method: "GET",
    path: "/issues/{issue_number}/timeline",
    operation: "issues/list-events-for-timeline",
    needs: "read issues",
    handle: (call) => {
      const issue = issueOf(call);
      const path = `/issues/${issue.number}/timeline`;
      return pageReply(call, path, timelineOf(call.hub, issue), (entry) =>
        timelineShape(call.hub, issue, entry),
      );
    },
  },
];

/** The issue or pull request that the path names, or GitHub's 404. */
export function issueOf(call: Call): Issue {
  const number = Number(call.path["issue_number"]);
  return found(call.hub.issueByNumber(call.repository, number));
}

function createIssue(call: Call): Reply {
  const { hub, viewer, repository, body } = call;
  // Without triage rights GitHub drops these silently.
  const mayTriage = may(viewer, repository, "triage issues");
  const issue = openIssue(hub, viewer, repository, {
    title: textOf(body, "title"),
    body: textOf(body, "body"),
    labels: mayTriage ? labelsByName(hub, repository, namesOf(body["labels"], "labels") ?? []) : [],
    milestone: mayTriage ? milestoneOf(call) : undefined,
    assignees: mayTriage ? (assigneesOf(call) ?? []) : [],
  });
  return { status: 201, body: issueShape(hub, issue) };
}

function patchIssue(call: Call): Reply {
  const { hub, viewer, repository, body } = call;
  const issue = issueOf(call);
  const mayTriage = may(viewer, repository, "triage issues") || viewer.kind === "job";
  const names = mayTriage ? namesOf(body["labels"], "labels") : undefined;
  const changesMilestone = mayTriage && Object.hasOwn(body, "milestone");
  const changes: IssueChanges = {
    title: textOf(body, "title"),
    body: textChangeOf(body, "body"),
    state: choiceOf(body, "state", ["open", "closed"]),
    stateReason: choiceOf(body, "state_reason", REASONS),
    labels: names && labelsByName(hub, repository, names),
    milestone: changesMilestone ? { to: milestoneOf(call) } : undefined,
    assignees: mayTriage ? assigneesOf(call) : undefined,
  };
  updateIssue(hub, viewer, issue, changes);
  return { status: 200, body: issueShape(hub, issue) };
}

function milestoneOf(call: Call): Milestone | undefined {
  const number = numberOf(call.body, "milestone");
  if (number === undefined) {
    return undefined;
  }
  const milestone = call.hub.milestoneByNumber(call.repository, number);
  if (milestone === undefined) {
    throw invalid("Issue", "milestone", "invalid");
  }
  return milestone;
}

function assigneesOf(call: Call): readonly User[] | undefined {
  return namesOf(call.body["assignees"], "assignees")?.map((login) => {
    const user = call.hub.userByLogin(login);
    if (user === undefined) {
      throw invalid("Issue", "assignees", "invalid");
    }
    return user;
  });
}

function listComments(call: Call): Reply {
  const issue = issueOf(call);
  const since = Date.parse(call.query.get("since") ?? "1970-01-01T00:00:00Z");
  const comments = call.hub.comments(issue).filter((it) => Date.parse(it.updatedAt) >= since);
  const path = `/issues/${issue.number}/comments`;
  return pageReply(call, path, comments, (comment) => commentShape(call.hub, comment));
}

function patchComment(call: Call): Reply {
  const { hub, viewer, repository } = call;
  const comment = hub.comment(Number(call.path["comment_id"]));
  found(hub.issue(comment.issueId).repositoryId === repository.id ? comment : undefined);
  checkCommentEditor(call, viewer, comment);
  updateComment(hub, viewer, comment, textOf(call.body, "body"));
  return { status: 200, body: commentShape(hub, comment) };
}

function checkCommentEditor(call: Call, viewer: Actor, comment: Comment): void {
  if (comment.authorId !== viewer.user.id && !may(viewer, call.repository, "write contents")) {
    throw new ApiError(403, "Must have push access to edit comments of others.");
  }
}
