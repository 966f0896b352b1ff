import type { Hub } from "../domain/hub.ts";
import { type Comment, type Issue, type IssueEvent } from "../domain/state.ts";
import { commentShape } from "./comment-shape.ts";
import { formatNodeId } from "./node-id.ts";
import { repositoryUrl } from "./repository-shape.ts";
import { type Json, userShape } from "./user-shape.ts";

/** An entry of a timeline: an event, or a comment. */
export type TimelineEntry =
  | { readonly kind: "event"; readonly id: number; readonly event: IssueEvent }
  | { readonly kind: "comment"; readonly id: number; readonly comment: Comment };

/** Events and comments of an issue, oldest first. Ids grow with time and break ties. */
export function timelineOf(hub: Hub, issue: Issue): TimelineEntry[] {
  const events = issue.events.map((event) => ({ kind: "event" as const, id: event.id, event }));
  const comments = hub
    .comments(issue)
    .map((comment) => ({ kind: "comment" as const, id: comment.id, comment }));
  return [...events, ...comments].toSorted((a, b) => a.id - b.id);
}

/** An entry as the REST timeline shows it. */
export function timelineShape(hub: Hub, issue: Issue, entry: TimelineEntry): Json {
  if (entry.kind === "comment") {
    const shape = commentShape(hub, entry.comment);
    return { ...shape, event: "commented", actor: shape["user"] };
  }
  const { event } = entry;
  const actor = hub.user(event.actorId);
  return {
    id: event.id,
    node_id: formatNodeId("EV", event.id),
    url: `${repositoryUrl(hub, hub.repositoryOf(issue))}/issues/events/${event.id}`,
    actor: actor === undefined ? null : userShape(hub, actor),
    event: event.type,
    commit_id: null,
    commit_url: null,
    created_at: event.createdAt,
    performed_via_github_app: null,
    ...eventDetails(hub, event),
  };
}

function eventDetails(hub: Hub, event: IssueEvent): Json {
  switch (event.type) {
    case "labeled":
    case "unlabeled": {
      const { name, color } = hub.label(event.labelId);
      return { label: { name, color } };
    }
    case "renamed":
      return { rename: { from: event.from, to: event.to } };
    case "closed":
      return { state_reason: event.stateReason ?? null };
    case "reopened":
      return {};
  }
}
