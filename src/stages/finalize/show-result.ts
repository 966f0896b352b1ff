import type { Effect } from "../../core/effects.ts";
import { finished } from "../../core/journal/fold-result.ts";
import type { Result } from "../../core/journal/records.ts";
import { projectIssue, projectPullRequest } from "../../core/plan/projections.ts";
import { heldStanding } from "../../core/plan/standing.ts";
import { formatPullRequestBody } from "../../core/text/pull-request-body.ts";
import { type Writer } from "../writer.ts";
import type { JudgedWork } from "./judge-work.ts";

/** Shows people what was journalled. Returns the pull request's number. */
export async function showResult(
  writer: Writer,
  work: JudgedWork,
  result: Result,
): Promise<number | undefined> {
  const { issue, record, observation, branch } = work;
  const opened = result.pullRequest === undefined ? [] : [pullRequestOf(work, result.pullRequest)];
  const outcomes = await writer.effects(opened);
  const number = outcomes.find((outcome) => outcome.pullRequest !== undefined)?.pullRequest;
  if (issue === undefined) {
    await writer.effects([{ type: "start-tick" }]);
    return number;
  }
  const after = finished(record, result);
  const known = observation.pullRequests.find(({ headBranch }) => headBranch === branch);
  const pullRequest =
    number === undefined
      ? known
      : {
          number,
          headBranch: branch,
          headSha: result.headSha ?? "",
          state: "open" as const,
          isDraft: result.pullRequest?.isDraft ?? false,
          closedAt: undefined,
          labels: known?.labels ?? [],
          milestone: known?.milestone,
          url: known?.url ?? "",
        };
  const standing = heldStanding(after, pullRequest, { max: Infinity });
  const waits = result.notBefore === undefined ? "queued" : "retrying";
  const { repository } = observation;
  const state = standing?.state ?? waits;
  const view = { issue, state, record: after, pullRequest, repository };
  await writer.effects([
    ...projectPullRequest(pullRequest, result, issue),
    ...projectIssue(view),
    { type: "start-tick" },
  ]);
  return number;
}

function pullRequestOf(
  { claim, session, quality, notes, observation, branch }: JudgedWork,
  plan: NonNullable<Result["pullRequest"]>,
): Extract<Effect, { readonly type: "open-pull-request" }> {
  return {
    type: "open-pull-request",
    issue: claim.issue,
    branch,
    base: observation.repository.defaultBranch,
    title: `${plan.title} (#${claim.issue})`,
    body: formatPullRequestBody({ issue: claim.issue, result: session, quality, notes }),
    isDraft: plan.isDraft,
  };
}
