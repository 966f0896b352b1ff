import type { Configuration } from "../configuration.ts";
import type { Effect } from "../effects.ts";
import type { HistoryEntry } from "../journal/records.ts";
import type { ObservedPullRequest } from "../observation.ts";

/**
 * Returns the removal of the refs that merged deliveries leave behind: the branch, which git itself
 * would not call merged after a squash, if it is where it was merged from [F97, E15b]; and what was
 * kept of an attempt before the one that was delivered. What a cancelled delivery left stays for people.
 */
export function removeSpentRefs(
  deliveries: readonly HistoryEntry[],
  pullRequests: ReadonlyMap<number, Pick<ObservedPullRequest, "state" | "headSha">>,
  { branchPrefix, refPrefix }: Pick<Configuration, "branchPrefix" | "refPrefix">,
): readonly Effect[] {
  return deliveries.flatMap(({ issue, ended, attempts }): readonly Effect[] => {
    const pullRequest = pullRequests.get(issue);
    if (ended !== "completed" || pullRequest?.state !== "merged") {
      return [];
    }
    const branch = `refs/heads/${branchPrefix}${issue}`;
    const kept = keptWorkRef(issue, refPrefix);
    return [
      { type: "remove-ref", ref: branch, sha: pullRequest.headSha },
      ...(attempts > 1 ? [{ type: "remove-ref", ref: kept, sha: undefined } as const] : []),
    ];
  });
}

/** The ref of an issue's unfinished work, by its full name (design section 2). */
export function keptWorkRef(issue: number, refPrefix: string): string {
  return `${refPrefix}wip/${issue}`;
}
