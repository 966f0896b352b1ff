import { readConfiguration } from "../../../src/adapters/configuration/read-configuration.ts";
import type { makeClient } from "../../../src/adapters/github/client.ts";
import type { GitHubWorld } from "../../../src/adapters/github/github-world.ts";
import type { Claim } from "../../../src/core/journal/records.ts";
import type { TickPlan } from "../../../src/core/plan/tick-plan.ts";
import type { Snapshots } from "../../../src/ports/snapshots.ts";
import { collect } from "../../../src/stages/collect.ts";
import { dispatch } from "../../../src/stages/dispatch.ts";
import { OfflineGitHub } from "../../local/github/offline-github.ts";
import { PureClock } from "../../world/pure-clock.ts";
import { PureJournal } from "../../world/pure-journal.ts";
import { PureLog } from "../../world/pure-log.ts";

async function unchanged(): Promise<never> {
  throw new Error("A test of the reading writes nothing.");
}

export const TRIGGER = "trigger:agent-execute";

const PERMISSIONS = {
  contents: "read",
  issues: "read",
  "pull-requests": "read",
  actions: "read",
} as const;

/** A snapshot that a test can look at and forge. */
export class OpenSnapshots implements Snapshots {
  text: string | undefined;
  saves = 0;

  async load(): Promise<string | undefined> {
    return this.text;
  }

  async save(text: string): Promise<void> {
    this.text = text;
    this.saves += 1;
  }

  /** Rewrites what is kept, as whoever can write to the cache would. */
  forge(change: (snapshot: ForgedSnapshot) => void): void {
    const snapshot: ForgedSnapshot = JSON.parse(this.text ?? "{}");
    change(snapshot);
    this.text = JSON.stringify(snapshot);
  }
}

export interface ForgedSnapshot {
  cursor: string;
  fullAt: string;
  issues: ForgedIssue[];
}

export interface ForgedIssue {
  number: number;
  labels: string[];
  state: string;
  body: string;
  updatedAt: string;
  [field: string]: unknown;
}

export interface Tick {
  readonly plan: TickPlan;
  readonly claims: readonly Claim[];
  /** Requests to the API that collect made. */
  readonly requests: number;
  /** GraphQL points that they cost. */
  readonly points: number;
}

type GitHubModules = readonly [typeof makeClient, typeof GitHubWorld];

/** One repository on the embedded GitHub, and ticks over it that write to a journal in memory only. */
export class BacklogTicks {
  readonly github: OfflineGitHub;
  readonly repository: string;
  readonly snapshots = new OpenSnapshots();
  readonly journal = new PureJournal();
  readonly log = new PureLog();
  readonly clock = new PureClock();
  readonly #modules: GitHubModules;

  private constructor(github: OfflineGitHub, repository: string, modules: GitHubModules) {
    this.github = github;
    this.repository = repository;
    this.#modules = modules;
  }

  static async open(github: OfflineGitHub, configuration = ""): Promise<BacklogTicks> {
    // The toolkit reads the address when it is imported.
    process.env["GITHUB_API_URL"] = github.server.apiUrl;
    const client = await import("../../../src/adapters/github/client.ts");
    const world = await import("../../../src/adapters/github/github-world.ts");
    const repository = await github.repository({
      files: {
        "README.md": "hello\n",
        ...(configuration === "" ? {} : { ".github/water-spider.yml": configuration }),
      },
    });
    const modules = [client.makeClient, world.GitHubWorld] as const;
    const ticks = new BacklogTicks(github, repository, modules);
    await ticks.advance(0);
    return ticks;
  }

  /** Moves the clocks of GitHub and of the ticks. */
  async advance(minutes: number): Promise<void> {
    this.clock.advance(minutes);
    this.journal.now = this.clock.now();
    await this.github.server.setClock(this.clock.now());
  }

  /** Makes issues that a writer labelled. */
  async addIssues(count: number, labels: readonly string[] = [TRIGGER]): Promise<number> {
    let last = 0;
    for (let index = 0; index < count; index += 1) {
      const { number } = await this.github.server.addRawIssue(this.repository, {
        title: `Task ${index}`,
        body: "Please do it.",
        labels,
        author: "writer",
      });
      last = number;
    }
    return last;
  }

  async rest(method: string, path: string, body?: unknown): Promise<void> {
    const { status, body: answer } = await this.github.rest(
      method,
      `/repos/${this.repository}${path}`,
      body,
      "token-of-writer",
    );
    if (status >= 300) {
      throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(answer)}`);
    }
  }

  /** One tick in a job of its own; without a credential it only plans and approves. */
  async tick(credential: "present" | "missing" = "missing"): Promise<Tick> {
    const [newClient, World] = this.#modules;
    const token = await this.github.jobToken(this.repository, PERMISSIONS);
    const [owner = "", repo = ""] = this.repository.split("/");
    const before = await this.#spent();
    const client = newClient(token, { owner, repo }, this.log);
    const world = new World({
      client,
      configurationPath: ".github/water-spider.yml",
      workflowFile: "water-spider.yml",
      removeRef: async () => undefined,
      clock: () => new Date(this.clock.now()),
      scope: { type: "backlog" },
      log: this.log,
      random: () => 0.5,
      snapshots: this.snapshots,
    });
    const { repository, configurationText } = await world.readRepository();
    const configuration = readConfiguration(configurationText, "water-spider.yml");
    const ports = { world, journal: this.journal, clock: this.clock, log: this.log };
    const plan = await collect(
      { ...ports, random: () => 0.5 },
      { configuration, repositoryName: repository.name },
    );
    await world.saveSnapshot(plan.journalSeq);
    const spent = await this.#spent();
    const claims = await this.#dispatch(plan, credential);
    return {
      plan,
      claims,
      requests: spent.requests - before.requests,
      points: spent.points - before.points,
    };
  }

  async #dispatch(tick: TickPlan, credential: "present" | "missing"): Promise<readonly Claim[]> {
    let nonce = 0;
    const { journal, clock, log } = this;
    return await dispatch(
      {
        world: {
          readRepository: unchanged,
          observe: unchanged,
          readPermissions: unchanged,
          apply: async (effects) => effects.map((effect) => ({ effect, failure: undefined })),
        },
        journal,
        clock,
        log,
        newNonce: () => `claim-${tick.plan.at}-${++nonce}`.replaceAll(/[^\w-]/g, "-"),
        readBranch: async () => tick.repository.headSha,
      },
      {
        tick,
        run: { runId: 4711, runAttempt: 1 },
        credential,
        dryRun: false,
        emit: () => undefined,
      },
    );
  }

  async #spent(): Promise<{ readonly requests: number; readonly points: number }> {
    const { product } = await this.github.server.requests();
    const token = await this.github.jobToken(this.repository, PERMISSIONS);
    const { body } = await this.github.rest("GET", "/rate_limit", undefined, token);
    const { product: after } = await this.github.server.requests();
    this.#asked += after.rest - product.rest;
    return {
      requests: after.rest + after.graphql - this.#asked,
      points: body.resources.graphql.used,
    };
  }

  /** Requests of these tests' own, which are no part of a tick. */
  #asked = 0;
}

/** The row of an issue in a plan, or `undefined`. */
export function rowOf(
  plan: TickPlan,
  number: number,
): { readonly state: string; readonly reason: { readonly type: string } } | undefined {
  return plan.plan.rows.find(({ issue }) => issue === number);
}
