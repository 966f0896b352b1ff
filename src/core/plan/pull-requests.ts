import type { IssueRecord } from "../journal/records.ts";
import type { ObservedPullRequest } from "../observation.ts";
import { isAfter } from "../text/instant.ts";

const ORDER: Readonly<Record<ObservedPullRequest["state"], number>> = {
  open: 0,
  merged: 1,
  closed: 2,
};

/**
 * Finds the pull request of each issue by the name of its branch. Of several, an open one counts
 * before a merged one before a closed one, and the newest of equals. One that was over before the
 * latest claim of its issue is that of an earlier delivery, and says nothing of this one.
 */
export function indexPullRequests(
  pullRequests: readonly ObservedPullRequest[],
  branchPrefix: string,
  records: ReadonlyMap<number, Pick<IssueRecord, "recentClaims">>,
): ReadonlyMap<number, ObservedPullRequest> {
  const byIssue = new Map<number, ObservedPullRequest>();
  for (const pullRequest of pullRequests) {
    const issue = issueOfBranch(pullRequest.headBranch, branchPrefix);
    const known = issue === undefined ? undefined : byIssue.get(issue);
    const isOver = isOfEarlierWork(pullRequest, records.get(issue ?? 0)?.recentClaims);
    if (issue !== undefined && !isOver && (known === undefined || isBetter(pullRequest, known))) {
      byIssue.set(issue, pullRequest);
    }
  }
  return byIssue;
}

/** By the claim and not by its result: clocks differ by less than a session takes. */
function isOfEarlierWork(
  { closedAt }: ObservedPullRequest,
  claims: readonly string[] | undefined,
): boolean {
  return isAfter(claims?.at(-1), closedAt);
}

function issueOfBranch(branch: string, prefix: string): number | undefined {
  const digits = branch.startsWith(prefix) ? branch.slice(prefix.length) : "";
  return /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : undefined;
}

function isBetter(one: ObservedPullRequest, other: ObservedPullRequest): boolean {
  return (ORDER[one.state] - ORDER[other.state] || other.number - one.number) < 0;
}
