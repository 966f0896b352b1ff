import * as v from "valibot";

import type { ReadIssue } from "../../core/backlog/snapshot.ts";
import type {
  Actor,
  IssueReference,
  LabelEvent,
  ObservedIssue,
  TextEdit,
} from "../../core/observation.ts";
import { STATUS_MARKER } from "../../core/text/markers.ts";
import { hashText } from "../text-hash.ts";

const actor = v.nullish(
  v.object({
    __typename: v.string(),
    login: v.string(),
    databaseId: v.nullish(v.number()),
  }),
);

const stateReason = v.nullish(v.string());

const reference = v.object({
  number: v.number(),
  state: v.picklist(["OPEN", "CLOSED"]),
  stateReason,
  repository: v.object({ nameWithOwner: v.string() }),
});

function nodes<const S extends v.GenericSchema>(
  schema: S,
): v.ObjectSchema<{ readonly nodes: v.ArraySchema<S, undefined> }, undefined> {
  return v.object({ nodes: v.array(schema) });
}

const comment = v.object({ body: v.string(), viewerDidAuthor: v.boolean() });

const issueNode = v.object({
  number: v.number(),
  title: v.string(),
  body: v.string(),
  state: v.picklist(["OPEN", "CLOSED"]),
  stateReason,
  createdAt: v.string(),
  updatedAt: v.string(),
  closedAt: v.nullish(v.string()),
  author: actor,
  assignees: nodes(v.object({ login: v.string() })),
  labels: v.nullish(nodes(v.object({ name: v.string() }))),
  milestone: v.nullish(v.object({ number: v.number() })),
  blockedBy: nodes(v.nullable(reference)),
  issueDependenciesSummary: v.object({ blockedBy: v.number() }),
  subIssues: nodes(v.nullable(reference)),
  subIssuesSummary: v.object({ total: v.number() }),
  parent: v.nullish(reference),
  timelineItems: nodes(
    v.nullable(
      v.object({
        __typename: v.string(),
        createdAt: v.optional(v.string()),
        actor,
        label: v.nullish(v.object({ name: v.string() })),
      }),
    ),
  ),
  userContentEdits: v.nullish(
    v.object({
      totalCount: v.number(),
      nodes: v.array(v.nullable(v.object({ editedAt: v.string(), editor: actor }))),
    }),
  ),
  comments: v.optional(nodes(comment)),
  latestComments: v.optional(nodes(comment)),
});

type IssueNode = v.InferOutput<typeof issueNode>;

/** Reads one issue as GraphQL gave it; an error names what is wrong with that issue alone [N04]. */
export function parseIssueNode(
  node: unknown,
  triggerLabel: string,
): ReadIssue | { readonly error: string } {
  const parsed = v.safeParse(issueNode, node);
  return parsed.success
    ? {
        issue: observedIssue(parsed.output, triggerLabel),
        updatedAt: parsed.output.updatedAt,
      }
    : { error: v.summarize(parsed.issues).slice(0, 300) };
}

function observedIssue(node: IssueNode, triggerLabel: string): ObservedIssue {
  const labels = node.labels?.nodes.map(({ name }) => name) ?? [];
  const isTriggered = labels.some((name) => isSameLabel(name, triggerLabel));
  const bodyEdits = (node.userContentEdits?.nodes ?? []).filter((edit) => edit !== null);
  return {
    number: node.number,
    title: node.title,
    body: node.body,
    textHash: hashText(node.title, node.body),
    ...observedState(node),
    createdAt: node.createdAt,
    closedAt: node.closedAt ?? undefined,
    reopened: latestEvent(node, ({ __typename }) => __typename === "ReopenedEvent"),
    author: observedActor(node.author),
    assignees: node.assignees.nodes.map(({ login }) => login),
    labels,
    milestone: node.milestone?.number,
    blockedBy: node.blockedBy.nodes.flatMap(observedReference),
    openBlockerCount: node.issueDependenciesSummary.blockedBy,
    subIssues: node.subIssues.nodes.flatMap(observedReference),
    subIssueCount: node.subIssuesSummary.total,
    parent: node.parent ? observedReference(node.parent)[0] : undefined,
    trigger: isTriggered
      ? latestEvent(node, ({ label }) => isSameLabel(label?.name, triggerLabel))
      : undefined,
    textEdits: observedEdits(node),
    textEditsComplete: bodyEdits.length === (node.userContentEdits?.totalCount ?? 0),
    statusComment: [...(node.comments?.nodes ?? []), ...(node.latestComments?.nodes ?? [])].find(
      ({ body, viewerDidAuthor }) => viewerDidAuthor && body.startsWith(STATUS_MARKER),
    )?.body,
  };
}

const CLOSE_REASONS: ReadonlyMap<string, IssueReference["closedAs"]> = new Map([
  ["NOT_PLANNED", "not_planned"],
  ["DUPLICATE", "duplicate"],
]);

/** Label names compare without case on GitHub. */
function isSameLabel(name: string | undefined, other: string): boolean {
  return name?.toLowerCase() === other.toLowerCase();
}

function observedState({
  state,
  stateReason: reason,
}: {
  readonly state: "OPEN" | "CLOSED";
  readonly stateReason?: string | null | undefined;
}): Pick<IssueReference, "state" | "closedAs"> {
  if (state === "OPEN") {
    return { state: "open", closedAs: undefined };
  }
  return { state: "closed", closedAs: CLOSE_REASONS.get(reason ?? "") ?? "completed" };
}

function observedActor(node: v.InferOutput<typeof actor>): Actor | undefined {
  return node?.databaseId === undefined || node.databaseId === null
    ? undefined
    : {
        login: node.login,
        id: node.databaseId,
        type: node.__typename === "User" ? "user" : "bot",
      };
}

function observedReference(
  node: v.InferOutput<typeof reference> | null,
): readonly IssueReference[] {
  return node === null
    ? []
    : [{ repository: node.repository.nameWithOwner, number: node.number, ...observedState(node) }];
}

type TimelineItem = NonNullable<IssueNode["timelineItems"]["nodes"][number]>;

/** The newest event of the timeline that `isWanted`, as far back as the timeline was read. */
function latestEvent(
  node: IssueNode,
  isWanted: (item: TimelineItem) => boolean,
): LabelEvent | undefined {
  const item = node.timelineItems.nodes.findLast((one) => one !== null && isWanted(one));
  return item?.createdAt === undefined
    ? undefined
    : { by: observedActor(item.actor), at: item.createdAt };
}

/** GitHub counts the first version of a body as an edit by its author; it changes nothing. */
function observedEdits(node: IssueNode): readonly TextEdit[] {
  const renames = node.timelineItems.nodes.flatMap((item) =>
    item?.__typename === "RenamedTitleEvent" && item.createdAt !== undefined
      ? [{ by: observedActor(item.actor), at: item.createdAt, what: "title" as const }]
      : [],
  );
  const edits = (node.userContentEdits?.nodes ?? []).flatMap((edit) =>
    edit === null || edit.editedAt === node.createdAt
      ? []
      : [{ by: observedActor(edit.editor), at: edit.editedAt, what: "body" as const }],
  );
  return [...renames, ...edits].toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
}
