import type { Actor } from "./access.ts";
import { ApiError, NotEmulated } from "./api-error.ts";
import { closingReferences } from "./closing-references.ts";
import type { Hub } from "./hub.ts";
import { closeIssue } from "./issues.ts";
import { followBranches } from "./pull-requests.ts";
import type { Pull, Repository } from "./state.ts";

export interface MergeRequest {
  readonly method: string;
  /** The head commit that the caller judged; another one is refused. */
  readonly sha: string | undefined;
  readonly title: string | undefined;
  readonly message: string | undefined;
}

/** Merges a pull request in git and closes what its body says it closes. Returns the new commit. */
export async function mergePull(
  hub: Hub,
  actor: Actor,
  issue: Pull,
  request: MergeRequest,
): Promise<string> {
  if (request.method !== "merge" && request.method !== "squash") {
    throw new NotEmulated(`merge_method '${request.method}'`);
  }
  if (issue.state === "closed") {
    throw new ApiError(405, "Pull Request is not mergeable");
  }
  if (issue.pull.draft) {
    throw new ApiError(405, "Pull Request is still a draft");
  }
  if (request.sha !== undefined && request.sha !== issue.pull.headSha) {
    throw new ApiError(409, "Head branch was modified. Review and try the merge again.");
  }
  const repository = hub.repositoryOf(issue);
  const commit = await commitMerge(hub, actor, repository, issue, request);
  recordMerge(hub, actor, repository, issue, commit);
  await followBranches(hub, actor, repository);
  return commit;
}

async function commitMerge(
  hub: Hub,
  actor: Actor,
  repository: Repository,
  issue: Pull,
  request: MergeRequest,
): Promise<string> {
  const git = hub.git.repository(repository.owner, repository.name);
  const { headSha, headRef, baseRef } = issue.pull;
  const base = await git.resolve(`refs/heads/${baseRef}`, "commit");
  const tree = base === undefined ? undefined : await git.mergeTree(base, headSha);
  if (base === undefined || tree === undefined) {
    throw new ApiError(405, "Pull Request is not mergeable");
  }
  const squash = request.method === "squash";
  const title =
    request.title ??
    (squash
      ? `${issue.title} (#${issue.number})`
      : `Merge pull request #${issue.number} from ${repository.owner}/${headRef}`);
  const message = request.message ?? (squash ? "" : issue.title);
  const { login, id } = actor.user;
  const commit = await git.commit({
    tree,
    parents: squash ? [base] : [base, headSha],
    message: message === "" ? `${title}\n` : `${title}\n\n${message}\n`,
    author: { name: login, email: `${id}+${login}@users.noreply.github.com`, date: hub.now() },
  });
  if (!(await git.updateRef(`refs/heads/${baseRef}`, commit, base))) {
    throw new ApiError(409, "Base branch was modified. Review and try the merge again.");
  }
  issue.pull.baseSha = base;
  return commit;
}

function recordMerge(
  hub: Hub,
  actor: Actor,
  repository: Repository,
  issue: Pull,
  commit: string,
): void {
  const at = hub.now();
  issue.pull.mergedAt = at;
  issue.pull.mergedById = actor.user.id;
  issue.pull.mergeCommitSha = commit;
  if (issue.pull.baseRef === repository.defaultBranch) {
    repository.defaultHeadSha = commit;
  }
  closeIssue(hub, actor, issue);
  for (const closed of closingReferences(hub, issue).filter((it) => it.state === "open")) {
    closeIssue(hub, actor, closed, { reason: "completed", closer: issue });
  }
}
