import { NotEmulated } from "../domain/api-error.ts";
import { type Issue } from "../domain/state.ts";
import type { Call } from "./route.ts";

/** The issues and pull requests that the query asks for, in its order: `labels=a,b` means both. */
export function listIssues(call: Call): Issue[] {
  const { hub, query } = call;
  const state = query.get("state") ?? "open";
  const labels = (query.get("labels") ?? "").split(",").filter((name) => name !== "");
  const since = Date.parse(query.get("since") ?? "1970-01-01T00:00:00Z");
  const milestone = query.get("milestone");
  const creator = query.get("creator")?.toLowerCase();
  const issues = hub.issues(call.repository).filter((issue) => {
    return (
      (state === "all" || issue.state === state) &&
      Date.parse(issue.updatedAt) >= since &&
      labels.every((name) => hasLabel(call, issue, name)) &&
      (milestone === null || inMilestone(call, issue, milestone)) &&
      (creator === undefined || hub.user(issue.authorId)?.login.toLowerCase() === creator)
    );
  });
  return issues.toSorted(order(query.get("sort") ?? "created", query.get("direction") ?? "desc"));
}

function hasLabel(call: Call, issue: Issue, name: string): boolean {
  const wanted = name.toLowerCase();
  return call.hub.labels(issue).some((label) => label.name.toLowerCase() === wanted);
}

function inMilestone(call: Call, issue: Issue, wanted: string): boolean {
  if (wanted === "none" || wanted === "*") {
    return (issue.milestoneId === undefined) === (wanted === "none");
  }
  const milestone = call.hub.milestoneByNumber(call.repository, Number(wanted));
  return milestone !== undefined && issue.milestoneId === milestone.id;
}

function order(sort: string, direction: string): (a: Issue, b: Issue) => number {
  const sign = direction === "asc" ? 1 : -1;
  switch (sort) {
    case "created":
      return (a, b) => sign * (a.number - b.number);
    case "updated":
      return (a, b) =>
        sign * (Date.parse(a.updatedAt) - Date.parse(b.updatedAt) || a.number - b.number);
    default:
      throw new NotEmulated(`sort=${sort} of a list of issues`);
  }
}
