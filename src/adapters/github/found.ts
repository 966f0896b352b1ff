import * as v from "valibot";

import type { Reads } from "../../core/backlog/merge.ts";
import type { ReadIssue } from "../../core/backlog/snapshot.ts";
import type { ObservedPullRequest } from "../../core/observation.ts";
import type { ObserveQuery } from "../../ports/world.ts";
import type { GraphQLAnswer, GraphQLFailure } from "./graphql.ts";
import { parseIssueNode } from "./issue-node.ts";
import { parsePullRequestNode } from "./pull-request-node.ts";

/** A page of issues as GraphQL gives it; a place in it may be empty, and `numbers` says whose. */
export const issuePageFields = {
  issues: v.object({
    totalCount: v.number(),
    pageInfo: v.object({ hasNextPage: v.boolean(), endCursor: v.nullable(v.string()) }),
    nodes: v.array(v.unknown()),
  }),
  numbers: v.nullish(v.object({ nodes: v.array(v.nullable(v.object({ number: v.number() }))) })),
} as const;

const issuePageNode = v.object(issuePageFields);

export type IssuePage = v.InferOutput<typeof issuePageNode>;

/** Collects what several answers bring; a later one replaces an earlier one. */
export class Found implements Reads {
  readonly issues = new Map<number, ReadIssue>();
  readonly gone = new Set<number>();
  readonly unreadable = new Map<number, string>();
  readonly pullRequests = new Map<number, ObservedPullRequest>();
  readonly commented = new Set<number>();
  readonly #query: ObserveQuery;

  constructor(query: ObserveQuery) {
    this.#query = query;
  }

  addIssue(node: unknown): ReadIssue | undefined {
    const parsed = parseIssueNode(node, this.#query.triggerLabel);
    if ("error" in parsed) {
      const numbered = v.safeParse(v.object({ number: v.number() }), node);
      if (numbered.success) {
        this.addUnreadable(numbered.output.number, parsed.error);
      }
      return undefined;
    }
    const { number } = parsed.issue;
    this.issues.set(number, parsed);
    this.gone.delete(number);
    this.unreadable.delete(number);
    if (typeof node === "object" && node !== null && "comments" in node) {
      this.commented.add(number);
    }
    return parsed;
  }

  addUnreadable(number: number, reason: string): void {
    this.unreadable.set(number, reason);
    this.issues.delete(number);
  }

  /**
   * Takes a page and returns its issues. One that failed in it is named by its number, and all
   * others are there [F26].
   */
  addPage(
    { issues, numbers }: IssuePage,
    failures: readonly GraphQLFailure[],
  ): readonly ReadIssue[] {
    return issues.nodes.flatMap((node, place) => {
      if (node !== null && node !== undefined) {
        return this.addIssue(node) ?? [];
      }
      const number = numbers?.nodes[place]?.number;
      if (number !== undefined) {
        const why = failures.find(({ lost }) => lost && "place" in lost && lost.place === place);
        this.addUnreadable(number, why?.message ?? "GitHub left it empty");
      }
      return [];
    });
  }

  addPullRequests(nodes: readonly unknown[]): void {
    for (const node of nodes) {
      const pullRequest = parsePullRequestNode(node, this.#query.branchPrefix);
      if (pullRequest !== undefined) {
        this.pullRequests.set(pullRequest.number, pullRequest);
      }
    }
  }

  /** Takes issues by number and pull requests by branch. */
  addByNumber({ data, failures }: GraphQLAnswer): void {
    const { repository } = v.parse(
      v.object({ repository: v.record(v.string(), v.unknown()) }),
      data,
    );
    for (const [alias, value] of Object.entries(repository)) {
      if (/^i\d+$/.test(alias)) {
        this.#addAlias(Number(alias.slice(1)), value, failures);
      } else if (/^b\d+$/.test(alias)) {
        const parsed = v.safeParse(v.object({ nodes: v.array(v.unknown()) }), value);
        this.addPullRequests(parsed.success ? parsed.output.nodes : []);
      }
    }
  }

  #addAlias(number: number, node: unknown, failures: readonly GraphQLFailure[]): void {
    if (node !== null) {
      this.addIssue(node);
      return;
    }
    const failure = failures.find(({ alias }) => alias === `i${number}`);
    if (failure === undefined || failure.type === "NOT_FOUND") {
      this.gone.add(number);
      this.issues.delete(number);
      this.unreadable.delete(number);
    } else {
      this.addUnreadable(number, failure.message);
    }
  }
}
