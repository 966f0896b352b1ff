import type { Actor } from "./access.ts";
import { invalid } from "./api-error.ts";
import type { Hub } from "./hub.ts";
import type { Change } from "./issues.ts";
import { checkTitle } from "./limits.ts";
import { type Milestone, type Repository } from "./state.ts";

export interface MilestoneChanges {
  readonly title?: string | undefined;
  readonly description?: Change<string> | undefined;
  readonly dueOn?: Change<string> | undefined;
  readonly state?: "open" | "closed" | undefined;
}

/** Creates a milestone; titles are unique. */
export function createMilestone(
  hub: Hub,
  actor: Actor,
  repository: Repository,
  input: MilestoneChanges,
): Milestone {
  const title = checkTitle("Milestone", input.title);
  const at = hub.now();
  const milestone: Milestone = {
    id: hub.newId(),
    repositoryId: repository.id,
    number: repository.milestoneIds.length + 1,
    creatorId: actor.user.id,
    createdAt: at,
    title: "",
    description: undefined,
    dueOn: undefined,
    state: "open",
    updatedAt: at,
    closedAt: undefined,
  };
  checkUnique(hub, repository, milestone, title);
  hub.state.milestones.set(milestone.id, milestone);
  repository.milestoneIds.push(milestone.id);
  updateMilestone(hub, repository, milestone, input);
  return milestone;
}

/** Changes what is given and leaves the rest. */
export function updateMilestone(
  hub: Hub,
  repository: Repository,
  milestone: Milestone,
  changes: MilestoneChanges,
): void {
  if (changes.title !== undefined) {
    const title = checkTitle("Milestone", changes.title);
    checkUnique(hub, repository, milestone, title);
    milestone.title = title;
  }
  if (changes.description !== undefined) {
    milestone.description = changes.description.to;
  }
  if (changes.dueOn !== undefined) {
    milestone.dueOn = changes.dueOn.to;
  }
  const at = hub.now();
  if (changes.state !== undefined && changes.state !== milestone.state) {
    milestone.state = changes.state;
    milestone.closedAt = changes.state === "closed" ? at : undefined;
  }
  milestone.updatedAt = at;
}

/** Issues and pull requests of the milestone, counted by state. */
export function countMilestone(
  hub: Hub,
  milestone: Milestone,
): { readonly open: number; readonly closed: number } {
  const issues = hub
    .issues(hub.repositoryOf(milestone))
    .filter((issue) => issue.milestoneId === milestone.id);
  const open = issues.filter((issue) => issue.state === "open").length;
  return { open, closed: issues.length - open };
}

function checkUnique(hub: Hub, repository: Repository, self: Milestone, title: string): void {
  const taken = hub.milestones(repository).some((it) => it.id !== self.id && it.title === title);
  if (taken) {
    throw invalid("Milestone", "title", "already_exists");
  }
}
