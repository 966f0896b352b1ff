import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { EngineEvent } from "../../../local/runner/engine-events.ts";
import { WorkflowEngine, type EngineOptions } from "../../../local/runner/engine.ts";
import { FakeGitHub, type ReportedJob } from "./fake-github.ts";

/** The repository whose workflows the tests run. */
export const REPOSITORY = "ann/app";

/** An engine with a repository on a fake GitHub. */
export class EngineWorld {
  readonly github: FakeGitHub;
  readonly engine: WorkflowEngine;
  readonly events: EngineEvent[] = [];
  readonly directory: string;
  readonly sha: string;

  private constructor(github: FakeGitHub, engine: WorkflowEngine, directory: string, sha: string) {
    this.github = github;
    this.engine = engine;
    this.directory = directory;
    this.sha = sha;
    engine.events.on((event) => this.events.push(event));
    engine.start();
  }

  /** `repositories` are those that the app's workflows refer to, by `owner/name`. */
  static async open(
    files: Readonly<Record<string, string>>,
    options: Partial<EngineOptions> = {},
    repositories: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
  ): Promise<EngineWorld> {
    const github = await FakeGitHub.start();
    const directory = await mkdtemp(join(tmpdir(), "engine-world-"));
    const sha = await github.addRepository(REPOSITORY, files);
    for (const [name, contents] of Object.entries(repositories)) {
      await github.addRepository(name, contents);
    }
    const engine = new WorkflowEngine({
      github: github.endpoints,
      repository: REPOSITORY,
      runners: [],
      hostedRunners: 4,
      secrets: {},
      variables: {},
      workDirectory: directory,
      nodePath: process.execPath,
      grace: { interruptMs: 150, terminateMs: 150, drainMs: 150 },
      ...options,
    });
    return new EngineWorld(github, engine, directory, sha);
  }

  async close(): Promise<void> {
    await this.engine.stop();
    await this.github.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Dispatches a workflow of the repository; returns the run's id. */
  dispatch(file: string, inputs: Readonly<Record<string, string>> = {}): number {
    return this.github.dispatch(REPOSITORY, this.sha, `.github/workflows/${file}`, inputs);
  }

  /** Dispatches and waits for the end; returns the run's id. */
  async run(file: string, inputs: Readonly<Record<string, string>> = {}): Promise<number> {
    const runId = this.dispatch(file, inputs);
    await this.engine.whenIdle();
    return runId;
  }

  /** Resolves with the first event, past or future, that the filter accepts. */
  async until(accepts: (event: EngineEvent) => boolean): Promise<EngineEvent> {
    const past = this.events.find(accepts);
    if (past !== undefined) {
      return past;
    }
    return new Promise((resolve) => {
      const unsubscribe = this.engine.events.on((event) => {
        if (accepts(event)) {
          unsubscribe();
          resolve(event);
        }
      });
    });
  }

  async untilLine(line: string): Promise<EngineEvent> {
    return this.until((event) => event.type === "log" && event.line === line);
  }

  conclusion(runId: number): string | undefined {
    return this.github.runs.get(runId)?.conclusion;
  }

  job(name: string): ReportedJob | undefined {
    return this.github.jobs.find((job) => job.name === name);
  }

  lines(): readonly string[] {
    return this.events.flatMap((event) => (event.type === "log" ? [event.line] : []));
  }

  /** The lines that begin with `=`, which is how the tests' scripts say something. */
  said(): readonly string[] {
    return this.lines().filter((line) => line.startsWith("="));
  }

  messages(): readonly string[] {
    return this.events.flatMap((event) => (event.type === "annotation" ? [event.message] : []));
  }

  async logOf(name: string): Promise<string> {
    const finished = await this.until(
      (event) => event.type === "job-finished" && event.name === name,
    );
    const path = finished.type === "job-finished" ? finished.logFile : undefined;
    return path === undefined ? "" : readFile(path, "utf8");
  }
}

/** A workflow that is dispatched, from the text of its jobs. */
export function dispatched(jobs: string, head = ""): string {
  return `name: ci\non: workflow_dispatch\n${head}jobs:\n${jobs}`;
}
