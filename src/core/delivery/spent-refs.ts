import type { Configuration } from "../configuration.ts";
import type { Effect } from "../effects.ts";
import type { HistoryEntry } from "../journal/records.ts";

/**
 * Returns the removal of the refs that merged deliveries leave behind: the branch, which git itself
 * would not call merged after a squash, if nobody pushed to it since [F97, E15b]; and what was kept
 * of an attempt before the one that was delivered. What a cancelled delivery left stays for people.
 */
export function removeSpentRefs(
  deliveries: readonly HistoryEntry[],
  { branchPrefix, refPrefix }: Pick<Configuration, "branchPrefix" | "refPrefix">,
): readonly Effect[] {
  return deliveries.flatMap(({ issue, ended, branchSha, attempts }): readonly Effect[] => {
    if (ended !== "completed") {
      return [];
    }
    const branch = `refs/heads/${branchPrefix}${issue}`;
    const kept = keptWorkRef(issue, refPrefix);
    return [
      ...(branchSha === undefined
        ? []
        : [{ type: "remove-ref", ref: branch, sha: branchSha } as const]),
      ...(attempts > 1 ? [{ type: "remove-ref", ref: kept, sha: undefined } as const] : []),
    ];
  });
}

/** The ref of an issue's unfinished work, by its full name (design section 2). */
export function keptWorkRef(issue: number, refPrefix: string): string {
  return `${refPrefix}wip/${issue}`;
}
