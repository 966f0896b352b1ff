import type { Hub } from "../domain/hub.ts";
import { type Comment } from "../domain/state.ts";
import { formatNodeId } from "./node-id.ts";
import { repositoryHtmlUrl, repositoryUrl } from "./repository-shape.ts";
import { authorAssociation, type Json, userShape } from "./user-shape.ts";

/** A comment as REST shows it. */
export function commentShape(hub: Hub, comment: Comment): Json {
  const issue = hub.issue(comment.issueId);
  const repository = hub.repositoryOf(issue);
  const api = repositoryUrl(hub, repository);
  const author = hub.user(comment.authorId);
  return {
    url: `${api}/issues/comments/${comment.id}`,
    html_url: `${repositoryHtmlUrl(hub, repository)}/issues/${issue.number}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${issue.number}`,
    id: comment.id,
    node_id: formatNodeId("IC", comment.id),
    user: userShape(hub, author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: authorAssociation(repository, author),
    body: comment.body,
    performed_via_github_app: null,
  };
}
