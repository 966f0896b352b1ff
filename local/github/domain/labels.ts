import { labelShape } from "../shapes/label-shape.ts";
import { emitSubject } from "../shapes/webhook-events.ts";
import { countCharacters } from "../untyped.ts";
import type { Actor } from "./access.ts";
import { invalid, notFound } from "./api-error.ts";
import type { Hub } from "./hub.ts";
import { type Issue, type Label, type Repository } from "./state.ts";

const MAX_NAME_CHARACTERS = 50;
const MAX_DESCRIPTION_CHARACTERS = 100;
const MAX_LABELS_PER_ISSUE = 100;

/** The labels that every new repository has on GitHub: name, color, description. */
export const DEFAULT_LABELS: readonly (readonly [string, string, string])[] = [
  ["bug", "d73a4a", "Something isn't working"],
  ["documentation", "0075ca", "Improvements or additions to documentation"],
  ["duplicate", "cfd3d7", "This issue or pull request already exists"],
  ["enhancement", "a2eeef", "New feature or request"],
  ["good first issue", "7057ff", "Good for newcomers"],
  ["help wanted", "008672", "Extra attention is needed"],
  ["invalid", "e4e669", "This doesn't seem right"],
  ["question", "d876e3", "Further information is requested"],
  ["wontfix", "ffffff", "This will not be worked on"],
];

export interface NewLabel {
  readonly name: string;
  readonly color?: string | undefined;
  readonly description?: string | undefined;
  readonly isDefault?: boolean;
}

/** Creates a label in the repository. */
export function createLabel(hub: Hub, repository: Repository, input: NewLabel): Label {
  const color = (input.color ?? "ededed").toLowerCase();
  if (input.name.trim() === "") {
    throw invalid("Label", "name", "missing_field");
  }
  if (countCharacters(input.name) > MAX_NAME_CHARACTERS) {
    const message = `name is too long (maximum is ${MAX_NAME_CHARACTERS} characters)`;
    throw invalid("Label", "name", "custom", message);
  }
  if (!/^[0-9a-f]{6}$/.test(color)) {
    throw invalid("Label", "color", "invalid");
  }
  if (countCharacters(input.description ?? "") > MAX_DESCRIPTION_CHARACTERS) {
    const message = `description is too long (maximum is ${MAX_DESCRIPTION_CHARACTERS} characters)`;
    throw invalid("Label", "description", "custom", message);
  }
  if (hub.labelByName(repository, input.name) !== undefined) {
    throw invalid("Label", "name", "already_exists");
  }
  return storeLabel(hub, repository, { ...input, color });
}

/** Stores a label without looking at any limit. */
export function storeLabel(hub: Hub, repository: Repository, input: NewLabel): Label {
  const label: Label = {
    id: hub.newId(),
    repositoryId: repository.id,
    name: input.name,
    color: input.color ?? "ededed",
    description: input.description,
    isDefault: input.isDefault ?? false,
    createdAt: hub.now(),
  };
  hub.state.labels.set(label.id, label);
  repository.labelIds.push(label.id);
  return label;
}

/** The labels of those names; a missing one is created, as REST does. */
export function labelsByName(
  hub: Hub,
  repository: Repository,
  names: readonly string[],
): readonly Label[] {
  return names.map((name) => {
    return hub.labelByName(repository, name) ?? createLabel(hub, repository, { name });
  });
}

/** Adds labels to an issue; one that it has already changes nothing and leaves no event. */
export function addLabels(hub: Hub, actor: Actor, issue: Issue, labels: readonly Label[]): void {
  const fresh = labels.filter((label, at) => {
    return !issue.labelIds.includes(label.id) && labels.indexOf(label) === at;
  });
  if (issue.labelIds.length + fresh.length > MAX_LABELS_PER_ISSUE) {
    const message = `Cannot have more than ${MAX_LABELS_PER_ISSUE} labels`;
    throw invalid("Issue", "labels", "custom", message);
  }
  for (const label of fresh) {
    issue.labelIds.push(label.id);
    note(hub, actor, issue, "labeled", label);
  }
}

/** Takes labels off an issue; one that it has not changes nothing. */
export function removeLabels(hub: Hub, actor: Actor, issue: Issue, labels: readonly Label[]): void {
  for (const label of labels) {
    if (issue.labelIds.includes(label.id)) {
      issue.labelIds = issue.labelIds.filter((id) => id !== label.id);
      note(hub, actor, issue, "unlabeled", label);
    }
  }
}

/** Takes off the label of that name, or refuses with GitHub's 404. */
export function removeLabelByName(hub: Hub, actor: Actor, issue: Issue, name: string): void {
  const label = hub.labelByName(hub.repositoryOf(issue), name);
  if (label === undefined || !issue.labelIds.includes(label.id)) {
    throw notFound("Label does not exist");
  }
  removeLabels(hub, actor, issue, [label]);
}

/** Makes the issue carry exactly these labels. */
export function replaceLabels(
  hub: Hub,
  actor: Actor,
  issue: Issue,
  labels: readonly Label[],
): void {
  const gone = hub.labels(issue).filter((label) => !labels.includes(label));
  removeLabels(hub, actor, issue, gone);
  addLabels(hub, actor, issue, labels);
}

function note(
  hub: Hub,
  actor: Actor,
  issue: Issue,
  type: "labeled" | "unlabeled",
  label: Label,
): void {
  const at = hub.now();
  issue.updatedAt = at;
  issue.events.push({
    id: hub.newId(),
    actorId: actor.user.id,
    createdAt: at,
    type,
    labelId: label.id,
  });
  emitSubject(hub, actor, issue, type, { label: labelShape(hub, label) });
}
