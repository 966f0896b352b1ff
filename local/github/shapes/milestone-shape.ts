import type { Hub } from "../domain/hub.ts";
import { countMilestone } from "../domain/milestones.ts";
import { type Milestone } from "../domain/state.ts";
import { formatNodeId } from "./node-id.ts";
import { repositoryHtmlUrl, repositoryUrl } from "./repository-shape.ts";
import { type Json, userShape } from "./user-shape.ts";

/** A milestone as REST shows it. */
export function milestoneShape(hub: Hub, milestone: Milestone): Json {
  const repository = hub.repositoryOf(milestone);
  const url = `${repositoryUrl(hub, repository)}/milestones/${milestone.number}`;
  const counts = countMilestone(hub, milestone);
  return {
    url,
    html_url: `${repositoryHtmlUrl(hub, repository)}/milestone/${milestone.number}`,
    labels_url: `${url}/labels`,
    id: milestone.id,
    node_id: formatNodeId("MI", milestone.id),
    number: milestone.number,
    state: milestone.state,
    title: milestone.title,
    description: milestone.description ?? null,
    creator: userShape(hub, hub.user(milestone.creatorId)),
    open_issues: counts.open,
    closed_issues: counts.closed,
    created_at: milestone.createdAt,
    updated_at: milestone.updatedAt,
    closed_at: milestone.closedAt ?? null,
    due_on: milestone.dueOn ?? null,
  };
}
