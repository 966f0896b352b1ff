import type { Configuration } from "../configuration.ts";
import type { Effect } from "../effects.ts";
import type { JournalState } from "../journal/records.ts";
import type { Observation, ObservedPullRequest } from "../observation.ts";
import { isStateLabel } from "../text/labels.ts";
import { formatNotice } from "./notices.ts";
import type { Plan } from "./plan-types.ts";
import { projectIssue, projectMilestone } from "./projections.ts";
import { planPullRequests } from "./pull-request-repairs.ts";

/** Labels written by one tick at most: a storm is worse than a label that lags [F16]. */
const MAX_LABEL_WRITES = 50;

/** Comments written once by one tick at most; the rest follows in the next ones. */
const MAX_NOTICES = 20;

export interface RepairInput {
  readonly observation: Observation;
  readonly journal: JournalState;
  readonly configuration: Configuration;
  readonly plan: Plan;
  readonly pullRequests: ReadonlyMap<number, ObservedPullRequest>;
}

/**
 * Returns what has to be written so that people see what is: labels, status comments, notices,
 * milestones, and whatever a finalize that died left undone [F11]. Live issues come first.
 */
export function planRepairs(input: RepairInput): readonly Effect[] {
  const views = planViews(input);
  const labels = views.filter(({ type }) => type === "set-state-label");
  const comments = views.filter(({ type }) => type !== "set-state-label");
  const { journal, configuration, observation } = input;
  const notices = input.plan.notices
    .filter(({ issue, key }) => journal.issues.get(issue)?.notices.includes(key) !== true)
    .slice(0, MAX_NOTICES)
    .map(({ issue, key, content }): Effect => {
      const people = [
        ...configuration.escalateTo,
        ...(observation.issues.get(issue)?.assignees ?? []),
      ];
      return { type: "comment-once", issue, key, body: formatNotice(content, people) };
    });
  return [
    ...planPullRequests(input),
    ...labels.slice(0, MAX_LABEL_WRITES),
    ...comments,
    ...notices,
    ...planMilestones(input),
  ];
}

function planViews({ observation, journal, plan, pullRequests }: RepairInput): readonly Effect[] {
  const { repository } = observation;
  const rows = new Map(plan.rows.map(({ issue, state }) => [issue, state]));
  const starting = new Set(plan.starts.map(({ issue }) => issue));
  const live = [...journal.issues.values()].filter(({ claim, result }) => claim ?? result);
  // The rest can only have a label to lose: the trigger label was taken off, or the issue closed.
  const rest = [...observation.issues.values()].filter(
    ({ number, state }) => state === "open" || journal.issues.has(number),
  );
  const numbers = new Set([
    ...live.map(({ issue }) => issue),
    ...rows.keys(),
    ...rest.map(({ number }) => number),
  ]);
  return [...numbers].flatMap((number) => {
    const issue = observation.issues.get(number);
    const record = journal.issues.get(number);
    const state = rows.get(number) ?? record?.ended;
    // What is about to be claimed is announced then: one label write an issue and tick [F16].
    if (issue === undefined || starting.has(number)) {
      return [];
    }
    if (state === undefined) {
      return hasStateLabel(issue.labels)
        ? [{ type: "set-state-label", issue: number, state: undefined } as const]
        : [];
    }
    const effects = projectIssue({
      issue,
      state,
      record,
      pullRequest: pullRequests.get(number),
      repository,
    });
    return observation.commented.has(number)
      ? effects
      : effects.filter(({ type }) => type !== "write-status-comment");
  });
}

function hasStateLabel(labels: readonly string[]): boolean {
  return labels.some(isStateLabel);
}

/** Only milestones that hold an issue of ours are written to. */
function planMilestones({ observation, plan, journal }: RepairInput): readonly Effect[] {
  const ours = new Set([
    ...plan.rows.map(({ milestone }) => milestone),
    ...[...journal.issues.keys()].map((issue) => observation.issues.get(issue)?.milestone),
  ]);
  return observation.milestones.filter(({ number }) => ours.has(number)).flatMap(projectMilestone);
}
