import * as v from "valibot";

import type { Person } from "./person.ts";

/** An issue as GitHub shows it. */
export interface SeenIssue {
  readonly number: number;
  readonly open: boolean;
  readonly labels: readonly string[];
  readonly comments: number;
}

/** A pull request of the product, found by its branch. */
export interface SeenPullRequest {
  readonly number: number;
  readonly issue: number;
  readonly headSha: string;
  /** Tip of the base branch when it was opened or merged. */
  readonly baseSha: string;
  readonly state: "open" | "merged" | "closed";
  readonly draft: boolean;
  readonly updatedAt: string;
}

export interface Seen {
  readonly issues: ReadonlyMap<number, SeenIssue>;
  /** By number of the issue; the newest one where an issue has several. */
  readonly pullRequests: ReadonlyMap<number, SeenPullRequest>;
}

const ISSUE = v.object({
  number: v.number(),
  state: v.string(),
  labels: v.array(v.object({ name: v.string() })),
  comments: v.number(),
  pull_request: v.optional(v.unknown()),
});

const PULL_REQUEST = v.object({
  number: v.number(),
  state: v.string(),
  draft: v.boolean(),
  merged_at: v.nullish(v.string()),
  updated_at: v.string(),
  head: v.object({ ref: v.string(), sha: v.string() }),
  base: v.object({ sha: v.string() }),
});

/** Reads issues and pull requests, two requests when there are less than a hundred. */
export async function lookAt(repositoryPath: string, person: Person): Promise<Seen> {
  const issues = await person.list(`${repositoryPath}/issues?state=all`, ISSUE);
  const pulls = await person.list(`${repositoryPath}/pulls?state=all`, PULL_REQUEST);
  const seenIssues = issues
    .filter(({ pull_request }) => pull_request === undefined)
    .map(({ number, state, labels, comments }): [number, SeenIssue] => [
      number,
      { number, open: state === "open", labels: labels.map(({ name }) => name), comments },
    ]);
  const pullRequests = new Map<number, SeenPullRequest>();
  for (const pull of pulls.toSorted((left, right) => left.number - right.number)) {
    const issue = Number(/^feature\/issue-(\d+)$/.exec(pull.head.ref)?.[1]);
    if (!Number.isNaN(issue)) {
      pullRequests.set(issue, {
        number: pull.number,
        issue,
        headSha: pull.head.sha,
        baseSha: pull.base.sha,
        state: typeof pull.merged_at === "string" ? "merged" : toState(pull.state),
        draft: pull.draft,
        updatedAt: pull.updated_at,
      });
    }
  }
  return { issues: new Map(seenIssues), pullRequests };
}

function toState(state: string): "open" | "closed" {
  return state === "open" ? "open" : "closed";
}

/** The state label of an issue without its prefix; `undefined` = none. */
export function stateOf(issue: SeenIssue | undefined): string | undefined {
  const label = issue?.labels.find((name) => name.startsWith("state:"));
  return label?.slice("state:".length);
}
