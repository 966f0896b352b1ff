import { fullName, type Hub } from "../domain/hub.ts";
import { type Repository } from "../domain/state.ts";
import { formatNodeId } from "./node-id.ts";
import { type Json, userShape } from "./user-shape.ts";

/** Address of the repository in the REST API. */
export function repositoryUrl(hub: Hub, repository: Repository): string {
  return `${hub.urls.api}/repos/${fullName(repository)}`;
}

/** Address of the repository for people and git. */
export function repositoryHtmlUrl(hub: Hub, repository: Repository): string {
  return `${hub.urls.server}/${fullName(repository)}`;
}

/** A repository as REST and webhooks show it. */
export function repositoryShape(hub: Hub, repository: Repository): Json {
  const html = repositoryHtmlUrl(hub, repository);
  const open = hub.issues(repository).filter((issue) => issue.state === "open").length;
  return {
    id: repository.id,
    node_id: formatNodeId("R", repository.id),
    name: repository.name,
    full_name: fullName(repository),
    private: repository.private,
    owner: userShape(hub, hub.userByLogin(repository.owner)),
    html_url: html,
    description: null,
    fork: false,
    url: repositoryUrl(hub, repository),
    clone_url: `${html}.git`,
    git_url: `${html.replace(/^http/, "git")}.git`,
    default_branch: repository.defaultBranch,
    visibility: repository.private ? "private" : "public",
    archived: false,
    disabled: false,
    is_template: false,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    forks_count: 0,
    forks: 0,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    size: 0,
    language: null,
    homepage: null,
    license: null,
    topics: [],
    open_issues_count: open,
    open_issues: open,
    created_at: repository.createdAt,
    updated_at: repository.pushedAt,
    pushed_at: repository.pushedAt,
  };
}
