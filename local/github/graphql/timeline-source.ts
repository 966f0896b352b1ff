import type { Viewer } from "../domain/access.ts";
import { NotEmulated } from "../domain/api-error.ts";
import type { Hub } from "../domain/hub.ts";
import { type Issue, type IssueEvent } from "../domain/state.ts";
import { formatNodeId } from "../shapes/node-id.ts";
import { type TimelineEntry, timelineOf } from "../shapes/timeline-shape.ts";
import { textsIn } from "../untyped.ts";
import { actorSource } from "./actor-source.ts";
import { commentSource } from "./comment-source.ts";
import { labelSource } from "./label-source.ts";
import type { Source } from "./source.ts";

const TYPES = {
  labeled: "LabeledEvent",
  unlabeled: "UnlabeledEvent",
  renamed: "RenamedTitleEvent",
  closed: "ClosedEvent",
  reopened: "ReopenedEvent",
} as const;

const ITEM_TYPES: Readonly<Record<IssueEvent["type"] | "comment", string>> = {
  labeled: "LABELED_EVENT",
  unlabeled: "UNLABELED_EVENT",
  renamed: "RENAMED_TITLE_EVENT",
  closed: "CLOSED_EVENT",
  reopened: "REOPENED_EVENT",
  comment: "ISSUE_COMMENT",
};

/** Makes the source of an issue or pull request; handed in because these contain events. */
export type SubjectSource = (issue: Issue) => Source;

/** The entries of the wanted kinds (`itemTypes`), or all of them. */
export function timelineEntries(hub: Hub, issue: Issue, itemTypes: unknown): TimelineEntry[] {
  const wanted = textsIn(itemTypes);
  const known: readonly string[] = Object.values(ITEM_TYPES);
  const foreign = wanted?.find((type) => !known.includes(type));
  if (foreign !== undefined) {
    throw new NotEmulated(`Issue.timelineItems(itemTypes: ${foreign})`);
  }
  return timelineOf(hub, issue).filter((entry) => {
    const type = ITEM_TYPES[entry.kind === "comment" ? "comment" : entry.event.type];
    return wanted?.includes(type) ?? true;
  });
}

/** An entry of the timeline. */
export function timelineSource(
  hub: Hub,
  issue: Issue,
  entry: TimelineEntry,
  viewer: Viewer,
  subject: SubjectSource,
): Source {
  if (entry.kind === "comment") {
    return commentSource(hub, viewer, entry.comment);
  }
  const { event } = entry;
  return {
    __typename: TYPES[event.type],
    id: formatNodeId("EV", event.id),
    actor: actorSource(hub, hub.user(event.actorId)),
    createdAt: event.createdAt,
    ...eventFields(hub, issue, event, subject),
  };
}

function eventFields(hub: Hub, issue: Issue, event: IssueEvent, subject: SubjectSource): Source {
  switch (event.type) {
    case "labeled":
    case "unlabeled":
      return { label: labelSource(hub.label(event.labelId)), labelable: () => subject(issue) };
    case "renamed":
      return {
        previousTitle: event.from,
        currentTitle: event.to,
        subject: () => subject(issue),
      };
    case "closed": {
      const closer = event.closerId === undefined ? undefined : hub.issue(event.closerId);
      return {
        stateReason: event.stateReason?.toUpperCase() ?? null,
        closer: () => (closer === undefined ? null : subject(closer)),
        closable: () => subject(issue),
      };
    }
    case "reopened":
      return { stateReason: "REOPENED", closable: () => subject(issue) };
  }
}
