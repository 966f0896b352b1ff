import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";

import { getOctokit } from "@actions/github";

import { Git } from "../../src/adapters/git/git.ts";
import { removeRef } from "../../src/adapters/git/remove-ref.ts";
import { GitHubWorld } from "../../src/adapters/github/github-world.ts";
import type { Effect, EffectOutcome } from "../../src/core/effects.ts";
import type { Observation } from "../../src/core/observation.ts";
import { branchOf, SEEDED_ISSUES, type WorldStep } from "../arbitraries/effects.ts";
import { git, type OfflineGitHub } from "../local/github/offline-github.ts";
import { PureLog } from "./pure-log.ts";
import { textOf } from "./step-texts.ts";

const PERMISSIONS = {
  contents: "write",
  issues: "write",
  "pull-requests": "write",
  actions: "write",
} as const;

const KICKED = "on: workflow_dispatch\njobs: { a: { runs-on: x, steps: [{ run: 'true' }] } }\n";

/** A repository of the embedded GitHub, as people and the product's adapter use it. */
export class OfflineWorld {
  readonly name: string;
  readonly #hub: OfflineGitHub;
  readonly #token: string;
  /** A repository as an action makes one for itself: its pushes carry the token. */
  readonly #git: Git;

  private constructor(hub: OfflineGitHub, name: string, token: string, scratch: string) {
    this.#hub = hub;
    this.name = name;
    this.#token = token;
    this.#git = new Git({ cwd: scratch, token, serverUrl: hub.server.serverUrl });
  }

  /** Makes the repository with its issues, its milestone, and a token as finalize and plan have it. */
  static async make(hub: OfflineGitHub, now: string): Promise<OfflineWorld> {
    await hub.server.setClock(now);
    const files = { "README.md": "hello\n", ".github/workflows/water-spider.yml": KICKED };
    const name = await hub.repository({ files });
    const scratch = await mkdtemp(join(hub.folder, "scratch-"));
    await git(scratch, "init", "--quiet", "--bare", ".");
    const world = new OfflineWorld(hub, name, await hub.jobToken(name, PERMISSIONS), scratch);
    await world.#person("POST", "/milestones", { title: "1.0" });
    for (let number = 1; number <= SEEDED_ISSUES; number += 1) {
      const text = { title: `Issue ${number}`, body: "Please do it." };
      await world.#person("POST", "/issues", text, "reader");
    }
    return world;
  }

  /** Applies the effects as a process of its own does. */
  async apply(effects: readonly Effect[]): Promise<readonly EffectOutcome[]> {
    return await this.#open().apply(effects);
  }

  async observe(query: Parameters<GitHubWorld["observe"]>[0]): Promise<Observation> {
    return await this.#open().observe(query);
  }

  /** The comments of an issue, oldest first. */
  async comments(issue: number): Promise<readonly string[]> {
    const { body } = await this.#hub.rest("GET", `/repos/${this.name}/issues/${issue}/comments`);
    return body.map((comment: { readonly body: string }) => comment.body);
  }

  /** Requests of the product that made something. */
  async created(): Promise<number> {
    return (await this.#hub.server.requests()).product.contentCreating;
  }

  /** Does what the step says, if a person could do it now. */
  async perform(step: Exclude<WorldStep, { readonly type: "apply" }>, at: string): Promise<void> {
    const issue = `/issues/${step.issue}`;
    switch (step.type) {
      case "label":
        return await this.#person("POST", `${issue}/labels`, { labels: [step.label] });
      case "unlabel":
        return await this.#person("DELETE", `${issue}/labels/${encodeURIComponent(step.label)}`);
      case "edit":
        return await this.#person("PATCH", issue, { body: textOf("edit", at) }, this.#editor(step));
      case "rename":
        return await this.#person(
          "PATCH",
          issue,
          { title: textOf("rename", at) },
          this.#editor(step),
        );
      case "close":
        return await this.#person("PATCH", issue, { state: "closed", state_reason: step.reason });
      case "reopen":
        return await this.#person("PATCH", issue, { state: "open" });
      case "milestone":
        return await this.#person("PATCH", issue, { milestone: 1 });
      case "block":
        return await this.#block(step.issue, step.by);
      case "push":
        return await this.#push(branchOf(step.issue), at);
      case "merge":
        return await this.#withOpenPull(step.issue, (pull) =>
          this.#person("PUT", `/pulls/${pull}/merge`, {}),
        );
      case "reject":
        return await this.#withOpenPull(step.issue, (pull) =>
          this.#person("PATCH", `/pulls/${pull}`, { state: "closed" }),
        );
    }
  }

  /** Readers are the authors here, so they may edit. */
  #editor({ by }: { readonly by: "writer" | "reader" }): string {
    return by;
  }

  #open(): GitHubWorld {
    const [owner = "", repo = ""] = this.name.split("/");
    const { serverUrl } = this.#hub.server;
    const octokit = getOctokit(this.#token, { baseUrl: this.#hub.server.apiUrl });
    return new GitHubWorld({
      client: {
        octokit,
        reader: octokit,
        owner,
        repo,
        requestCount: () => 0,
        remaining: () => undefined,
        serverTime: () => undefined,
      },
      configurationPath: ".github/water-spider.yml",
      workflowFile: "water-spider.yml",
      removeRef: (spent) => removeRef(this.#git, `${serverUrl}/${this.name}.git`, spent),
      clock: () => new Date(),
      scope: { type: "backlog" },
      log: new PureLog(),
    });
  }

  /** What a person may not do, or what is done already, is refused; that is no failure here. */
  async #person(method: string, path: string, body?: unknown, login = "writer"): Promise<void> {
    await this.#hub.rest(method, `/repos/${this.name}${path}`, body, `token-of-${login}`);
  }

  async #block(issue: number, blocker: number): Promise<void> {
    const { body } = await this.#hub.rest("GET", `/repos/${this.name}/issues/${blocker}`);
    await this.#person("POST", `/issues/${issue}/dependencies/blocked_by`, { issue_id: body.id });
  }

  /** Puts a commit on a branch, made in the bare repository. */
  async #push(branch: string, at: string): Promise<void> {
    const bare = `${this.#hub.folder}/data/git/${this.name}.git`;
    const message = `work of ${at}`;
    const commit = await git(bare, "commit-tree", "main^{tree}", "-p", "main", "-m", message);
    await this.#hub.server.setRef(this.name, `refs/heads/${branch}`, commit.stdout);
  }

  async #withOpenPull(issue: number, act: (pull: number) => Promise<void>): Promise<void> {
    const [owner = ""] = this.name.split("/");
    const query = `state=open&head=${owner}:${branchOf(issue)}`;
    const { body } = await this.#hub.rest("GET", `/repos/${this.name}/pulls?${query}`);
    if (body.length > 0) {
      await act(body[0].number);
    }
  }
}
