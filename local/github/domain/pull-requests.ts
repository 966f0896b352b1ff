import { emitSubject } from "../shapes/webhook-events.ts";
import type { Actor } from "./access.ts";
import { invalid, NotEmulated } from "./api-error.ts";
import { type Hub } from "./hub.ts";
import { closeIssue, storeIssue } from "./issues.ts";
import { checkBody, checkTitle, unprocessable } from "./limits.ts";
import { isPull, type Pull, type PullFacts, type Repository } from "./state.ts";

export interface NewPull {
  readonly title: string | undefined;
  readonly body: string | undefined;
  readonly head: string | undefined;
  readonly base: string | undefined;
  readonly draft: boolean;
}

export function pullsOf(hub: Hub, repository: Repository): Pull[] {
  return hub.issues(repository).filter(isPull);
}

/** Opens a pull request between two branches of the repository. */
export async function openPull(
  hub: Hub,
  actor: Actor,
  repository: Repository,
  input: NewPull,
): Promise<Pull> {
  const title = checkTitle("PullRequest", input.title);
  checkBody("PullRequest", input.body);
  const headRef = branchName(repository, input.head ?? "");
  const baseRef = input.base ?? "";
  const git = hub.git.repository(repository.owner, repository.name);
  const headSha = await git.resolve(`refs/heads/${headRef}`, "commit");
  const baseSha = await git.resolve(`refs/heads/${baseRef}`, "commit");
  if (headSha === undefined || baseSha === undefined) {
    throw invalid("PullRequest", headSha === undefined ? "head" : "base", "invalid");
  }
  if ((await git.countCommits(baseSha, headSha)) === 0) {
    throw invalid("PullRequest", "base", "custom", `No commits between ${baseRef} and ${headRef}`);
  }
  const twin = pullsOf(hub, repository).find(({ state, pull }) => {
    return state === "open" && pull.headRef === headRef && pull.baseRef === baseRef;
  });
  if (twin !== undefined) {
    const message = `A pull request already exists for ${repository.owner}:${headRef}.`;
    throw invalid("PullRequest", "head", "custom", message);
  }
  const pull: PullFacts = {
    id: hub.newId(),
    headRef,
    baseRef,
    headSha,
    baseSha,
    draft: input.draft,
    mergedAt: undefined,
    mergedById: undefined,
    mergeCommitSha: undefined,
  };
  const stored = { title, body: input.body, authorId: actor.user.id, pull };
  const issue: Pull = { ...storeIssue(hub, repository, stored), pull };
  hub.state.issues.set(issue.id, issue);
  await git.updateRef(headRefOf(issue), headSha);
  emitSubject(hub, actor, issue, "opened", {});
  return issue;
}

/** A ref that GitHub keeps when the branch is gone, and nobody may push to. */
function headRefOf({ number }: Pull): string {
  return `refs/pull/${number}/head`;
}

/** The branch in `branch` or `owner:branch`; a fork's branch is refused. */
export function branchName(repository: Repository, head: string): string {
  const [owner, branch] = head.includes(":") ? head.split(":", 2) : [repository.owner, head];
  if (owner?.toLowerCase() !== repository.owner.toLowerCase()) {
    throw new NotEmulated(`pull requests from a fork (head ${head})`);
  }
  return branch ?? "";
}

/** Turns a draft into a pull request that asks for review, or back. */
export function setDraft(hub: Hub, actor: Actor, issue: Pull, draft: boolean): void {
  if (issue.state === "closed") {
    throw unprocessable("The pull request is closed");
  }
  if (issue.pull.draft !== draft) {
    issue.pull.draft = draft;
    issue.updatedAt = hub.now();
    emitSubject(hub, actor, issue, draft ? "converted_to_draft" : "ready_for_review", {});
  }
}

/** How GitHub judges a merge now. */
export type Mergeability = "clean" | "conflict" | "unknown";

/** Whether the pull request could be merged, asked from git. */
export async function readMergeability(hub: Hub, issue: Pull): Promise<Mergeability> {
  if (issue.state === "closed") {
    return "unknown";
  }
  const repository = hub.repositoryOf(issue);
  const git = hub.git.repository(repository.owner, repository.name);
  const base = await git.resolve(`refs/heads/${issue.pull.baseRef}`, "commit");
  if (base === undefined) {
    return "unknown";
  }
  return (await git.mergeTree(base, issue.pull.headSha)) === undefined ? "conflict" : "clean";
}

/**
 * Brings the open pull requests in step with the branches after a push: a moved head is taken
 * over, a deleted one closes the pull request.
 */
export async function followBranches(
  hub: Hub,
  actor: Actor,
  repository: Repository,
): Promise<void> {
  const git = hub.git.repository(repository.owner, repository.name);
  const branches = new Map((await git.listRefs("refs/heads/")).map((ref) => [ref.name, ref.sha]));
  repository.defaultHeadSha =
    branches.get(`refs/heads/${repository.defaultBranch}`) ?? repository.defaultHeadSha;
  repository.pushedAt = hub.now();
  for (const issue of pullsOf(hub, repository).filter((it) => it.state === "open")) {
    const sha = branches.get(`refs/heads/${issue.pull.headRef}`);
    const before = issue.pull.headSha;
    if (sha === undefined) {
      closeIssue(hub, actor, issue);
    } else if (sha !== before) {
      issue.pull.headSha = sha;
      await git.updateRef(headRefOf(issue), sha);
      issue.updatedAt = hub.now();
      emitSubject(hub, actor, issue, "synchronize", { before, after: sha });
    }
  }
}
