import * as v from "valibot";

import type { ObservedPullRequest } from "../../core/observation.ts";

const pullRequestNode = v.object({
  number: v.number(),
  headRefName: v.string(),
  headRefOid: v.string(),
  state: v.picklist(["OPEN", "CLOSED", "MERGED"]),
  isDraft: v.boolean(),
  closedAt: v.nullish(v.string()),
  isCrossRepository: v.boolean(),
  url: v.string(),
  labels: v.nullish(v.object({ nodes: v.array(v.object({ name: v.string() })) })),
  milestone: v.nullish(v.object({ number: v.number() })),
});

const STATES = { OPEN: "open", CLOSED: "closed", MERGED: "merged" } as const;

/**
 * Reads one pull request as GraphQL gave it. `undefined` unless its head is a branch of ours in
 * this very repository: a fork may carry any branch name [F30].
 */
export function parsePullRequestNode(
  node: unknown,
  branchPrefix: string,
): ObservedPullRequest | undefined {
  const parsed = v.safeParse(pullRequestNode, node);
  if (!parsed.success) {
    return undefined;
  }
  const { number, headRefName, headRefOid, state, isDraft, isCrossRepository, url } = parsed.output;
  if (isCrossRepository || !headRefName.startsWith(branchPrefix)) {
    return undefined;
  }
  return {
    number,
    headBranch: headRefName,
    headSha: headRefOid,
    state: STATES[state],
    isDraft,
    closedAt: parsed.output.closedAt ?? undefined,
    labels: parsed.output.labels?.nodes.map(({ name }) => name) ?? [],
    milestone: parsed.output.milestone?.number,
    url,
  };
}
