import type { Effect, EffectOutcome } from "../../src/core/effects.ts";
import type { ObservedIssue, ObservedPullRequest } from "../../src/core/observation.ts";
import { onceMarker, STATUS_MARKER, withBlock } from "../../src/core/text/markers.ts";
import { branchName } from "./pure-journal.ts";
import type { PureWorld } from "./pure-world.ts";

/** Does in the pure world what an effect asks for, found before it is created. */
export function applyEffect(world: PureWorld, effect: Effect): EffectOutcome {
  switch (effect.type) {
    case "set-state-label":
      return onIssue(world, effect, (issue) => {
        const kept = issue.labels.filter((label) => !label.toLowerCase().startsWith("state:"));
        const state = effect.state === undefined ? [] : [`state:${effect.state}`];
        return { ...issue, labels: [...kept, ...state] };
      });
    case "close-issue":
      return onIssue(world, effect, (issue) =>
        issue.state === "closed"
          ? issue
          : { ...issue, state: "closed", closedAs: "completed", closedAt: world.now },
      );
    case "write-status-comment":
      return onIssue(world, effect, (issue) => {
        writeComment(world, effect.issue, STATUS_MARKER, effect.body);
        return issue;
      });
    case "comment-once":
      return onIssue(world, effect, (issue) => {
        const marker = onceMarker(effect.key);
        if (world.comment(effect.issue, marker) === undefined) {
          writeComment(world, effect.issue, marker, effect.body);
        }
        return issue;
      });
    case "open-pull-request":
      return openPullRequest(world, effect);
    case "describe-pull-request":
      return onPullRequest(world, effect, (known) => ({
        ...known,
        labels: [...new Set([...known.labels, ...effect.labels])],
        milestone: effect.milestone ?? known.milestone,
      }));
    case "close-pull-request":
      return onPullRequest(world, effect, (known) => {
        world.created += 1;
        const comments = world.comments.get(known.number) ?? [];
        world.comments.set(known.number, [...comments, effect.comment]);
        return { ...known, state: "closed", closedAt: world.now };
      });
    case "mark-ready":
      return onPullRequest(world, effect, (known) => ({ ...known, isDraft: false }));
    case "write-milestone-block":
      return writeMilestone(world, effect);
    case "rerun-job":
      return rerunJob(world, effect);
    case "remove-ref":
      return removeRef(world, effect);
    case "start-tick":
      world.ticksStarted += 1;
      return { effect, failure: undefined };
  }
}

function onIssue(
  world: PureWorld,
  effect: Extract<Effect, { readonly issue: number }>,
  change: (issue: ObservedIssue) => ObservedIssue,
): EffectOutcome {
  const issue = world.issues.get(effect.issue);
  if (issue === undefined) {
    return { effect, failure: `#${effect.issue} does not exist` };
  }
  world.issues.set(effect.issue, change(issue));
  return { effect, failure: undefined };
}

function openPullRequest(
  world: PureWorld,
  effect: Extract<Effect, { readonly type: "open-pull-request" }>,
): EffectOutcome {
  const known = [...world.pullRequests.values()].find(
    ({ headBranch, state }) => headBranch === effect.branch && state === "open",
  );
  if (known !== undefined) {
    return { effect, failure: undefined, pullRequest: known.number };
  }
  const headSha = world.branches.get(effect.branch);
  if (headSha === undefined) {
    return { effect, failure: `there is no branch ${effect.branch}` };
  }
  if (world.isMerged(headSha)) {
    return { effect, failure: `no commits between ${effect.base} and ${effect.branch}` };
  }
  const number = world.nextNumber();
  world.created += 1;
  world.pullRequests.set(number, {
    number,
    headBranch: effect.branch,
    headSha,
    state: "open",
    isDraft: effect.isDraft,
    closedAt: undefined,
    url: `${world.repository.url}/pull/${number}`,
    labels: [],
    milestone: undefined,
  });
  return { effect, failure: undefined, pullRequest: number };
}

/** An open pull request goes with its branch. */
function removeRef(
  world: PureWorld,
  effect: Extract<Effect, { readonly type: "remove-ref" }>,
): EffectOutcome {
  const branch = branchName(effect.ref);
  const tip = world.branches.get(branch);
  if (tip !== undefined && (effect.sha ?? tip) === tip) {
    world.branches.delete(branch);
    for (const one of world.pullRequests.values()) {
      if (one.headBranch === branch && one.state === "open") {
        world.pullRequests.set(one.number, { ...one, state: "closed", closedAt: world.now });
      }
    }
  }
  return { effect, failure: undefined };
}

/** What is merged or closed is nobody's to change: the adapter looks at open ones only. */
function onPullRequest(
  world: PureWorld,
  effect: Extract<Effect, { readonly pullRequest: number }>,
  change: (known: ObservedPullRequest) => ObservedPullRequest,
): EffectOutcome {
  const known = world.pullRequests.get(effect.pullRequest);
  if (known?.state !== "open") {
    return { effect, failure: `#${effect.pullRequest} does not exist` };
  }
  world.pullRequests.set(known.number, change(known));
  return { effect, failure: undefined };
}

/** GitHub starts only jobs of the newest attempt again, and only when their run has ended. */
function rerunJob(
  world: PureWorld,
  effect: Extract<Effect, { readonly type: "rerun-job" }>,
): EffectOutcome {
  const run = world.runs.find(({ jobs }) => jobs.some(({ id }) => id === effect.job));
  const job = run?.jobs.find(({ id }) => id === effect.job);
  if (run?.status !== "completed" || job?.runAttempt !== run.latestAttempt) {
    return { effect, failure: `job ${effect.job} cannot be started again` };
  }
  world.rerunJobs.push(effect.job);
  return { effect, failure: undefined };
}

function writeMilestone(
  world: PureWorld,
  effect: Extract<Effect, { readonly type: "write-milestone-block" }>,
): EffectOutcome {
  const milestone = world.milestones.get(effect.milestone);
  if (milestone === undefined) {
    return { effect, failure: `there is no milestone ${effect.milestone}` };
  }
  milestone.description = withBlock(milestone.description, effect.block);
  return { effect, failure: undefined };
}

function writeComment(world: PureWorld, issue: number, marker: string, text: string): void {
  const comments = world.comments.get(issue) ?? [];
  const index = comments.findIndex((comment) => comment.startsWith(marker));
  world.created += index < 0 ? 1 : 0;
  comments.splice(index < 0 ? comments.length : index, index < 0 ? 0 : 1, `${marker}\n${text}`);
  world.comments.set(issue, comments);
}
