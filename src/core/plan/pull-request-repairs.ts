import type { Effect } from "../effects.ts";
import { APPROVED_ANYWAY, MANUAL_FIX } from "../journal/fold.ts";
import type { Result } from "../journal/records.ts";
import { formatPullRequestBody } from "../text/pull-request-body.ts";
import { keyOfTime } from "./notices.ts";
import { projectPullRequest } from "./projections.ts";
import type { RepairInput } from "./repairs.ts";

/** Returns what our pull requests lack: to be opened, described, made ready, or closed. */
export function planPullRequests(input: RepairInput): readonly Effect[] {
  return [...planClosings(input), ...planAccepted(input), ...planUnfinishedDeliveries(input)];
}

/** Work that nobody wants any more is not left open for a merge by mistake (state machine, 26). */
function planClosings({ journal, pullRequests }: RepairInput): readonly Effect[] {
  return [...journal.issues.values()].flatMap(({ issue, result, ended, claim }): Effect[] => {
    const pullRequest = pullRequests.get(issue);
    const wasStopped = ended === undefined && result?.outcome === "cancelled";
    const isUnwanted = claim === undefined && (ended === "cancelled" || wasStopped);
    if (pullRequest?.state !== "open" || !isUnwanted) {
      return [];
    }
    const { number } = pullRequest;
    const comment = `The work on #${issue} was stopped, or the issue is closed, so this pull request is closed too. Its branch stays.`;
    return [{ type: "close-pull-request", pullRequest: number, comment }];
  });
}

/**
 * A draft that a writer approved as it is, or whose manual fix is green, becomes ready, once: whoever
 * makes it a draft again after that is left alone [E21].
 */
function planAccepted({ journal, pullRequests }: RepairInput): readonly Effect[] {
  return [...journal.issues.values()].flatMap(({ issue, result, ended, notices }): Effect[] => {
    const pullRequest = pullRequests.get(issue);
    const key = acceptedKey(result);
    const isDue = key !== undefined && ended === undefined && !notices.includes(key);
    if (!isDue || pullRequest?.state !== "open") {
      return [];
    }
    const { number, isDraft } = pullRequest;
    const body = `${result?.detail ?? ""} Pull request #${number} is ready for review.`;
    return isDraft
      ? [{ type: "mark-ready", pullRequest: number }]
      : [{ type: "comment-once", issue, key, body }];
  });
}

function acceptedKey(result: Result | undefined): string | undefined {
  const { outcome, cause, at = "" } = result ?? {};
  const isAccepted = cause === APPROVED_ANYWAY || cause === MANUAL_FIX;
  return outcome === "delivered" && isAccepted ? keyOfTime(cause, at) : undefined;
}

/** Work that was pushed and journalled, and whose pull request or closing is missing. */
function planUnfinishedDeliveries(input: RepairInput): readonly Effect[] {
  const { journal, observation, configuration, pullRequests } = input;
  return [...journal.issues.values()].flatMap(({ issue, result, ended, claim }): Effect[] => {
    const isPushed = result?.pullRequest !== undefined && ended === undefined;
    const observed = observation.issues.get(issue);
    if (!isPushed || claim !== undefined || observed === undefined) {
      return [];
    }
    const pullRequest = pullRequests.get(issue);
    if (pullRequest?.state === "merged" && observed.state === "open") {
      return [{ type: "close-issue", issue }];
    }
    if (pullRequest !== undefined) {
      return [...projectPullRequest(pullRequest, result, observed)];
    }
    return observed.state === "open"
      ? [
          {
            type: "open-pull-request",
            issue,
            branch: `${configuration.branchPrefix}${issue}`,
            base: observation.repository.defaultBranch,
            title: `${result.pullRequest.title} (#${issue})`,
            body: formatPullRequestBody({
              issue,
              result: undefined,
              quality: undefined,
              notes: [result.detail],
            }),
            isDraft: result.pullRequest.isDraft,
          },
        ]
      : [];
  });
}
