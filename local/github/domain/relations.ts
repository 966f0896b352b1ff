import { invalid } from "./api-error.ts";
import type { Hub } from "./hub.ts";
import { unprocessable } from "./limits.ts";
import { type Issue } from "./state.ts";

const MAX_DEPENDENCIES = 50;
const MAX_SUB_ISSUES = 100;

/**
 * Makes `blocker` block `issue`. Like every relation here it leaves both issues' `updatedAt`
 * alone: nothing shows that GitHub moves it.
 */
export function addBlockedBy(issue: Issue, blocker: Issue): void {
  if (issue.id === blocker.id) {
    throw unprocessable("An issue cannot be blocked by itself");
  }
  if (issue.pull !== undefined || blocker.pull !== undefined) {
    throw unprocessable("Pull requests cannot have issue dependencies");
  }
  if (issue.blockedByIds.includes(blocker.id)) {
    throw invalid("IssueDependency", "issue_id", "already_exists");
  }
  if (issue.blockedByIds.length >= MAX_DEPENDENCIES) {
    throw unprocessable(
      `An issue cannot have more than ${MAX_DEPENDENCIES} blocked by dependencies`,
    );
  }
  issue.blockedByIds.push(blocker.id);
}

/** Removes the dependency, or refuses where there is none. */
export function removeBlockedBy(issue: Issue, blocker: Issue): void {
  const at = issue.blockedByIds.indexOf(blocker.id);
  if (at < 0) {
    throw unprocessable("The dependency does not exist");
  }
  issue.blockedByIds.splice(at, 1);
}

/** The issues that block this one, oldest dependency first. */
export function blockersOf(hub: Hub, issue: Issue): Issue[] {
  return issue.blockedByIds.map((id) => hub.issue(id));
}

/** The issues that wait for this one. */
export function blockedOf(hub: Hub, issue: Issue): Issue[] {
  return hub.issues(hub.repositoryOf(issue)).filter((it) => it.blockedByIds.includes(issue.id));
}

/** Counts of dependencies: open ones, and all. */
export function countDependencies(
  hub: Hub,
  issue: Issue,
): Readonly<Record<"blockedBy" | "totalBlockedBy" | "blocking" | "totalBlocking", number>> {
  const blockers = blockersOf(hub, issue);
  const blocked = blockedOf(hub, issue);
  return {
    blockedBy: blockers.filter((it) => it.state === "open").length,
    totalBlockedBy: blockers.length,
    blocking: blocked.filter((it) => it.state === "open").length,
    totalBlocking: blocked.length,
  };
}

/** Puts `child` under `parent`; an issue has one parent, taken away only on request. */
export function addSubIssue(
  hub: Hub,
  parent: Issue,
  child: Issue,
  options: { readonly replaceParent: boolean },
): void {
  if (parent.id === child.id || ancestors(hub, parent).includes(child.id)) {
    throw unprocessable("An issue cannot be a sub-issue of itself or of its own sub-issues");
  }
  if (parent.pull !== undefined || child.pull !== undefined) {
    throw unprocessable("Pull requests cannot be sub-issues");
  }
  if (parent.subIssueIds.includes(child.id)) {
    throw unprocessable("Issue may not contain duplicate sub-issues");
  }
  if (parent.subIssueIds.length >= MAX_SUB_ISSUES) {
    throw unprocessable(`Parent cannot have more than ${MAX_SUB_ISSUES} sub-issues`);
  }
  if (child.parentId !== undefined) {
    if (!options.replaceParent) {
      throw unprocessable("Sub issue may only have one parent");
    }
    const before = hub.issue(child.parentId);
    before.subIssueIds.splice(before.subIssueIds.indexOf(child.id), 1);
  }
  parent.subIssueIds.push(child.id);
  child.parentId = parent.id;
}

/** The sub-issues, in order. */
export function subIssuesOf(hub: Hub, issue: Issue): Issue[] {
  return issue.subIssueIds.map((id) => hub.issue(id));
}

/** How many sub-issues there are and how many are closed. */
export function countSubIssues(
  hub: Hub,
  issue: Issue,
): Readonly<Record<"total" | "completed" | "percentCompleted", number>> {
  const total = issue.subIssueIds.length;
  const completed = subIssuesOf(hub, issue).filter((it) => it.state === "closed").length;
  return {
    total,
    completed,
    percentCompleted: total === 0 ? 0 : Math.round((100 * completed) / total),
  };
}

function ancestors(hub: Hub, issue: Issue): number[] {
  const ids: number[] = [];
  for (let at = issue.parentId; at !== undefined; at = hub.issue(at).parentId) {
    ids.push(at);
  }
  return ids;
}
