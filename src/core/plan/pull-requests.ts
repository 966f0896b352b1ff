import type { ObservedPullRequest } from "../observation.ts";

const ORDER: Readonly<Record<ObservedPullRequest["state"], number>> = {
  open: 0,
  merged: 1,
  closed: 2,
};

/**
 * Finds the pull request of each issue by the name of its branch. Of several, an open one counts
 * before a merged one before a closed one, and the newest of equals.
 */
export function indexPullRequests(
  pullRequests: readonly ObservedPullRequest[],
  branchPrefix: string,
): ReadonlyMap<number, ObservedPullRequest> {
  const byIssue = new Map<number, ObservedPullRequest>();
  for (const pullRequest of pullRequests) {
    const issue = issueOfBranch(pullRequest.headBranch, branchPrefix);
    const known = issue === undefined ? undefined : byIssue.get(issue);
    if (issue !== undefined && (known === undefined || isBetter(pullRequest, known))) {
      byIssue.set(issue, pullRequest);
    }
  }
  return byIssue;
}

function issueOfBranch(branch: string, prefix: string): number | undefined {
  const digits = branch.startsWith(prefix) ? branch.slice(prefix.length) : "";
  return /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : undefined;
}

function isBetter(one: ObservedPullRequest, other: ObservedPullRequest): boolean {
  return (ORDER[one.state] - ORDER[other.state] || other.number - one.number) < 0;
}
