import { type Hub } from "../domain/hub.ts";
import { type Repository, type User } from "../domain/state.ts";
import { formatNodeId } from "./node-id.ts";

/** One JSON object of a REST answer. */
export type Json = Record<string, unknown>;

/** The account that stands for every deleted one. */
const GHOST: User = { id: 10_137, login: "ghost", type: "User" };

/** A user as REST shows it; a deleted account is `ghost`. */
export function userShape(hub: Hub, user: User | undefined): Json {
  const { id, login, type } = user ?? GHOST;
  const api = `${hub.urls.api}/users/${encodeURIComponent(login)}`;
  const html = type === "Bot" ? `apps/${login.replace(/\[bot\]$/, "")}` : login;
  return {
    login,
    id,
    node_id: formatNodeId(type === "Bot" ? "BOT" : "U", id),
    avatar_url: `${hub.urls.server}/avatars/${id}`,
    gravatar_id: "",
    url: api,
    html_url: `${hub.urls.server}/${html}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type,
    site_admin: false,
  };
}

/** How an author stands to the repository. */
export function authorAssociation(repository: Repository, user: User | undefined): string {
  const login = user?.login.toLowerCase() ?? "";
  if (login === repository.owner.toLowerCase()) {
    return "OWNER";
  }
  return Object.hasOwn(repository.collaborators, login) ? "COLLABORATOR" : "NONE";
}
