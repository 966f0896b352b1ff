import type { Hub } from "../domain/hub.ts";
import { type Pull, type Repository } from "../domain/state.ts";
import { sharedShape } from "./issue-shape.ts";
import { formatNodeId } from "./node-id.ts";
import { repositoryShape, repositoryUrl } from "./repository-shape.ts";
import { type Json, userShape } from "./user-shape.ts";

/** A pull request as lists and webhooks show it; one read alone has more (`pullDetails`). */
export function pullShape(hub: Hub, issue: Pull): Json {
  const repository = hub.repositoryOf(issue);
  const api = repositoryUrl(hub, repository);
  const url = `${api}/pulls/${issue.number}`;
  const { pull } = issue;
  return {
    ...sharedShape(hub, issue),
    url,
    id: pull.id,
    node_id: formatNodeId("PR", issue.id),
    issue_url: `${api}/issues/${issue.number}`,
    commits_url: `${url}/commits`,
    comments_url: `${api}/issues/${issue.number}/comments`,
    review_comments_url: `${url}/comments`,
    statuses_url: `${api}/statuses/${pull.headSha}`,
    merged_at: pull.mergedAt ?? null,
    requested_reviewers: [],
    requested_teams: [],
    head: branchShape(hub, repository, pull.headRef, pull.headSha),
    base: branchShape(hub, repository, pull.baseRef, pull.baseSha),
    auto_merge: null,
    draft: pull.draft,
  };
}

/** What a webhook adds to {@link pullShape}; GitHub has not computed mergeability by then. */
export function pullEventShape(hub: Hub, issue: Pull): Json {
  const merger = hub.user(issue.pull.mergedById);
  return {
    ...pullShape(hub, issue),
    merged: issue.pull.mergedAt !== undefined,
    merged_by: merger === undefined ? null : userShape(hub, merger),
    mergeable: null,
    mergeable_state: "unknown",
    comments: issue.commentIds.length,
  };
}

function branchShape(hub: Hub, repository: Repository, ref: string, sha: string): Json {
  return {
    label: `${repository.owner}:${ref}`,
    ref,
    sha,
    user: userShape(hub, hub.userByLogin(repository.owner)),
    repo: repositoryShape(hub, repository),
  };
}
