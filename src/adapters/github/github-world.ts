import * as v from "valibot";

import type { Effect, EffectOutcome } from "../../core/effects.ts";
import type {
  Observation,
  ObservedIssue,
  ObservedMilestone,
  ObservedPullRequest,
  ObservedRepository,
  ObservedRun,
  Permission,
} from "../../core/observation.ts";
import type { ObserveQuery, RepositoryReading, World } from "../../ports/world.ts";
import { applyEffects } from "./apply-effects.ts";
import type { GitHubClient } from "./client.ts";
import { type GraphQLAnswer, sendGraphQL } from "./graphql.ts";
import { parseIssueNode } from "./issue-node.ts";
import { parsePullRequestNode } from "./pull-request-node.ts";
import {
  READ_CONFIGURATION,
  READ_DELIVERY,
  READ_ISSUE,
  READ_ISSUES,
  READ_REPOSITORY,
  readByNumber,
} from "./queries.ts";
import { isStatus, readRun } from "./read-runs.ts";
import { Targets } from "./targets.ts";

/** Issues asked for by number in one request; more of them are asked in several. */
const NUMBERS_PER_REQUEST = 50;

const issuePage = v.object({
  pageInfo: v.object({ hasNextPage: v.boolean(), endCursor: v.nullable(v.string()) }),
  nodes: v.array(v.unknown()),
});

const milestoneNode = v.object({
  number: v.number(),
  title: v.string(),
  description: v.nullish(v.string()),
  openIssueCount: v.number(),
  closedIssueCount: v.number(),
});

const repositoryNode = v.object({
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
  issues: v.optional(issuePage),
  issue: v.optional(v.nullable(v.unknown())),
  stateLabels: v.optional(v.unknown()),
  readyLabels: v.optional(v.unknown()),
});

type RepositoryNode = v.InferOutput<typeof repositoryNode>;

export interface GitHubWorldOptions {
  readonly client: GitHubClient;
  /** Path of the configuration file on the default branch. */
  readonly configurationPath: string;
  /** Workflow file that a kick starts, and the branch it is started on. */
  readonly workflowFile: string;
  readonly clock: () => Date;
  readonly scope: ReadScope;
}

/** What the first request brings along besides the configuration. */
export type ReadScope =
  | { readonly type: "backlog" }
  | { readonly type: "session"; readonly issue: number }
  | { readonly type: "delivery"; readonly issue: number }
  | { readonly type: "configuration" };

/** The repository on GitHub: GraphQL reads, batched writes. */
export class GitHubWorld implements World {
  readonly #options: GitHubWorldOptions;
  #reading: RepositoryNode | undefined;
  #readAt: string | undefined;
  readonly #targets = new Targets();

  constructor(options: GitHubWorldOptions) {
    this.#options = options;
  }

  async readRepository(): Promise<RepositoryReading> {
    const { scope, configurationPath } = this.#options;
    this.#readAt = this.#options.clock().toISOString();
    const { data } = await this.#send(FIRST_QUERIES[scope.type], {
      configuration: `HEAD:${configurationPath}`,
      ...("issue" in scope ? { issue: scope.issue } : {}),
    });
    const { repository } = v.parse(v.object({ repository: repositoryNode }), data);
    this.#reading = repository;
    if ("issue" in scope) {
      this.#targets.addIssue(scope.issue, repository.issue);
    }
    if (scope.type === "delivery") {
      this.#targets.addPullRequests(repository.pullRequests?.nodes ?? []);
      this.#targets.addAnswer(data);
    }
    if (repository.configuration?.isTruncated === true) {
      throw new Error(`${configurationPath} is too large to be read.`);
    }
    return {
      repository: observedRepository(repository),
      configurationText: repository.configuration?.text ?? undefined,
    };
  }

  async observe(query: ObserveQuery): Promise<Observation> {
    if (this.#reading === undefined) {
      await this.readRepository();
    }
    const reading = this.#reading;
    if (reading === undefined || this.#readAt === undefined) {
      throw new Error("The repository could not be read.");
    }
    const found = new Found(query);
    found.addPullRequests(reading.pullRequests?.nodes ?? []);
    if (reading.issue) {
      found.addIssues([reading.issue]);
    }
    if (query.scope === "open-issues") {
      await this.#readPages(reading, found);
    }
    await this.#readNumbers(query, found);
    return {
      at: this.#readAt,
      repository: observedRepository(reading),
      issues: found.issues,
      pullRequests: [...found.pullRequests.values()],
      milestones: (reading.milestones?.nodes ?? []).map(observedMilestone),
      runs: await this.#readRuns(query),
      unreadable: found.unreadable,
      stale: new Set(),
      commented: found.commented,
      apiRemaining: undefined,
    };
  }

  async readPermissions(logins: readonly string[]): Promise<ReadonlyMap<string, Permission>> {
    const { octokit, owner, repo } = this.#options.client;
    const permissions = new Map<string, Permission>();
    for (const username of new Set(logins)) {
      permissions.set(username, await readPermission({ owner, repo, username }));
    }
    return permissions;

    async function readPermission(who: {
      readonly owner: string;
      readonly repo: string;
      readonly username: string;
    }): Promise<Permission> {
      try {
        const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel(who);
        return parsePermission(data.role_name) ?? parsePermission(data.permission) ?? "none";
      } catch (error) {
        if (isStatus(error, 404)) {
          return "none";
        }
        throw error;
      }
    }
  }

  async apply(effects: readonly Effect[]): Promise<readonly EffectOutcome[]> {
    const { client, workflowFile } = this.#options;
    const isKick = effects.some(({ type }) => type === "start-tick");
    if (isKick && this.#reading === undefined) {
      await this.readRepository();
    }
    const branch = this.#reading?.defaultBranchRef?.name ?? "";
    return await applyEffects(client, { workflowFile, branch }, effects, this.#targets);
  }

  async #readPages(reading: RepositoryNode, found: Found): Promise<void> {
    let page = reading.issues;
    while (page !== undefined) {
      found.addIssues(page.nodes);
      const { hasNextPage, endCursor } = page.pageInfo;
      if (!hasNextPage || endCursor === null) {
        return;
      }
      const { data } = await this.#send(READ_ISSUES, { after: endCursor });
      page = v.parse(v.object({ repository: v.object({ issues: issuePage }) }), data).repository
        .issues;
    }
  }

  async #readNumbers(query: ObserveQuery, found: Found): Promise<void> {
    const isRead = (issue: number): boolean => this.#targets.issues.has(issue);
    const wanted = new Set(query.issues(found.issues));
    const issues = [...wanted].filter((issue) => !isRead(issue));
    const branches = [...new Set(query.branches)];
    const requests = Math.ceil(Math.max(issues.length, branches.length) / NUMBERS_PER_REQUEST);
    for (let request = 0; request < requests; request += 1) {
      const from = request * NUMBERS_PER_REQUEST;
      const some = issues.slice(from, from + NUMBERS_PER_REQUEST);
      const heads = branches.slice(from, from + NUMBERS_PER_REQUEST);
      const variables = Object.fromEntries(heads.map((head, index) => [`branch${index}`, head]));
      const answer = await this.#send(readByNumber(some, heads.length), variables);
      found.addByNumber(answer);
      this.#targets.addAnswer(answer.data);
    }
  }

  async #readRuns(query: ObserveQuery): Promise<readonly ObservedRun[]> {
    const runs: ObservedRun[] = [];
    for (const attempt of query.runs) {
      const run = await readRun(this.#options.client, attempt);
      if (run !== undefined) {
        runs.push(run);
      }
    }
    return runs;
  }

  async #send(
    document: string,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<GraphQLAnswer> {
    const { owner, repo } = this.#options.client;
    const answer = await sendGraphQL(this.#options.client, document, {
      owner,
      name: repo,
      ...variables,
    });
    const failure = answer.failures.find(({ type }) => type !== "NOT_FOUND");
    if (failure !== undefined) {
      throw new Error(`GitHub refused a part of a query: ${failure.message}`);
    }
    return answer;
  }
}

