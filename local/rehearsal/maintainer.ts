import * as v from "valibot";

import type { Person } from "./person.ts";

const PULL_REQUEST = v.object({
  number: v.number(),
  draft: v.boolean(),
  head: v.object({ sha: v.string() }),
});

/**
 * The stand-in for the person who reviews: merges every pull request that is not a draft. A merge
 * that GitHub refuses is not tried again before the pull request has a new commit.
 */
export class StandInMaintainer {
  readonly #person: Person;
  readonly #repositoryPath: string;
  readonly #refused = new Set<string>();
  #merging: Promise<number> | undefined;

  constructor(person: Person, repositoryPath: string) {
    this.#person = person;
    this.#repositoryPath = repositoryPath;
  }

  /** Merges what can be merged; returns how many. Calls at the same time share one round. */
  mergeReady(): Promise<number> {
    this.#merging ??= this.#mergeOnce().finally(() => {
      this.#merging = undefined;
    });
    return this.#merging;
  }

  async #mergeOnce(): Promise<number> {
    const open = await this.#person.list(`${this.#repositoryPath}/pulls?state=open`, PULL_REQUEST);
    let merged = 0;
    for (const { number, draft, head } of open) {
      if (draft || this.#refused.has(head.sha)) {
        continue;
      }
      const path = `${this.#repositoryPath}/pulls/${number}/merge`;
      const body = { sha: head.sha, merge_method: "merge" };
      const answer = await this.#person.tryRequest("PUT", path, v.unknown(), body);
      if (answer.ok) {
        merged += 1;
      } else {
        this.#refused.add(head.sha);
      }
    }
    return merged;
  }
}
