import type { Effect } from "../effects.ts";
import type { IssueState } from "../journal/issue-state.ts";
import type { IssueRecord, Result } from "../journal/records.ts";
import type {
  ObservedIssue,
  ObservedMilestone,
  ObservedPullRequest,
  ObservedRepository,
} from "../observation.ts";
import { isStateLabel } from "../text/labels.ts";
import { blockOf, STATUS_MARKER } from "../text/markers.ts";
import { formatStatusComment } from "../text/status-comment.ts";

/** What people should see of one issue, beside what they see now. */
export interface IssueView {
  readonly issue: ObservedIssue;
  readonly state: IssueState;
  readonly record: IssueRecord | undefined;
  readonly pullRequest: ObservedPullRequest | undefined;
  readonly repository: ObservedRepository;
}

/**
 * Returns what has to be written so that label and status comment of an issue show its state. Both
 * are projections: computed from the journal and what is observed, compared, never read as truth [D2].
 */
export function projectIssue(view: IssueView): readonly Effect[] {
  return [...projectLabel(view), ...projectComment(view)];
}

function projectLabel({ issue, state }: IssueView): readonly Effect[] {
  const shown = issue.labels.map((name) => name.toLowerCase()).filter(isStateLabel);
  const isRight = shown.length === 1 && shown[0] === `state:${state}`;
  return isRight ? [] : [{ type: "set-state-label", issue: issue.number, state }];
}

/** An issue gets its comment with its first claim, and keeps that one. */
function projectComment({ issue, record, pullRequest, repository }: IssueView): readonly Effect[] {
  if (record === undefined || (record.claim === undefined && record.result === undefined)) {
    return [];
  }
  const body = formatStatusComment({
    claim: record.claim,
    result: record.result,
    manualFix: record.manualFix,
    pullRequest: pullRequest?.number,
    ended: record.ended,
    endedBy: record.endedBy,
    runUrl: `${repository.url}/actions/runs`,
  });
  return issue.statusComment === `${STATUS_MARKER}\n${body}`
    ? []
    : [{ type: "write-status-comment", issue: issue.number, body }];
}

/** Label of a pull request that is complete from our side [E13]. */
const READY_LABEL = "ready-to-merge";

/** Returns what a pull request lacks: the milestone of its issue, and the label of the ready ones. */
export function projectPullRequest(
  pullRequest: ObservedPullRequest | undefined,
  result: Result,
  issue: ObservedIssue,
): readonly Effect[] {
  if (pullRequest?.state !== "open" || result.pullRequest === undefined) {
    return [];
  }
  const labels = result.pullRequest.isDraft ? [] : [READY_LABEL];
  const lacksLabel = labels.some((label) => !pullRequest.labels.includes(label));
  const lacksMilestone = issue.milestone !== undefined && pullRequest.milestone === undefined;
  return lacksLabel || lacksMilestone
    ? [
        {
          type: "describe-pull-request",
          pullRequest: pullRequest.number,
          labels,
          milestone: issue.milestone,
        },
      ]
    : [];
}

/** Returns the progress of a milestone where it differs from what its description says [R08]. */
export function projectMilestone(milestone: ObservedMilestone): readonly Effect[] {
  const { openIssues, closedIssues, description, number } = milestone;
  const all = openIssues + closedIssues;
  if (all === 0) {
    return [];
  }
  const percent = ((100 * closedIssues) / all).toFixed(1);
  const block = `Progress: ${percent} % (${closedIssues} of ${all} issues closed)`;
  return blockOf(description) === block
    ? []
    : [{ type: "write-milestone-block", milestone: number, block }];
}
