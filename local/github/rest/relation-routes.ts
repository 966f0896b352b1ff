import { ApiError } from "../domain/api-error.ts";
import { found } from "../domain/hub.ts";
import {
  addBlockedBy,
  addSubIssue,
  blockedOf,
  blockersOf,
  removeBlockedBy,
  subIssuesOf,
} from "../domain/relations.ts";
import { type Issue } from "../domain/state.ts";
import type { Reply } from "../http/exchange.ts";
import { issueShape } from "../shapes/issue-shape.ts";
import { booleanOf, numberOf } from "./fields.ts";
import { issueOf } from "./issue-routes.ts";
import { pageReply } from "./paging.ts";
import type { Call, Route } from "./route.ts";

const ISSUE = "/issues/{issue_number}";

/** Dependencies and sub-issues. Bodies and paths name the other issue by its DATABASE id. */
export const RELATION_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: `${ISSUE}/dependencies/blocked_by`,
    operation: "issues/list-dependencies-blocked-by",
    needs: "read issues",
    handle: (call) => list(call, "dependencies/blocked_by", blockersOf(call.hub, issueOf(call))),
  },
  {
    method: "GET",
    path: `${ISSUE}/dependencies/blocking`,
    operation: "issues/list-dependencies-blocking",
    needs: "read issues",
    handle: (call) => list(call, "dependencies/blocking", blockedOf(call.hub, issueOf(call))),
  },
  {
    method: "POST",
    path: `${ISSUE}/dependencies/blocked_by`,
    operation: "issues/add-blocked-by-dependency",
    needs: "triage issues",
    body: ["issue_id"],
    handle: (call) => {
      const blocker = issueById(call, numberOf(call.body, "issue_id"));
      addBlockedBy(issueOf(call), blocker);
      return { status: 201, body: issueShape(call.hub, blocker) };
    },
  },
  {
    method: "DELETE",
    path: `${ISSUE}/dependencies/blocked_by/{issue_id}`,
    operation: "issues/remove-dependency-blocked-by",
    needs: "triage issues",
    handle: (call) => {
      const blocker = issueById(call, Number(call.path["issue_id"]));
      removeBlockedBy(issueOf(call), blocker);
      return { status: 200, body: issueShape(call.hub, blocker) };
    },
  },
  {
    method: "GET",
    path: `${ISSUE}/sub_issues`,
    operation: "issues/list-sub-issues",
    needs: "read issues",
    handle: (call) => list(call, "sub_issues", subIssuesOf(call.hub, issueOf(call))),
  },
  {
    method: "POST",
    path: `${ISSUE}/sub_issues`,
    operation: "issues/add-sub-issue",
    needs: "triage issues",
    body: ["sub_issue_id", "replace_parent"],
    handle: (call) => {
      const parent = issueOf(call);
      const child = issueById(call, numberOf(call.body, "sub_issue_id"));
      const replaceParent = booleanOf(call.body, "replace_parent") ?? false;
      addSubIssue(call.hub, parent, child, { replaceParent });
      return { status: 201, body: issueShape(call.hub, parent) };
    },
  },
];

function list(call: Call, part: string, issues: readonly Issue[]): Reply {
  const path = `/issues/${issueOf(call).number}/${part}`;
  return pageReply(call, path, issues, (issue) => issueShape(call.hub, issue));
}

function issueById(call: Call, id: number | undefined): Issue {
  if (id === undefined) {
    throw new ApiError(422, "Invalid request.\n\nThe database id of an issue was not supplied.");
  }
  const issue = call.hub.state.issues.get(id);
  return found(issue?.repositoryId === call.repository.id ? issue : undefined);
}
