import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { Cancellation } from "./cancellation.ts";
import { ConcurrencyGroups } from "./concurrency.ts";
import { EngineEvents } from "./engine-events.ts";
import { GitHubConnection, type GitHubEndpoints, type GitHubEvent } from "./github-connection.ts";
import { ProcessTable, REAL_GRACE, type Grace } from "./processes.ts";
import type { LocatedFile } from "./references.ts";
import { RepositoryCache } from "./repository-cache.ts";
import type { EngineServices } from "./run-context.ts";
import { RunnerPool, type Runner } from "./runner-pool.ts";
import { ArtifactStore } from "./stand-ins/artifact-store.ts";
import { isTriggered } from "./triggers.ts";
import { InvalidFileError, UnsupportedError } from "./unsupported.ts";
import { textAt } from "./value.ts";
import { parseTriggers, readMapping } from "./workflow-file.ts";
import { type EndedAttempt, type RunRequest, runWorkflow } from "./workflow-run.ts";

export interface EngineOptions {
  readonly github: GitHubEndpoints;
  /** `owner/name` of the repository whose workflows run. */
  readonly repository: string;
  /** The self-hosted pool. */
  readonly runners: readonly {
    readonly name: string;
    readonly labels: readonly string[];
    /** Added to what the runner inherits. */
    readonly environment: Readonly<Record<string, string>>;
  }[];
  /** How many machines carry the labels of GitHub's own runners. */
  readonly hostedRunners: number;
  /** Added to what they inherit. */
  readonly hostedEnvironment?: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  readonly workDirectory: string;
  /** The Node that runs JavaScript actions. */
  readonly nodePath: string;
  /** With what the engine reads workflow and action repositories; absent: public ones only. */
  readonly readToken?: string;
  /** The cancel ladder's periods; absent: the real runner's. */
  readonly grace?: Grace;
  /** The clock of runs and jobs; absent: the real one. */
  readonly clock?: () => Date;
  /** How long a minute of `timeout-minutes` lasts, in milliseconds; absent: 60,000. */
  readonly minuteMs?: number;
}

const HOSTED_LABELS = ["ubuntu-latest", "ubuntu-slim"];
const LONG_POLL_SECONDS = 20;

/**
 * Takes events from the embedded GitHub and runs the workflows they start, as GitHub Actions
 * would, on runners that are directories of this machine.
 */
