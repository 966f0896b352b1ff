import type { Hub } from "../domain/hub.ts";
import { type Label } from "../domain/state.ts";
import { formatNodeId } from "./node-id.ts";
import { repositoryUrl } from "./repository-shape.ts";
import type { Json } from "./user-shape.ts";

/** A label as REST shows it. */
export function labelShape(hub: Hub, label: Label): Json {
  const repository = hub.repositoryOf(label);
  return {
    id: label.id,
    node_id: formatNodeId("LA", label.id),
    url: `${repositoryUrl(hub, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: label.isDefault,
    description: label.description ?? null,
  };
}
