import { branchOf, SEEDED_ISSUES, type WorldStep } from "../arbitraries/effects.ts";
import { anIssue, sha } from "./an-issue.ts";
import {
  blockBy,
  close,
  editBody,
  merge,
  rejectPullRequest,
  removeLabel,
  rename,
  reopen,
  setLabel,
  setMilestone,
} from "./pure-people.ts";
import { PureWorld } from "./pure-world.ts";
import { textOf } from "./step-texts.ts";

const PEOPLE = {
  writer: { login: "writer", id: 1, type: "user" },
  reader: { login: "reader", id: 2, type: "user" },
} as const;

/** The pure twin of a repository that `OfflineWorld.make` makes. */
export function makeTwin(name: string, now: string): PureWorld {
  const given = { labels: [], trigger: undefined, createdAt: now, author: PEOPLE.reader };
  const world = new PureWorld({
    issues: Array.from({ length: SEEDED_ISSUES }, (_, index) =>
      anIssue({ ...given, number: index + 1 }),
    ),
    milestones: [{ number: 1, title: "1.0" }],
  });
  world.repository = { ...world.repository, name };
  world.now = now;
  return world;
}

/** Does in the pure world what the step says, if a person could do it now. */
export function performPurely(
  world: PureWorld,
  step: Exclude<WorldStep, { readonly type: "apply" }>,
): void {
  const { issue } = step;
  switch (step.type) {
    case "label":
      return setLabel(world, issue, step.label, PEOPLE.writer);
    case "unlabel":
      return removeLabel(world, issue, step.label);
    case "edit":
      return editBody(world, issue, textOf("edit", world.now), PEOPLE[step.by]);
    case "rename":
      return rename(world, issue, textOf("rename", world.now), PEOPLE[step.by]);
    case "close":
      return close(world, issue, step.reason);
    case "reopen":
      return reopen(world, issue, PEOPLE.writer);
    case "milestone":
      return setMilestone(world, issue, 1);
    case "block":
      return blockBy(world, issue, step.by);
    case "push":
      return void world.branches.set(branchOf(issue), sha(`${branchOf(issue)} ${world.now}`));
    case "merge":
      return hasReadyPull(world, issue) ? merge(world, issue) : undefined;
    case "reject":
      return rejectPullRequest(world, issue);
  }
}

function hasReadyPull(world: PureWorld, issue: number): boolean {
  return world.pullRequestsOf(issue).some(({ state, isDraft }) => state === "open" && !isDraft);
}
