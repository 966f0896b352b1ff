import * as v from "valibot";

import { type Backlog, mergeBacklog } from "../../core/backlog/merge.ts";
import type { Effect, EffectOutcome } from "../../core/effects.ts";
import type { Observation, ObservedRun, Permission } from "../../core/observation.ts";
import type { Log } from "../../ports/log.ts";
import type { Snapshots } from "../../ports/snapshots.ts";
import type { ObserveQuery, RepositoryReading, SeenSoFar, World } from "../../ports/world.ts";
import { applyEffects, type EffectTools } from "./apply-effects.ts";
import { BacklogReader } from "./backlog-reader.ts";
import type { GitHubClient } from "./client.ts";
import { Found } from "./found.ts";
import { type GraphQLAnswer, type GraphQLFailure, sendGraphQL } from "./graphql.ts";
import { READ_CONFIGURATION, READ_DELIVERY, READ_ISSUE, readByNumber } from "./queries.ts";
import { readPermissions } from "./read-permissions.ts";
import { readRun } from "./read-runs.ts";
import {
  observedMilestones,
  observedRepository,
  type RepositoryNode,
  repositoryNode,
} from "./repository-node.ts";
import { Targets } from "./targets.ts";

/** Issues asked for by number in one request; more of them are asked in several. */
const NUMBERS_PER_REQUEST = 100;

/** What was read may refer to more that must be read: so often at most. */
const MAX_ROUNDS = 4;

export interface GitHubWorldOptions {
  readonly client: GitHubClient;
  /** Path of the configuration file on the default branch. */
  readonly configurationPath: string;
  /** Workflow file that a kick starts, and the branch it is started on. */
  readonly workflowFile: string;
  readonly removeRef: EffectTools["removeRef"];
  readonly clock: () => Date;
  readonly scope: ReadScope;
  readonly log: Log;
  /** Uniform in [0, 1): which issues of the snapshot are looked at. */
  readonly random?: () => number;
  /** Where the issues are remembered from tick to tick; absent = all are read in each. */
  readonly snapshots?: Snapshots;
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
  readonly #backlog: BacklogReader;
  #reading: FirstAnswer | undefined;
  readonly #targets = new Targets();

