import * as v from "valibot";

import type { ObservedMilestone, ObservedRepository } from "../../core/observation.ts";
import { issuePageFields } from "./found.ts";

const milestoneNode = v.object({
  number: v.number(),
  title: v.string(),
  description: v.nullish(v.string()),
  openIssueCount: v.number(),
  closedIssueCount: v.number(),
});

/** What the first query of an action brings; which parts depends on the action. */
export const repositoryNode = v.object({
  nameWithOwner: v.string(),
  url: v.string(),
  isPrivate: v.boolean(),
  defaultBranchRef: v.nullable(
    v.object({ name: v.string(), target: v.object({ oid: v.string() }) }),
  ),
  configuration: v.nullish(
    v.object({ text: v.nullish(v.string()), isTruncated: v.nullish(v.boolean()) }),
  ),
  pullRequests: v.optional(v.object({ nodes: v.array(v.unknown()) })),
  milestones: v.optional(v.object({ nodes: v.array(milestoneNode) })),
  open: v.optional(v.object({ totalCount: v.number() })),
  issues: v.optional(issuePageFields.issues),
  numbers: issuePageFields.numbers,
  issue: v.optional(v.nullable(v.unknown())),
  stateLabels: v.optional(v.unknown()),
  readyLabels: v.optional(v.unknown()),
});

export type RepositoryNode = v.InferOutput<typeof repositoryNode>;

export function observedRepository(node: RepositoryNode): ObservedRepository {
  if (node.defaultBranchRef === null) {
    throw new Error(`${node.nameWithOwner} has no commits yet.`);
  }
  return {
    name: node.nameWithOwner,
    url: node.url,
    isPrivate: node.isPrivate,
    defaultBranch: node.defaultBranchRef.name,
    headSha: node.defaultBranchRef.target.oid,
  };
}

export function observedMilestones(node: RepositoryNode): readonly ObservedMilestone[] {
  return (node.milestones?.nodes ?? []).map((milestone) => ({
    number: milestone.number,
    title: milestone.title,
    description: milestone.description ?? "",
    openIssues: milestone.openIssueCount,
    closedIssues: milestone.closedIssueCount,
  }));
}
