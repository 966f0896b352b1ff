import type { Viewer } from "../domain/access.ts";
import type { Hub } from "../domain/hub.ts";
import { type Comment, type ContentEdit } from "../domain/state.ts";
import { issueHtmlUrl } from "../shapes/issue-shape.ts";
import { formatNodeId } from "../shapes/node-id.ts";
import { actorSource } from "./actor-source.ts";
import { connection } from "./connection.ts";
import type { Source } from "./source.ts";

export function commentSource(hub: Hub, viewer: Viewer, comment: Comment): Source {
  return {
    __typename: "IssueComment",
    id: formatNodeId("IC", comment.id),
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    author: actorSource(hub, hub.user(comment.authorId)),
    viewerDidAuthor: viewer.kind !== "anonymous" && viewer.user.id === comment.authorId,
    createdAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    url: `${issueHtmlUrl(hub, hub.issue(comment.issueId))}#issuecomment-${comment.id}`,
    ...editFields(hub, comment.edits),
  };
}

/** The fields that tell whether, when and by whom a text was edited; newest edit first. */
export function editFields(hub: Hub, edits: readonly ContentEdit[]): Source {
  const last = edits.at(-1);
  return {
    includesCreatedEdit: edits.length > 0,
    lastEditedAt: last?.editedAt ?? null,
    editor: last === undefined ? null : actorSource(hub, hub.user(last.editorId)),
    userContentEdits: (args, info) =>
      connection(edits.toReversed(), args, info, {
        type: "UserContentEdit",
        key: (edit) => edit.id,
        source: (edit) => editSource(hub, edit),
      }),
  };
}

function editSource(hub: Hub, edit: ContentEdit): Source {
  return {
    __typename: "UserContentEdit",
    id: formatNodeId("UCE", edit.id),
    editor: actorSource(hub, hub.user(edit.editorId)),
    editedAt: edit.editedAt,
    createdAt: edit.editedAt,
    updatedAt: edit.editedAt,
    deletedAt: null,
    deletedBy: null,
  };
}
