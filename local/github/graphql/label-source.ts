import type { Hub } from "../domain/hub.ts";
import { countMilestone } from "../domain/milestones.ts";
import { type Label, type Milestone } from "../domain/state.ts";
import { formatNodeId } from "../shapes/node-id.ts";
import { repositoryHtmlUrl } from "../shapes/repository-shape.ts";
import type { ConnectionOptions } from "./connection.ts";
import type { Source } from "./source.ts";

export function labelSource(label: Label): Source {
  return {
    __typename: "Label",
    id: formatNodeId("LA", label.id),
    name: label.name,
    color: label.color,
    description: label.description ?? null,
    isDefault: label.isDefault,
    createdAt: label.createdAt,
  };
}

export const LABELS: ConnectionOptions<Label> = {
  type: "Label",
  key: (label) => label.id,
  source: labelSource,
};

export function milestoneSource(hub: Hub, milestone: Milestone): Source {
  return {
    __typename: "Milestone",
    id: formatNodeId("MI", milestone.id),
    number: milestone.number,
    title: milestone.title,
    description: milestone.description ?? null,
    state: milestone.state.toUpperCase(),
    closed: milestone.state === "closed",
    closedAt: milestone.closedAt ?? null,
    dueOn: milestone.dueOn ?? null,
    createdAt: milestone.createdAt,
    updatedAt: milestone.updatedAt,
    openIssueCount: () => countMilestone(hub, milestone).open,
    closedIssueCount: () => countMilestone(hub, milestone).closed,
    url: `${repositoryHtmlUrl(hub, hub.repositoryOf(milestone))}/milestone/${milestone.number}`,
  };
}
