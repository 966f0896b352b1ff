import { forbidden, notFound } from "./api-error.ts";
import { type Hub } from "./hub.ts";
import {
  ACTIONS_BOT,
  type Issue,
  type Repository,
  type Role,
  ROLES,
  type Token,
  type User,
} from "./state.ts";

/** Who asks: a person, a job with its token's permissions, or nobody. */
export type Viewer =
  | { readonly kind: "person"; readonly user: User }
  | {
      readonly kind: "job";
      readonly user: User;
      readonly repositoryId: number;
      readonly permissions: Readonly<Record<string, string>>;
      readonly jobId: number;
    }
  | { readonly kind: "anonymous" };

/** Somebody who may write: every write has an author. */
export type Actor = Exclude<Viewer, { readonly kind: "anonymous" }>;

interface Rule {
  /** Permission of a job token; on a pull request `pull-requests` does as well where noted. */
  readonly scope: "metadata" | "contents" | "issues" | "pull-requests" | "actions";
  readonly level: "read" | "write";
  /** The weakest role of a person. */
  readonly role: Role;
  readonly alsoByPullRequests?: true;
  /** The author of the issue may, whatever the role. */
  readonly alsoByAuthor?: true;
}

/** What each kind of request needs. */
export const RULES = {
  "read repository": { scope: "metadata", level: "read", role: "read" },
  "read permissions": { scope: "metadata", level: "read", role: "write" },
  "read contents": { scope: "contents", level: "read", role: "read" },
  "write contents": { scope: "contents", level: "write", role: "write" },
  "read issues": { scope: "issues", level: "read", role: "read", alsoByPullRequests: true },
  "write issues": { scope: "issues", level: "write", role: "read", alsoByPullRequests: true },
  "triage issues": { scope: "issues", level: "write", role: "triage", alsoByPullRequests: true },
  "edit issues": {
    scope: "issues",
    level: "write",
    role: "triage",
    alsoByPullRequests: true,
    alsoByAuthor: true,
  },
  "read pull requests": { scope: "pull-requests", level: "read", role: "read" },
  "write pull requests": { scope: "pull-requests", level: "write", role: "write" },
  "read runs": { scope: "actions", level: "read", role: "read" },
  "write runs": { scope: "actions", level: "write", role: "write" },
} as const satisfies Record<string, Rule>;

export type Action = keyof typeof RULES;

/** The viewer of a token, or `undefined` when nobody knows it. */
export function viewerOf(hub: Hub, token: string): Actor | undefined {
  const known: Token | undefined = hub.state.tokens.get(token);
  if (known === undefined) {
    return undefined;
  }
  if (known.kind === "job") {
    const { repositoryId, permissions, jobId } = known;
    return { kind: "job", user: ACTIONS_BOT, repositoryId, permissions, jobId: Number(jobId) };
  }
  const user = hub.user(known.userId);
  return user === undefined ? undefined : { kind: "person", user };
}

/** The role of a login, or `undefined`; in a public repository everybody reads. */
export function roleOf(repository: Repository, login: string): Role | undefined {
  if (login.toLowerCase() === repository.owner.toLowerCase()) {
    return "admin";
  }
  return repository.collaborators[login.toLowerCase()] ?? (repository.private ? undefined : "read");
}

/** Throws 404 where the viewer may not know of the repository, and 403 where it may not do this. */
export function authorize(
  viewer: Viewer,
  repository: Repository,
  action: Action,
  subject?: Issue,
): void {
  const rule: Rule = RULES[action];
  if (rule.level === "read" && rule.role === "read" && !repository.private) {
    return;
  }
  switch (viewer.kind) {
    case "anonymous":
      throw notFound();
    case "job":
      return authorizeJob(viewer, repository, rule, subject);
    case "person":
      return authorizePerson(viewer.user, repository, rule, subject);
  }
}

/** Whether {@link authorize} would let the viewer do it. */
export function may(viewer: Viewer, repository: Repository, action: Action): boolean {
  try {
    authorize(viewer, repository, action);
    return true;
  } catch {
    return false;
  }
}

function authorizeJob(
  viewer: Extract<Viewer, { kind: "job" }>,
  repository: Repository,
  rule: Rule,
  subject: Issue | undefined,
): void {
  if (viewer.repositoryId !== repository.id) {
    throw repository.private ? notFound() : forbidden();
  }
  const scopes: string[] = [rule.scope];
  if (rule.alsoByPullRequests === true && subject?.pull !== undefined) {
    scopes.push("pull-requests");
  }
  if (!scopes.some((scope) => grants(viewer.permissions, scope, rule.level))) {
    throw forbidden();
  }
}

function grants(
  permissions: Readonly<Record<string, string>>,
  scope: string,
  level: "read" | "write",
): boolean {
  const granted = permissions[scope];
  return scope === "metadata" || granted === "write" || (granted === "read" && level === "read");
}

function authorizePerson(
  user: User,
  repository: Repository,
  rule: Rule,
  subject: Issue | undefined,
): void {
  const role = roleOf(repository, user.login);
  if (role === undefined) {
    throw notFound();
  }
  const isAuthor = rule.alsoByAuthor === true && subject?.authorId === user.id;
  if (!isAuthor && ROLES.indexOf(role) < ROLES.indexOf(rule.role)) {
    throw forbidden(`Must have ${rule.role} access to the repository.`);
  }
}
