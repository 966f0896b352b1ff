import type { Contents } from "../git/bare-repository.ts";
import { ApiError } from "./api-error.ts";
import { type Hub } from "./hub.ts";
import { DEFAULT_LABELS, storeLabel } from "./labels.ts";
import { type Repository, type Role, type User } from "./state.ts";

const DEFAULT_BRANCH = "main";

export interface NewRepository {
  readonly owner: string;
  readonly name: string;
  readonly private: boolean;
  readonly contents: Contents;
  readonly collaborators: Readonly<Record<string, Role>>;
}

/** Makes a repository with one commit and GitHub's default labels; unknown logins become users. */
export async function createRepository(hub: Hub, input: NewRepository): Promise<Repository> {
  if (hub.repository(input.owner, input.name) !== undefined) {
    throw new ApiError(422, `${input.owner}/${input.name} exists already`);
  }
  const owner = ensureUser(hub, input.owner, "User");
  const at = hub.now();
  const author = { name: owner.login, email: `${owner.login}@example.com`, date: at };
  const git = hub.git.repository(owner.login, input.name);
  const headSha = await git.create(DEFAULT_BRANCH, input.contents, author);
  const repository: Repository = {
    id: hub.newId(),
    owner: owner.login,
    name: input.name,
    private: input.private,
    defaultBranch: DEFAULT_BRANCH,
    createdAt: at,
    pushedAt: at,
    defaultHeadSha: headSha,
    collaborators: {},
    issueIds: [],
    labelIds: [],
    milestoneIds: [],
    workflows: {},
  };
  for (const [login, role] of Object.entries(input.collaborators)) {
    ensureUser(hub, login, "User");
    repository.collaborators[login.toLowerCase()] = role;
  }
  hub.state.repositories.set(repository.id, repository);
  for (const [name, color, description] of DEFAULT_LABELS) {
    storeLabel(hub, repository, { name, color, description, isDefault: true });
  }
  return repository;
}

/** The user of that login, created when nobody has it. */
export function ensureUser(hub: Hub, login: string, type: User["type"]): User {
  const known = hub.userByLogin(login);
  if (known !== undefined) {
    return known;
  }
  const user: User = { id: hub.newId(), login, type };
  hub.state.users.set(user.id, user);
  return user;
}
