import type { Conclusion } from "./engine-events.ts";
import type { Permissions } from "./permissions.ts";
import {
  isMapping,
  isSequence,
  mappingAt,
  textAt,
  toValue,
  type Mapping,
  type Value,
} from "./value.ts";

/** Where the embedded GitHub answers. */
export interface GitHubEndpoints {
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly serverUrl: string;
}

/** Something that happened on the embedded GitHub and may start or end a run. */
export interface GitHubEvent {
  readonly seq: number;
  readonly name: string;
  readonly action: string | undefined;
  readonly repository: string;
  readonly actor: { readonly login: string; readonly id: number };
  readonly payload: Mapping;
  /** The run that `workflow_dispatch` has already made, or the one to cancel or run again. */
  readonly runId: number | undefined;
  /** The job to run again. */
  readonly jobKey: string | undefined;
  readonly workflowPath: string | undefined;
  readonly inputs: Mapping;
  readonly ref: string;
  readonly sha: string;
}

export interface NewRun {
  readonly repository: string;
  readonly workflowPath: string;
  readonly workflowName: string;
  readonly event: string;
  readonly actor: string;
  readonly headSha: string;
  readonly headBranch: string;
}

export interface JobReport {
  /** Names the job inside its run; the same key updates. */
  readonly key: string;
  readonly name: string;
  readonly status: "queued" | "in_progress" | "completed";
  readonly conclusion?: Conclusion;
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly runnerName?: string;
  readonly labels?: readonly string[];
}

/** The control calls of the embedded GitHub that a workflow engine needs. */
export class GitHubConnection {
  readonly endpoints: GitHubEndpoints;

  constructor(endpoints: GitHubEndpoints) {
    this.endpoints = endpoints;
  }

  /** The git address of a repository, by number: not every git resolves `*.localhost`. */
  gitUrl(repository: string): string {
    return `${this.endpoints.apiUrl}/${repository}.git`;
  }

  /** Waits up to `waitSeconds` for events after `after`; an empty list means there was none. */
  async readEvents(
    after: number,
    waitSeconds: number,
    signal: AbortSignal,
  ): Promise<readonly GitHubEvent[]> {
    const path = `/_control/events?after=${after}&wait=${waitSeconds}`;
    const answer = await this.#send("GET", path, undefined, signal);
    return isSequence(answer) ? answer.filter(isMapping).map(parseEvent) : [];
  }

  async createRun(run: NewRun): Promise<{ readonly runId: number; readonly runNumber: number }> {
    const answer = await this.#send("POST", "/_control/runs", { ...run });
    return { runId: numberAt(answer, "runId"), runNumber: numberAt(answer, "runNumber") };
  }

  async updateRun(
    runId: number,
    change: { readonly status: string; readonly conclusion?: Conclusion },
  ): Promise<void> {
    await this.#send("PATCH", `/_control/runs/${runId}`, change);
  }

  /** Makes or updates a job; returns its id. */
  async reportJob(runId: number, report: JobReport): Promise<number> {
    const answer = await this.#send("PUT", `/_control/runs/${runId}/jobs`, report);
    return numberAt(answer, "jobId");
  }

  /** Takes the job of that key, and all below it, over from the attempt before. */
  async carryJobs(runId: number, key: string): Promise<void> {
    await this.#send("POST", `/_control/runs/${runId}/carried-jobs`, { key });
  }

  async createJobToken(request: {
    readonly repository: string;
    readonly permissions: Permissions;
    readonly runId: number;
    readonly jobId: number;
  }): Promise<string> {
    const answer = await this.#send("POST", "/_control/job-tokens", request);
    const token = isMapping(answer) ? textAt(answer, "token") : undefined;
    if (token === undefined) {
      throw new Error("The embedded GitHub made a job token without a token.");
    }
    return token;
  }

  async deleteJobToken(token: string): Promise<void> {
    await this.#send("DELETE", `/_control/job-tokens/${encodeURIComponent(token)}`);
  }

  async #send(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Value> {
    const response = await fetch(`${this.endpoints.apiUrl}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(
        `The embedded GitHub answered ${response.status} to ${method} ${path}: ${text}`,
      );
    }
    return text === "" ? null : toValue(JSON.parse(text));
  }
}

function numberAt(value: Value, key: string): number {
  const found = isMapping(value) ? value[key] : undefined;
  if (typeof found !== "number") {
    throw new TypeError(`The embedded GitHub left out the number '${key}'.`);
  }
  return found;
}

function parseEvent(event: Mapping): GitHubEvent {
  const actor = mappingAt(event, "actor");
  const runId = event["runId"];
  return {
    seq: numberAt(event, "seq"),
    name: textAt(event, "name") ?? "",
    action: textAt(event, "action"),
    repository: textAt(event, "repository") ?? "",
    actor: { login: textAt(actor, "login") ?? "", id: Number(textAt(actor, "id") ?? 0) },
    payload: mappingAt(event, "payload"),
    runId: typeof runId === "number" ? runId : undefined,
    jobKey: textAt(event, "jobKey"),
    workflowPath: textAt(event, "workflowPath"),
    inputs: mappingAt(event, "inputs"),
    ref: textAt(event, "ref") ?? "refs/heads/main",
    sha: textAt(event, "sha") ?? "",
  };
}
