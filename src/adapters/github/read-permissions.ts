import type { Permission } from "../../core/observation.ts";
import type { GitHubClient } from "./client.ts";
import { isStatus } from "./read-runs.ts";

const PERMISSIONS: readonly Permission[] = ["admin", "maintain", "write", "triage", "read", "none"];

/** What each of them may do in the repository, by login: one request for each. */
export async function readPermissions(
  client: GitHubClient,
  logins: readonly string[],
): Promise<ReadonlyMap<string, Permission>> {
  const permissions = new Map<string, Permission>();
  for (const username of new Set(logins)) {
    permissions.set(username, await readPermission(client, username));
  }
  return permissions;
}

async function readPermission(
  { octokit, owner, repo }: GitHubClient,
  username: string,
): Promise<Permission> {
  try {
    const who = { owner, repo, username };
    const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel(who);
    return parsePermission(data.role_name) ?? parsePermission(data.permission) ?? "none";
  } catch (error) {
    if (isStatus(error, 404)) {
      return "none";
    }
    throw error;
  }
}

function parsePermission(text: string | undefined): Permission | undefined {
  return PERMISSIONS.find((permission) => permission === text);
}
