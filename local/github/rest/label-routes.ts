import { found } from "../domain/hub.ts";
import { addLabels, createLabel, labelsByName, removeLabelByName } from "../domain/labels.ts";
import { type Issue } from "../domain/state.ts";
import type { Reply } from "../http/exchange.ts";
import { labelShape } from "../shapes/label-shape.ts";
import { namesOf, textOf } from "./fields.ts";
import { issueOf } from "./issue-routes.ts";
import { pageReply } from "./paging.ts";
import type { Call, Route } from "./route.ts";

/** Labels of a repository and of an issue. */
export const LABEL_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/labels",
    operation: "issues/list-labels-for-repo",
    needs: "read issues",
    handle: (call) =>
      pageReply(call, "/labels", call.hub.labels(call.repository), (label) =>
        labelShape(call.hub, label),
      ),
  },
  {
    method: "POST",
    path: "/labels",
    operation: "issues/create-label",
    needs: "triage issues",
    body: ["name", "color", "description"],
    handle: (call) => {
      const label = createLabel(call.hub, call.repository, {
        name: textOf(call.body, "name") ?? "",
        color: textOf(call.body, "color"),
        description: textOf(call.body, "description"),
      });
      return { status: 201, body: labelShape(call.hub, label) };
    },
  },
  {
    method: "GET",
    path: "/labels/{name}",
    operation: "issues/get-label",
    needs: "read issues",
    handle: (call) => {
      const label = found(call.hub.labelByName(call.repository, call.path["name"] ?? ""));
      return { status: 200, body: labelShape(call.hub, label) };
    },
  },
  {
    method: "GET",
    path: "/issues/{issue_number}/labels",
    operation: "issues/list-labels-on-issue",
    needs: "read issues",
    handle: (call) => {
      const issue = issueOf(call);
      const path = `/issues/${issue.number}/labels`;
      return pageReply(call, path, call.hub.labels(issue), (label) => labelShape(call.hub, label));
    },
  },
  {
    method: "POST",
    path: "/issues/{issue_number}/labels",
    operation: "issues/add-labels",
    needs: "triage issues",
    body: ["labels"],
    handle: (call) => {
      const issue = issueOf(call);
      const names = namesOf(call.body["labels"], "labels") ?? [];
      addLabels(call.hub, call.viewer, issue, labelsByName(call.hub, call.repository, names));
      return labelsReply(call, issue);
    },
  },
  {
    method: "DELETE",
    path: "/issues/{issue_number}/labels/{name}",
    operation: "issues/remove-label",
    needs: "triage issues",
    handle: (call) => {
      const issue = issueOf(call);
      removeLabelByName(call.hub, call.viewer, issue, call.path["name"] ?? "");
      return labelsReply(call, issue);
    },
  },
];

function labelsReply(call: Call, issue: Issue): Reply {
  return { status: 200, body: call.hub.labels(issue).map((label) => labelShape(call.hub, label)) };
}