  constructor(options: GitHubWorldOptions) {
    this.#options = options;
    const { client, snapshots = NO_SNAPSHOTS, random = () => 0, log } = options;
    this.#backlog = new BacklogReader({
      repository: `${client.owner}/${client.repo}`,
      snapshots,
      send: (document, variables) => this.#send(document, variables),
      log,
      random,
    });
  }

  async readRepository(): Promise<RepositoryReading> {
    const { scope, configurationPath } = this.#options;
    const readAt = this.#options.clock().toISOString();
    const { document, variables } =
      scope.type === "backlog"
        ? await this.#backlog.begin(readAt)
        : { document: FIRST_QUERIES[scope.type], variables: {} };
    const { data, failures } = await this.#send(document, {
      configuration: `HEAD:${configurationPath}`,
      ...("issue" in scope ? { issue: scope.issue } : {}),
      ...variables,
    });
    const { repository } = v.parse(v.object({ repository: repositoryNode }), data);
    this.#reading = { repository, failures, readAt, cursor: this.#cursor(readAt) };
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
    if (reading === undefined) {
      throw new Error("The repository could not be read.");
    }
    const { repository, failures, readAt } = reading;
    const found = new Found(query);
    found.addPullRequests(repository.pullRequests?.nodes ?? []);
    if (repository.issue) {
      found.addIssue(repository.issue);
    }
    if (query.scope === "open-issues") {
      await this.#backlog.read(repository, failures, query.triggerLabel, found);
    }
    await this.#readWanted(query, found, reading);
    if (query.scope === "open-issues") {
      this.#backlog.finish(found, query.triggerLabel, reading.cursor);
    }
    return {
      at: readAt,
      repository: observedRepository(repository),
      ...this.#merge(query, found),
      pullRequests: [...found.pullRequests.values()],
      milestones: observedMilestones(repository),
      runs: await this.#readRuns(query),
      commented: found.commented,
      apiRemaining: this.#options.client.remaining(),
      rememberedSeq: this.#backlog.rememberedSeq,
    };
  }

  /** Keeps what was read for the next tick, when that is worth it. Never throws. */
  async saveSnapshot(journalSeq: number): Promise<void> {
    await this.#backlog.save(journalSeq);
  }

  async readPermissions(logins: readonly string[]): Promise<ReadonlyMap<string, Permission>> {
    return await readPermissions(this.#options.client, logins);
  }

  async apply(effects: readonly Effect[]): Promise<readonly EffectOutcome[]> {
    const { client, workflowFile, removeRef } = this.#options;
    const isKick = effects.some(({ type }) => type === "start-tick");
    if (isKick && this.#reading === undefined) {
      await this.readRepository();
    }
    const branch = this.#reading?.repository.defaultBranchRef?.name ?? "";
    const tools = { kick: { workflowFile, branch }, removeRef };
    return await applyEffects(client, tools, effects, this.#targets);
  }

  /** Reads by number, and again what that turns out to refer to. */
  async #readWanted(query: ObserveQuery, found: Found, reading: FirstAnswer): Promise<void> {
    const { scope } = this.#options;
    const isHere = "issue" in scope && reading.repository.issue;
    const asked = new Set(isHere ? [scope.issue] : []);
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const seen = {
        at: reading.readAt,
        repository: observedRepository(reading.repository),
        ...this.#merge(query, found),
        pullRequests: [...found.pullRequests.values()],
      };
      const wanted = query.issues(seen.issues, seen).filter((issue) => !asked.has(issue));
      const extra = round === 0 ? this.#listExtra(query, found, seen, wanted.length) : [];
      const issues = [...new Set([...wanted, ...extra])].filter((issue) => !asked.has(issue));
      const branches = round === 0 ? [...new Set(query.branches)] : [];
      if (issues.length + branches.length === 0) {
        return;
      }
      await this.#readNumbers(issues, branches, found);
      if (query.scope === "open-issues") {
        await this.#backlog.verify(issues, found);
      }
      for (const issue of issues) {
        asked.add(issue);
      }
    }
  }

  /** What fills up the request that is made anyway. */
  #listExtra(
    query: ObserveQuery,
    found: Found,
    seen: SeenSoFar,
    wanted: number,
  ): readonly number[] {
    const requests = Math.max(1, Math.ceil(wanted / NUMBERS_PER_REQUEST));
    const room = requests * NUMBERS_PER_REQUEST - wanted;
    const also = (query.ifRoom?.(seen) ?? []).slice(0, room);
    return query.scope === "only"
      ? also
      : [...also, ...this.#backlog.listExtra(found, seen.at, room - also.length)];
  }

  async #readNumbers(
    issues: readonly number[],
    branches: readonly string[],
    found: Found,
  ): Promise<void> {
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

  #merge(query: ObserveQuery, found: Found): Backlog {
    return query.scope === "only" ? mergeBacklog(undefined, found) : this.#backlog.merge(found);
  }

  /** GitHub's time or ours, the earlier one: no change after it may be missed. */
  #cursor(readAt: string): string {
    const serverTime = this.#options.client.serverTime() ?? readAt;
    return serverTime < readAt ? serverTime : readAt;
  }

  async #readRuns(query: ObserveQuery): Promise<readonly ObservedRun[]> {
    const runs: ObservedRun[] = [];
    for (const runId of query.runs) {
      const run = await readRun(this.#options.client, runId);
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
    const failure = answer.failures.find(
      ({ type, lost }) => type !== "NOT_FOUND" && lost === undefined,
    );
    if (failure !== undefined) {
      throw new Error(`GitHub refused a part of a query: ${failure.message}`);
    }
    return answer;
  }
}

/** The answer to the first query of an action. */
interface FirstAnswer {
  readonly repository: RepositoryNode;
  readonly failures: readonly GraphQLFailure[];
  readonly readAt: string;
  /** Every change up to then is in it, by GitHub's clock. */
  readonly cursor: string;
}

const NO_SNAPSHOTS: Snapshots = {
  load: async () => undefined,
  save: async () => undefined,
};

const FIRST_QUERIES: Readonly<Record<Exclude<ReadScope["type"], "backlog">, string>> = {
  session: READ_ISSUE,
  delivery: READ_DELIVERY,
  configuration: READ_CONFIGURATION,
};
