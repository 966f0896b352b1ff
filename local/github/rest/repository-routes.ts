import { roleOf } from "../domain/access.ts";
import { notFound } from "../domain/api-error.ts";
import { found } from "../domain/hub.ts";
import { type Role } from "../domain/state.ts";
import type { Reply } from "../http/exchange.ts";
import { formatNodeId } from "../shapes/node-id.ts";
import { repositoryShape, repositoryUrl } from "../shapes/repository-shape.ts";
import { userShape } from "../shapes/user-shape.ts";
import { pageReply } from "./paging.ts";
import type { Call, Route } from "./route.ts";

/** The repository itself, its branches and refs, and what people may do in it. */
export const REPOSITORY_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "",
    operation: "repos/get",
    needs: "read repository",
    handle: (call) => ({ status: 200, body: repositoryShape(call.hub, call.repository) }),
  },
  {
    method: "GET",
    path: "/collaborators/{username}/permission",
    operation: "repos/get-collaborator-permission-level",
    needs: "read permissions",
    handle: readPermission,
  },
  {
    method: "GET",
    path: "/git/ref/{ref}",
    operation: "git/get-ref",
    needs: "read contents",
    handle: readRef,
  },
  {
    method: "GET",
    path: "/branches",
    operation: "repos/list-branches",
    needs: "read contents",
    handle: listBranches,
  },
];

/** The words of the older `permission` field: it has no triage and no maintain. */
const LEGACY: Readonly<Record<Role, string>> = {
  read: "read",
  triage: "read",
  write: "write",
  maintain: "write",
  admin: "admin",
};

function readPermission(call: Call): Reply {
  const { hub, repository } = call;
  const login = call.path["username"] ?? "";
  const user = hub.userByLogin(login);
  if (user === undefined || user.type === "Bot") {
    throw notFound(`${login} is not a user`);
  }
  const role = roleOf(repository, login);
  const permission = role === undefined ? "none" : LEGACY[role];
  const body = { permission, role_name: role ?? "none", user: userShape(hub, user) };
  return { status: 200, body };
}

async function readRef(call: Call): Promise<Reply> {
  const { hub, repository } = call;
  const git = hub.git.repository(repository.owner, repository.name);
  const ref = found(await git.readRef(`refs/${call.path["ref"]}`));
  const url = `${repositoryUrl(hub, repository)}/git`;
  const body = {
    ref: ref.name,
    node_id: formatNodeId("REF", `${repository.id}:${ref.name}`),
    url: `${url}/${ref.name}`,
    object: { sha: ref.sha, type: ref.type, url: `${url}/${ref.type}s/${ref.sha}` },
  };
  return { status: 200, body };
}

async function listBranches(call: Call): Promise<Reply> {
  const { hub, repository } = call;
  const git = hub.git.repository(repository.owner, repository.name);
  const refs = await git.listRefs("refs/heads/");
  return pageReply(call, "/branches", refs, (ref) => ({
    name: ref.name.slice("refs/heads/".length),
    commit: { sha: ref.sha, url: `${repositoryUrl(hub, repository)}/commits/${ref.sha}` },
    protected: false,
  }));
}
