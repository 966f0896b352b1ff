import type { Actor, ObservedIssue } from "../../src/core/observation.ts";
import { sha, textHash, TRIGGER, WRITER } from "./an-issue.ts";
import type { PureWorld } from "./pure-world.ts";

/** What people do in the pure world, at its `now`. */
export function setLabel(
  world: PureWorld,
  number: number,
  label: string,
  by: Actor = WRITER,
): void {
  const issue = world.issue(number);
  if (!issue.labels.includes(label)) {
    const trigger = label === TRIGGER ? { by, at: world.now } : issue.trigger;
    put(world, { ...issue, labels: [...issue.labels, label], trigger });
  }
}

export function removeLabel(world: PureWorld, number: number, label: string): void {
  const issue = world.issue(number);
  const labels = issue.labels.filter((name) => name !== label);
  put(world, { ...issue, labels, trigger: label === TRIGGER ? undefined : issue.trigger });
}

/** Rewrites the body. */
export function editBody(world: PureWorld, number: number, body: string, by: Actor): void {
  const issue = world.issue(number);
  const edit = { by, at: world.now, what: "body" } as const;
  put(world, { ...issue, body, textEdits: [...issue.textEdits, edit] });
}

export function rename(world: PureWorld, number: number, title: string, by: Actor): void {
  const issue = world.issue(number);
  const edit = { by, at: world.now, what: "title" } as const;
  put(world, { ...issue, title, textEdits: [...issue.textEdits, edit] });
}

/** Closes an issue; of one that is closed it changes the reason. */
export function close(
  world: PureWorld,
  number: number,
  closedAs: "completed" | "not_planned" = "completed",
): void {
  const issue = world.issue(number);
  put(world, { ...issue, state: "closed", closedAs, closedAt: issue.closedAt ?? world.now });
}

export function reopen(world: PureWorld, number: number, by: Actor = WRITER): void {
  const issue = world.issue(number);
  if (issue.state === "closed") {
    const reopened = { by, at: world.now };
    put(world, { ...issue, state: "open", closedAs: undefined, closedAt: undefined, reopened });
  }
}

export function setMilestone(world: PureWorld, number: number, milestone: number): void {
  put(world, { ...world.issue(number), milestone });
}

/** Adds a native dependency; a second one of the same two is refused. */
export function blockBy(world: PureWorld, number: number, blocker: number): void {
  const issue = world.issue(number);
  if (issue.blockedBy.some((reference) => reference.number === blocker)) {
    return;
  }
  const { state, closedAs } = world.issue(blocker);
  const reference = { repository: world.repository.name, number: blocker, state, closedAs };
  put(world, {
    ...issue,
    blockedBy: [...issue.blockedBy, reference],
    openBlockerCount: issue.openBlockerCount + (state === "open" ? 1 : 0),
  });
}

/** Merges the open pull request of an issue: the base moves, the issue is closed. */
export function merge(world: PureWorld, number: number): void {
  const open = world.pullRequestsOf(number).find(({ state }) => state === "open");
  if (open === undefined) {
    throw new Error(`#${number} has no open pull request.`);
  }
  const headSha = world.branches.get(open.headBranch) ?? open.headSha;
  world.pullRequests.set(open.number, { ...open, headSha, state: "merged", closedAt: world.now });
  moveBase(world, `merge of ${open.number}`);
  if (world.issue(number).state === "open") {
    close(world, number);
  }
}

/** Closes the open pull request of an issue without merging it. */
export function rejectPullRequest(world: PureWorld, number: number): void {
  for (const open of world.pullRequestsOf(number).filter(({ state }) => state === "open")) {
    world.pullRequests.set(open.number, { ...open, state: "closed", closedAt: world.now });
  }
}

/** Somebody pushes to the default branch. */
export function moveBase(world: PureWorld, what = "somebody's push"): void {
  const headSha = sha(`${world.repository.headSha} ${what}`);
  world.repository = { ...world.repository, headSha };
}

function put(world: PureWorld, issue: ObservedIssue): void {
  world.issues.set(issue.number, { ...issue, textHash: textHash(issue.title, issue.body) });
}
