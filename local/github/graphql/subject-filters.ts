import { NotEmulated } from "../domain/api-error.ts";
import type { Hub } from "../domain/hub.ts";
import { type Issue, type Pull } from "../domain/state.ts";
import { fieldsIn, textFieldsIn, textIn, textsIn } from "../untyped.ts";
import type { Arguments } from "./source.ts";

const FILTERS = ["states", "labels", "since", "viewerSubscribed"];

/** The issues that `states`, `labels` and `filterBy` let through; labels mean any of them. */
export function filterIssues(
  hub: Hub,
  issues: readonly Issue[],
  args: Arguments,
): readonly Issue[] {
  const filter = fieldsIn(args["filterBy"]);
  const foreign = Object.entries(filter).find(([name, value]) => {
    return !FILTERS.includes(name) || (name === "viewerSubscribed" && value === true);
  });
  if (foreign !== undefined) {
    throw new NotEmulated(`Repository.issues(filterBy: {${foreign[0]}})`);
  }
  const since = Date.parse(textIn(filter["since"]) ?? "1970-01-01T00:00:00Z");
  const kept = issues.filter((issue) => {
    return (
      hasState(issue.state, args["states"]) &&
      hasState(issue.state, filter["states"]) &&
      hasLabel(hub, issue, args["labels"]) &&
      hasLabel(hub, issue, filter["labels"]) &&
      Date.parse(issue.updatedAt) >= since
    );
  });
  return sorted(kept, args["orderBy"]);
}

/** The pull requests that the arguments let through; a merged one is not CLOSED but MERGED. */
export function filterPulls(hub: Hub, pulls: readonly Pull[], args: Arguments): readonly Pull[] {
  const { headRefName: head, baseRefName: base } = args;
  const kept = pulls.filter((issue) => {
    const state = issue.pull.mergedAt === undefined ? issue.state : "merged";
    return (
      hasState(state, args["states"]) &&
      hasLabel(hub, issue, args["labels"]) &&
      (typeof head !== "string" || issue.pull.headRef === head) &&
      (typeof base !== "string" || issue.pull.baseRef === base)
    );
  });
  return sorted(kept, args["orderBy"]);
}

function hasState(state: string, wanted: unknown): boolean {
  return textsIn(wanted)?.includes(state.toUpperCase()) ?? true;
}

function hasLabel(hub: Hub, issue: Issue, wanted: unknown): boolean {
  const names = textsIn(wanted)?.map((name) => name.toLowerCase());
  return (
    names === undefined ||
    hub.labels(issue).some((label) => names.includes(label.name.toLowerCase()))
  );
}

function sorted<T extends Issue>(issues: readonly T[], orderBy: unknown): readonly T[] {
  const order = textFieldsIn(orderBy ?? { field: "CREATED_AT", direction: "ASC" });
  const ascending = issues.toSorted((a, b) => compare(a, b, order["field"] ?? ""));
  return order["direction"] === "DESC" ? ascending.toReversed() : ascending;
}

function compare(a: Issue, b: Issue, field: string): number {
  switch (field) {
    case "CREATED_AT":
      return a.number - b.number;
    case "UPDATED_AT":
      return Date.parse(a.updatedAt) - Date.parse(b.updatedAt) || a.number - b.number;
    default:
      throw new NotEmulated(`orderBy: ${field}`);
  }
}
