import type { Hub } from "../domain/hub.ts";
import { countDependencies, countSubIssues } from "../domain/relations.ts";
import { type Issue } from "../domain/state.ts";
import { labelShape } from "./label-shape.ts";
import { milestoneShape } from "./milestone-shape.ts";
import { formatNodeId } from "./node-id.ts";
import { repositoryHtmlUrl, repositoryUrl } from "./repository-shape.ts";
import { authorAssociation, type Json, userShape } from "./user-shape.ts";

/** Address of an issue or pull request for people. */
export function issueHtmlUrl(hub: Hub, issue: Issue): string {
  const kind = issue.pull === undefined ? "issues" : "pull";
  return `${repositoryHtmlUrl(hub, hub.repositoryOf(issue))}/${kind}/${issue.number}`;
}

/** Fields that the issue and the pull request form of an object share. */
export function sharedShape(hub: Hub, issue: Issue): Json {
  const repository = hub.repositoryOf(issue);
  const milestone = issue.milestoneId === undefined ? undefined : hub.milestone(issue.milestoneId);
  const author = hub.user(issue.authorId);
  return {
    html_url: issueHtmlUrl(hub, issue),
    number: issue.number,
    title: issue.title,
    body: issue.body ?? null,
    user: userShape(hub, author),
    labels: hub.labels(issue).map((label) => labelShape(hub, label)),
    state: issue.state,
    locked: false,
    active_lock_reason: null,
    assignees: issue.assigneeIds.map((id) => userShape(hub, hub.user(id))),
    milestone: milestone === undefined ? null : milestoneShape(hub, milestone),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt ?? null,
    author_association: authorAssociation(repository, author),
  };
}

/** An issue as REST shows it; a pull request has the key `pull_request` as well. */
export function issueShape(hub: Hub, issue: Issue): Json {
  const api = repositoryUrl(hub, hub.repositoryOf(issue));
  const url = `${api}/issues/${issue.number}`;
  const closer = hub.user(issue.closedById);
  return {
    ...sharedShape(hub, issue),
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    id: issue.id,
    node_id: issue.pull === undefined ? formatNodeId("I", issue.id) : formatNodeId("PR", issue.id),
    comments: issue.commentIds.length,
    state_reason: issue.stateReason ?? null,
    closed_by: closer === undefined ? null : userShape(hub, closer),
    performed_via_github_app: null,
    ...(issue.pull === undefined ? relationsShape(hub, api, issue) : pullShape(hub, api, issue)),
  };
}

function relationsShape(hub: Hub, api: string, issue: Issue): Json {
  const dependencies = countDependencies(hub, issue);
  const subIssues = countSubIssues(hub, issue);
  const parent = issue.parentId === undefined ? undefined : hub.issue(issue.parentId);
  return {
    issue_dependencies_summary: {
      blocked_by: dependencies.blockedBy,
      total_blocked_by: dependencies.totalBlockedBy,
      blocking: dependencies.blocking,
      total_blocking: dependencies.totalBlocking,
    },
    sub_issues_summary: {
      total: subIssues.total,
      completed: subIssues.completed,
      percent_completed: subIssues.percentCompleted,
    },
    ...(parent === undefined ? {} : { parent_issue_url: `${api}/issues/${parent.number}` }),
  };
}

function pullShape(hub: Hub, api: string, issue: Issue): Json {
  const html = issueHtmlUrl(hub, issue);
  return {
    draft: issue.pull?.draft ?? false,
    pull_request: {
      url: `${api}/pulls/${issue.number}`,
      html_url: html,
      diff_url: `${html}.diff`,
      patch_url: `${html}.patch`,
      merged_at: issue.pull?.mergedAt ?? null,
    },
  };
}
