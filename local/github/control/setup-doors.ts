import { ApiError } from "../domain/api-error.ts";
import { found } from "../domain/hub.ts";
import { storeIssue } from "../domain/issues.ts";
import { storeLabel } from "../domain/labels.ts";
import { createRepository, ensureUser } from "../domain/repositories.ts";
import { type Role, ROLES } from "../domain/state.ts";
import type { Contents } from "../git/bare-repository.ts";
import { textFieldsIn, textsIn } from "../untyped.ts";
import { type Door, type DoorCall, optional, repositoryNamed, required } from "./door.ts";

/** Users, repositories and what no API of GitHub would take. */
export const SETUP_DOORS: readonly Door[] = [
  {
    method: "POST",
    path: "/users",
    handle: (call) => {
      const { hub } = call.site;
      const type = optional(call, "type") === "Bot" ? "Bot" : "User";
      const user = ensureUser(hub, required(call, "login"), type);
      const token = required(call, "token");
      hub.state.tokens.set(token, { kind: "person", token, userId: user.id });
      return { id: user.id, login: user.login };
    },
  },
  {
    // The account is gone and its texts stay, as when a person deletes an account.
    method: "DELETE",
    path: "/users/:login",
    handle: (call) => {
      const { hub } = call.site;
      const user = found(hub.userByLogin(call.path["login"] ?? ""));
      hub.state.users.delete(user.id);
      return { id: user.id };
    },
  },
  {
    method: "POST",
    path: "/repositories",
    handle: async (call) => {
      const repository = await createRepository(call.site.hub, {
        owner: required(call, "owner"),
        name: required(call, "name"),
        private: call.body["private"] === true,
        contents: contentsOf(call),
        collaborators: collaboratorsOf(call),
      });
      const { id, name, defaultHeadSha } = repository;
      return { id, name, headSha: defaultHeadSha };
    },
  },
  {
    method: "POST",
    path: "/repositories/:owner/:name/refs",
    handle: setRef,
  },
  {
    method: "POST",
    path: "/repositories/:owner/:name/raw-issue",
    handle: storeRawIssue,
  },
];

function contentsOf(call: DoorCall): Contents {
  const directory = optional(call, "directory");
  return directory === undefined ? { files: textFieldsIn(call.body["files"]) } : { directory };
}

function collaboratorsOf(call: DoorCall): Readonly<Record<string, Role>> {
  const roles: Record<string, Role> = {};
  for (const [login, name] of Object.entries(textFieldsIn(call.body["collaborators"]))) {
    const role = ROLES.find((it) => it === name);
    if (role === undefined) {
      throw new ApiError(422, `'${name}' is not a role; allowed are ${ROLES.join(", ")}.`);
    }
    roles[login] = role;
  }
  return roles;
}

async function setRef(call: DoorCall): Promise<unknown> {
  const { hub } = call.site;
  const repository = repositoryNamed(call, `${call.path["owner"]}/${call.path["name"]}`);
  const ref = required(call, "ref");
  const sha = required(call, "sha");
  if (!(await hub.git.repository(repository.owner, repository.name).updateRef(ref, sha))) {
    throw new ApiError(422, `${ref} cannot be set to ${sha}.`);
  }
  if (ref === `refs/heads/${repository.defaultBranch}`) {
    repository.defaultHeadSha = sha;
  }
  return { ref, sha };
}

/** Stores an issue that breaks every limit: a malformed issue must be testable. */
function storeRawIssue(call: DoorCall): unknown {
  const { hub } = call.site;
  const repository = repositoryNamed(call, `${call.path["owner"]}/${call.path["name"]}`);
  const author = optional(call, "author");
  const issue = storeIssue(hub, repository, {
    title: optional(call, "title") ?? "",
    body: optional(call, "body"),
    authorId: author === undefined ? undefined : ensureUser(hub, author, "User").id,
  });
  const names = textsIn(call.body["labels"]) ?? [];
  const labels = names.map((name) => {
    return hub.labelByName(repository, name) ?? storeLabel(hub, repository, { name });
  });
  for (const label of labels) {
    issue.labelIds.push(label.id);
    const core = { id: hub.newId(), actorId: issue.authorId, createdAt: issue.createdAt };
    issue.events.push({ ...core, type: "labeled", labelId: label.id });
  }
  return { id: issue.id, number: issue.number };
}
