import type { Configuration } from "../../core/configuration.ts";
import type { Effect } from "../../core/effects.ts";
import { finished } from "../../core/journal/fold-result.ts";
import type { Result } from "../../core/journal/records.ts";
import { describeEscalation, isEscalation } from "../../core/plan/escalation.ts";
import { escalationKey, formatNotice } from "../../core/plan/notices.ts";
import { projectIssue, projectPullRequest } from "../../core/plan/projections.ts";
import { heldStanding, type Standing } from "../../core/plan/standing.ts";
import { formatRedChecks } from "../../core/text/check-output.ts";
import { formatPullRequestBody } from "../../core/text/pull-request-body.ts";
import { type Writer } from "../writer.ts";
import type { JudgedWork } from "./judge-work.ts";

/** Shows people what was journalled. Returns the pull request's number. */
export async function showResult(
  writer: Writer,
  work: JudgedWork,
  result: Result,
  { escalateTo }: Pick<Configuration, "escalateTo">,
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
    ...tellRedChecks(work, { result: after.result ?? result, standing }, [
      ...escalateTo,
      ...issue.assignees,
    ]),
    { type: "start-tick" },
  ]);
  return number;
}

/**
 * Whoever pushed a fix wants to read at once what is still red. It is the escalation of this result:
 * the next tick finds it made.
 */
function tellRedChecks(
  { claim, session }: JudgedWork,
  { result, standing }: { readonly result: Result; readonly standing: Standing | undefined },
  people: readonly string[],
): readonly Effect[] {
  const output = formatRedChecks(session?.checks ?? []);
  if (claim.manualFix === undefined || result.outcome !== "needs-human" || output === "") {
    return [];
  }
  const { issue } = claim;
  const { detail, at } = result;
  const held = standing?.reason;
  const reason =
    held !== undefined && isEscalation(held) ? held : ({ type: "needs-human", detail } as const);
  const escalation = describeEscalation(issue, reason, result);
  const said = formatNotice({ type: "escalation", reason, escalation }, people);
  return [{ type: "comment-once", issue, key: escalationKey(at), body: `${said}\n\n${output}` }];
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
    body: formatPullRequestBody({
      issue: claim.issue,
      result: session,
      quality,
      notes,
      manualFix: claim.manualFix,
    }),
    isDraft: plan.isDraft,
  };
}