/** Collects what several answers bring; a later one replaces an earlier one. */
class Found {
  readonly issues = new Map<number, ObservedIssue>();
  readonly pullRequests = new Map<number, ObservedPullRequest>();
  readonly unreadable = new Map<number, string>();
  readonly commented = new Set<number>();
  readonly #query: ObserveQuery;

  constructor(query: ObserveQuery) {
    this.#query = query;
  }

  addIssues(nodes: readonly unknown[]): void {
    for (const node of nodes) {
      const parsed = parseIssueNode(node, this.#query.triggerLabel);
      if ("issue" in parsed) {
        this.issues.set(parsed.issue.number, parsed.issue);
        this.unreadable.delete(parsed.issue.number);
        if (typeof node === "object" && node !== null && "comments" in node) {
          this.commented.add(parsed.issue.number);
        }
      } else {
        this.#addUnreadable(node, parsed.error);
      }
    }
  }

  addPullRequests(nodes: readonly unknown[]): void {
    for (const node of nodes) {
      const pullRequest = parsePullRequestNode(node, this.#query.branchPrefix);
      if (pullRequest !== undefined) {
        this.pullRequests.set(pullRequest.number, pullRequest);
      }
    }
  }

  addByNumber({ data }: GraphQLAnswer): void {
    const { repository } = v.parse(
      v.object({ repository: v.record(v.string(), v.unknown()) }),
      data,
    );
    for (const [alias, value] of Object.entries(repository)) {
      if (/^i\d+$/.test(alias) && value !== null) {
        this.addIssues([value]);
      } else if (/^b\d+$/.test(alias)) {
        const parsed = v.safeParse(v.object({ nodes: v.array(v.unknown()) }), value);
        this.addPullRequests(parsed.success ? parsed.output.nodes : []);
      }
    }
  }

  #addUnreadable(node: unknown, error: string): void {
    const numbered = v.safeParse(v.object({ number: v.number() }), node);
    if (numbered.success) {
      this.unreadable.set(numbered.output.number, error);
    }
  }
}

const FIRST_QUERIES: Readonly<Record<ReadScope["type"], string>> = {
  backlog: READ_REPOSITORY,
  session: READ_ISSUE,
  delivery: READ_DELIVERY,
  configuration: READ_CONFIGURATION,
};

function observedRepository(node: RepositoryNode): ObservedRepository {
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

function observedMilestone(node: v.InferOutput<typeof milestoneNode>): ObservedMilestone {
  return {
    number: node.number,
    title: node.title,
    description: node.description ?? "",
    openIssues: node.openIssueCount,
    closedIssues: node.closedIssueCount,
  };
}

const PERMISSIONS: readonly Permission[] = ["admin", "maintain", "write", "triage", "read", "none"];

function parsePermission(text: string | undefined): Permission | undefined {
  return PERMISSIONS.find((permission) => permission === text);
}