export class WorkflowEngine {
  readonly events = new EngineEvents();
  readonly #options: EngineOptions;
  readonly #services: EngineServices;
  readonly #halt = new Cancellation();
  readonly #polling = new AbortController();
  readonly #active = new Map<number, { cancellation: Cancellation; done: Promise<void> }>();
  readonly #ended = new Map<number, EndedAttempt>();
  #lastSeq = 0;
  #loop: Promise<void> | undefined;
  #starting: Promise<void> = Promise.resolve();
  #mistake: { readonly error: unknown } | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    const github = new GitHubConnection(options.github);
    const directory = options.workDirectory;
    this.#services = {
      github,
      pool: new RunnerPool(runnersOf(options)),
      groups: new ConcurrencyGroups(),
      cache: new RepositoryCache({
        directory: join(directory, "repositories"),
        gitUrl: (repository) => github.gitUrl(repository),
        token: options.readToken,
      }),
      artifacts: new ArtifactStore(join(directory, "artifacts")),
      processes: new ProcessTable(options.grace ?? REAL_GRACE),
      emit: (event) => this.events.emit(event),
      variables: options.variables,
      secrets: options.secrets,
      workDirectory: directory,
      nodePath: options.nodePath,
      clock: options.clock ?? (() => new Date()),
      minuteMs: options.minuteMs ?? 60_000,
      halt: this.#halt,
    };
  }

  /** Begins to listen for events. */
  start(): void {
    this.#loop ??= this.#listen();
  }

  /** Cancels a run as GitHub's cancel button does; an unknown or ended run is left alone. */
  cancel(runId: number): void {
    this.#active.get(runId)?.cancellation.request();
  }

  /** Ends the process of the step that a job is at as `kill -9` does; its job goes on to the end. */
  killStep(jobId: number): void {
    this.#services.processes.killStep(jobId);
  }

  /** Resolves when no run is queued or running and no event is unread. */
  async whenIdle(): Promise<void> {
    for (;;) {
      await this.#starting;
      await Promise.all([...this.#active.values()].map((run) => run.done));
      if (this.#mistake !== undefined) {
        throw this.#mistake.error;
      }
      const unread = this.#halt.requested
        ? []
        : await this.#services.github.readEvents(this.#lastSeq, 0, this.#polling.signal);
      this.#take(unread);
      await this.#starting;
      if (this.#active.size === 0) {
        return;
      }
    }
  }

  /** Kills everything at once and resolves when nothing is left. */
  async stop(): Promise<void> {
    this.#halt.request();
    this.#polling.abort();
    for (const { cancellation } of this.#active.values()) {
      cancellation.request();
    }
    this.#services.processes.killAll();
    await this.#starting;
    await Promise.allSettled([...this.#active.values()].map((run) => run.done));
    await this.#loop;
  }

  async #listen(): Promise<void> {
    const { github } = this.#services;
    while (!this.#halt.requested) {
      try {
        const { signal } = this.#polling;
        this.#take(await github.readEvents(this.#lastSeq, LONG_POLL_SECONDS, signal));
      } catch (error) {
        if (!this.#halt.requested) {
          this.#mistake ??= { error };
        }
        return;
      }
    }
  }

  /** Both the listener and whenIdle read events; each is taken once, in order. */
  #take(events: readonly GitHubEvent[]): void {
    for (const event of events.toSorted((a, b) => a.seq - b.seq)) {
      if (event.seq > this.#lastSeq) {
        this.#lastSeq = event.seq;
        this.#starting = this.#starting
          .then(() => this.#handle(event))
          .catch((error: unknown) => {
            this.#mistake ??= { error };
          });
      }
    }
  }

  async #handle(event: GitHubEvent): Promise<void> {
    if (event.repository !== this.#options.repository || this.#halt.requested) {
      return;
    }
    if (event.name === "cancel") {
      this.cancel(event.runId ?? 0);
      return;
    }
    if (event.name === "rerun") {
      await this.#startRerun(event);
      return;
    }
    const { cache } = this.#services;
    const ref = event.name === "workflow_dispatch" ? event.sha : "HEAD";
    const origin = { ...(await cache.open(event.repository, ref)), ref: event.ref };
    for (const path of workflowPaths(origin.directory)) {
      const text = readFileSync(join(origin.directory, path), "utf8");
      if (this.#isTriggered(text, path, event)) {
        await this.#startRun(event, { origin, path, text });
      }
    }
  }

  #isTriggered(text: string, path: string, event: GitHubEvent): boolean {
    try {
      return isTriggered(parseTriggers(text, path), path, event);
    } catch (error) {
      if (!(error instanceof InvalidFileError || error instanceof UnsupportedError)) {
        throw error;
      }
      const { message } = error;
      this.events.emit({ type: "annotation", runId: 0, jobId: undefined, level: "error", message });
      return false;
    }
  }

  async #startRun(event: GitHubEvent, located: LocatedFile): Promise<void> {
    const { runId, runNumber } = await this.#identify(event, located);
    this.#start({
      runId,
      runNumber,
      runAttempt: 1,
      triggeringActor: event.actor.login,
      event,
      located,
      cancellation: new Cancellation(),
      again: undefined,
    });
  }

  /** Runs one job of an ended run again, with its event, its files and what its jobs put out. */
  async #startRerun({ runId = 0, jobKey = "", actor }: GitHubEvent): Promise<void> {
    // GitHub knows of the end a moment before this engine is done with the attempt.
    await this.#active.get(runId)?.done;
    const ended = this.#ended.get(runId);
    if (ended === undefined) {
      throw new Error(
        `Run ${runId} did not end in this engine, so none of its jobs can run again.`,
      );
    }
    const { request, tree, outcomes } = ended;
    this.#start({
      ...request,
      runAttempt: request.runAttempt + 1,
      triggeringActor: actor.login,
      cancellation: new Cancellation(),
      again: { rerun: { jobKey, outcomes }, tree },
    });
  }

  #start(request: RunRequest): void {
    const { runId, cancellation } = request;
    const done = this.#run(request).finally(() => this.#active.delete(runId));
    this.#active.set(runId, { cancellation, done });
  }

  async #run(request: RunRequest): Promise<void> {
    try {
      const ended = await runWorkflow(this.#services, request);
      if (ended !== undefined) {
        this.#ended.set(request.runId, ended);
      }
    } catch (error) {
      if (!this.#halt.requested) {
        this.#mistake ??= { error };
      }
    }
  }

  async #identify(
    event: GitHubEvent,
    located: LocatedFile,
  ): Promise<{ readonly runId: number; readonly runNumber: number }> {
    if (event.runId !== undefined) {
      return { runId: event.runId, runNumber: event.runId };
    }
    return this.#services.github.createRun({
      repository: event.repository,
      workflowPath: located.path,
      workflowName: textAt(readMapping(located.text, located.path), "name") ?? located.path,
      event: event.name,
      actor: event.actor.login,
      headSha: event.sha,
      headBranch: event.ref.replace(/^refs\/heads\//, ""),
    });
  }
}

function runnersOf(options: EngineOptions): readonly Runner[] {
  const own = options.runners.map((runner) => ({ ...runner, hosted: false }));
  const hosted = Array.from({ length: options.hostedRunners }, (_, index) => ({
    name: `hosted-${index + 1}`,
    labels: HOSTED_LABELS,
    environment: options.hostedEnvironment ?? {},
    hosted: true,
  }));
  return [...own, ...hosted];
}

function workflowPaths(directory: string): readonly string[] {
  const folder = join(".github", "workflows");
  try {
    return readdirSync(join(directory, folder))
      .filter((name) => /\.ya?ml$/.test(name))
      .map((name) => join(folder, name))
      .toSorted();
  } catch {
    // A repository without workflows starts nothing.
    return [];
  }
}
