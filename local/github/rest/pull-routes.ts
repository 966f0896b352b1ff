import { NotEmulated } from "../domain/api-error.ts";
import { found } from "../domain/hub.ts";
import { updateIssue } from "../domain/issues.ts";
import { mergePull } from "../domain/merging.ts";
import { branchName, openPull, pullsOf, readMergeability } from "../domain/pull-requests.ts";
import { isPull, type Pull } from "../domain/state.ts";
import { type ChangedFile, readChangedFiles } from "../git/changed-files.ts";
import type { Reply } from "../http/exchange.ts";
import { pullEventShape, pullShape } from "../shapes/pull-shape.ts";
import { repositoryHtmlUrl, repositoryUrl } from "../shapes/repository-shape.ts";
import { booleanOf, choiceOf, textChangeOf, textOf } from "./fields.ts";
import { pageReply } from "./paging.ts";
import type { Call, Route } from "./route.ts";

const PULL = "/pulls/{pull_number}";

/** Pull requests between branches of one repository. */
export const PULL_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/pulls",
    operation: "pulls/list",
    needs: "read pull requests",
    query: ["state", "head", "base", "sort", "direction"],
    handle: (call) =>
      pageReply(call, "/pulls", listPulls(call), (pull) => pullShape(call.hub, pull)),
  },
  {
    method: "POST",
    path: "/pulls",
    operation: "pulls/create",
    needs: "write pull requests",
    body: ["title", "body", "head", "base", "draft", "maintainer_can_modify"],
    createsContent: true,
    handle: async (call) => {
      const pull = await openPull(call.hub, call.viewer, call.repository, {
        title: textOf(call.body, "title"),
        body: textOf(call.body, "body"),
        head: textOf(call.body, "head"),
        base: textOf(call.body, "base"),
        draft: booleanOf(call.body, "draft") ?? false,
      });
      return { status: 201, body: await pullDetails(call, pull) };
    },
  },
  {
    method: "GET",
    path: PULL,
    operation: "pulls/get",
    needs: "read pull requests",
    handle: async (call) => ({ status: 200, body: await pullDetails(call, pullOf(call)) }),
  },
  {
    method: "PATCH",
    path: PULL,
    operation: "pulls/update",
    needs: "write pull requests",
    body: ["title", "body", "state", "maintainer_can_modify"],
    handle: async (call) => {
      const pull = pullOf(call);
      updateIssue(call.hub, call.viewer, pull, {
        title: textOf(call.body, "title"),
        body: textChangeOf(call.body, "body"),
        state: choiceOf(call.body, "state", ["open", "closed"]),
      });
      return { status: 200, body: await pullDetails(call, pull) };
    },
  },
  {
    method: "PUT",
    path: `${PULL}/merge`,
    operation: "pulls/merge",
    needs: "write contents",
    body: ["commit_title", "commit_message", "sha", "merge_method"],
    handle: async (call) => {
      const sha = await mergePull(call.hub, call.viewer, pullOf(call), {
        method: textOf(call.body, "merge_method") ?? "merge",
        sha: textOf(call.body, "sha"),
        title: textOf(call.body, "commit_title"),
        message: textOf(call.body, "commit_message"),
      });
      const message = "Pull Request successfully merged";
      return { status: 200, body: { sha, merged: true, message } };
    },
  },
  {
    method: "GET",
    path: `${PULL}/files`,
    operation: "pulls/list-files",
    needs: "read pull requests",
    handle: listFiles,
  },
];

function pullOf(call: Call): Pull {
  const issue = call.hub.issueByNumber(call.repository, Number(call.path["pull_number"]));
  return found(issue !== undefined && isPull(issue) ? issue : undefined);
}

function listPulls(call: Call): Pull[] {
  const { hub, query, repository } = call;
  const state = query.get("state") ?? "open";
  const base = query.get("base");
  // GitHub ignores a head without the owner's name.
  const head = query.get("head")?.includes(":") === true ? query.get("head") : null;
  const branch = head === null || head === undefined ? undefined : branchName(repository, head);
  if ((query.get("sort") ?? "created") !== "created") {
    throw new NotEmulated(`sort=${query.get("sort")} of a list of pull requests`);
  }
  const pulls = pullsOf(hub, repository).filter((issue) => {
    return (
      (state === "all" || issue.state === state) &&
      (branch === undefined || issue.pull.headRef === branch) &&
      (base === null || issue.pull.baseRef === base)
    );
  });
  return query.get("direction") === "asc" ? pulls : pulls.toReversed();
}

/** What a pull request read alone has beyond the lists. */
async function pullDetails(call: Call, issue: Pull): Promise<Record<string, unknown>> {
  const { hub } = call;
  const git = hub.git.repository(call.repository.owner, call.repository.name);
  const mergeability = await readMergeability(hub, issue);
  const { baseSha, headSha, draft } = issue.pull;
  const files = await readChangedFiles(git, baseSha, headSha);
  const sum = (count: (file: ChangedFile) => number): number =>
    files.reduce((total, file) => total + count(file), 0);
  return {
    ...pullEventShape(hub, issue),
    mergeable: mergeability === "unknown" ? null : mergeability === "clean",
    mergeable_state: MERGEABLE_STATE[mergeability === "clean" && draft ? "draft" : mergeability],
    rebaseable: null,
    maintainer_can_modify: false,
    review_comments: 0,
    commits: await git.countCommits(baseSha, headSha),
    additions: sum((file) => file.additions),
    deletions: sum((file) => file.deletions),
    changed_files: files.length,
  };
}

const MERGEABLE_STATE = { clean: "clean", conflict: "dirty", unknown: "unknown", draft: "draft" };

async function listFiles(call: Call): Promise<Reply> {
  const { hub, repository } = call;
  const { number, pull } = pullOf(call);
  const git = hub.git.repository(repository.owner, repository.name);
  const files = await readChangedFiles(git, pull.baseSha, pull.headSha);
  const html = repositoryHtmlUrl(hub, repository);
  return pageReply(call, `/pulls/${number}/files`, files, (file) => ({
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${html}/blob/${pull.headSha}/${encodeURI(file.path)}`,
    raw_url: `${html}/raw/${pull.headSha}/${encodeURI(file.path)}`,
    contents_url: `${repositoryUrl(hub, repository)}/contents/${encodeURI(file.path)}?ref=${pull.headSha}`,
    ...(file.previousPath === undefined ? {} : { previous_filename: file.previousPath }),
  }));
}
