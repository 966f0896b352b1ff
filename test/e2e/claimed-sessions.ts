import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type EmbeddedGitHub, startEmbeddedGitHub } from "../../local/github/embedded-github.ts";
import { type ScriptedModel, startScriptedModel } from "../../local/model/scripted-model.ts";
import { resolveClaudeCode } from "../../local/rehearsal/claude-code.ts";
import type { MatrixLeg } from "../../src/core/text/matrix.ts";
import { type ActionRun, runAction } from "./dist-action.ts";

/** One turn of the scripted model. */
export interface ScriptedStep {
  readonly say?: string;
  readonly calls?: readonly {
    readonly tool: string;
    readonly input: Readonly<Record<string, string>>;
  }[];
}

/** The turn with which a session ends well. */
export const DONE: ScriptedStep = {
  calls: [
    {
      tool: "StructuredOutput",
      input: { status: "done", title: "feat: do it", summary: "It is done." },
    },
  ],
};

export interface ClaimedSessionsOptions {
  /** An existing directory for everything. */
  readonly folder: string;
  readonly issues: number;
  /** Files of the repository, its configuration among them. */
  readonly files: Readonly<Record<string, string>>;
  /** What the model does for each of the issues. */
  readonly steps: readonly ScriptedStep[];
}

const REPOSITORY = "acme/shop";

/** Sessions that a tick claimed and that wait to be run, one job after the other, without an engine. */
export class ClaimedSessions {
  readonly github: EmbeddedGitHub;
  readonly model: ScriptedModel;
  readonly legs: readonly MatrixLeg[];
  /** One JSON line per request to the model. */
  readonly modelLog: string;
  readonly #folder: string;
  readonly #runId: number;

  private constructor(
    github: EmbeddedGitHub,
    model: ScriptedModel,
    legs: readonly MatrixLeg[],
    folder: string,
    runId: number,
  ) {
    this.github = github;
    this.model = model;
    this.legs = legs;
    this.#folder = folder;
    this.#runId = runId;
    this.modelLog = join(folder, "model.jsonl");
  }

  static async claim({
    folder,
    issues,
    files,
    steps,
  }: ClaimedSessionsOptions): Promise<ClaimedSessions> {
    for (let issue = 1; issue <= issues; issue += 1) {
      const script = join(folder, "scripts", String(issue));
      await mkdir(script, { recursive: true });
      await writeFile(join(script, "script.json"), JSON.stringify({ steps }));
    }
    const model = await startScriptedModel({
      scripts: join(folder, "scripts"),
      logFile: join(folder, "model.jsonl"),
    });
    const github = await startEmbeddedGitHub({ dataDirectory: join(folder, "github") });
    const runId = await makeRepository(github, issues, files);
    const token = await github.addJobToken({
      repository: REPOSITORY,
      permissions: {
        contents: "write",
        issues: "write",
        "pull-requests": "write",
        actions: "read",
      },
      runId,
      jobId: "plan",
    });
    const job = { github, repository: REPOSITORY, runId, token, folder: join(folder, "plan") };
    const planned = await runAction(job, "collect");
    const claimed = await runAction(job, "dispatch", {
      plan: planned.outputs.get("plan") ?? "",
      "plan-digest": planned.outputs.get("plan-digest") ?? "",
      credential: "present",
    });
    const matrix: { readonly include: readonly MatrixLeg[] } = JSON.parse(
      claimed.outputs.get("matrix") ?? '{"include":[]}',
    );
    if (matrix.include.length !== issues) {
      throw new Error(`Not all was claimed: ${planned.stdout}${claimed.stdout}${claimed.stderr}`);
    }
    return new ClaimedSessions(github, model, matrix.include, folder, runId);
  }

  /** A token as the session job has one. */
  async sessionToken(leg: MatrixLeg): Promise<string> {
    return await this.github.addJobToken({
      repository: REPOSITORY,
      permissions: { contents: "read", issues: "read" },
      runId: this.#runId,
      jobId: `session-${leg.issue}`,
    });
  }

  /** Where everything of a leg's job lies. */
  jobFolder({ issue }: MatrixLeg): string {
    return join(this.#folder, `session-${issue}`);
  }

  /** The step before the session: looks for the repository's own setup action. */
  async look(leg: MatrixLeg, token: string): Promise<ActionRun> {
    return await this.run(leg, token, { mode: "setup", "base-sha": leg["base-sha"] });
  }

  /** Runs the built action for a leg, with a home of its machine. */
  async run(
    leg: MatrixLeg,
    token: string,
    inputs: Readonly<Record<string, string>> = {},
    environment: Readonly<Record<string, string>> = {},
  ): Promise<ActionRun> {
    const home = join(this.#folder, "home");
    await mkdir(home, { recursive: true });
    const agent = await resolveClaudeCode();
    const { issue, attempt, slot, claim } = leg;
    return await runAction(
      {
        github: this.github,
        repository: REPOSITORY,
        runId: this.#runId,
        token,
        folder: this.jobFolder(leg),
      },
      "run-session",
      {
        issue: String(issue),
        attempt: String(attempt),
        slot,
        claim,
        "anthropic-api-key": "sk-ant-claimed-sessions",
        "claude-path": agent?.binary ?? "",
        ...inputs,
      },
      { HOME: home, ANTHROPIC_BASE_URL: this.model.url, RUNNER_NAME: "mac-1-1", ...environment },
    );
  }

  async stop(): Promise<void> {
    await Promise.all([this.github.stop(), this.model.stop()]);
  }
}

/** A repository with approved issues, and a run of its workflow. Returns the run. */
async function makeRepository(
  github: EmbeddedGitHub,
  issues: number,
  files: Readonly<Record<string, string>>,
): Promise<number> {
  await github.addUser({ login: "maintainer", token: "maintainer-token" });
  const [owner = "", name = ""] = REPOSITORY.split("/");
  const { headSha } = await github.addRepository({
    owner,
    name,
    private: true,
    files,
    collaborators: { maintainer: "admin" },
  });
  for (let issue = 1; issue <= issues; issue += 1) {
    await github.addRawIssue(REPOSITORY, {
      title: `Issue ${issue}`,
      body: "Please do it.",
      labels: ["trigger:agent-execute"],
      author: "maintainer",
    });
  }
  const { runId } = await github.addRun({
    repository: REPOSITORY,
    workflowPath: ".github/workflows/water-spider.yml",
    workflowName: "Water Spider",
    event: "schedule",
    actor: "maintainer",
    headSha,
    headBranch: "main",
  });
  return runId;
}
