import type { FeedEvent, Role } from "./domain/state.ts";
import type { Fault } from "./http/faults.ts";
import type { Halt, Halted } from "./http/halts.ts";
import type { Counts } from "./http/meter.ts";

export type { FeedEvent } from "./domain/state.ts";
export type { Fault } from "./http/faults.ts";
export type { Halt, Halted } from "./http/halts.ts";

export interface RepositorySetup {
  readonly owner: string;
  readonly name: string;
  readonly private?: boolean;
  /** File texts by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** A directory to copy instead, without what its `.gitignore` names. */
  readonly directory?: string;
  readonly collaborators?: Readonly<Record<string, Role>>;
}

export interface JobTokenRequest {
  /** `owner/name`. */
  readonly repository: string;
  readonly permissions: Readonly<Record<string, "read" | "write" | "none">>;
  readonly runId: number;
  readonly jobId: string;
}

export interface RunStart {
  readonly repository: string;
  readonly workflowPath: string;
  readonly workflowName: string;
  readonly event: string;
  /** Login of whoever caused it. */
  readonly actor: string;
  readonly headSha: string;
  readonly headBranch: string;
}

export interface RunUpdate {
  readonly status: "queued" | "in_progress" | "completed";
  readonly conclusion?: string;
}

export interface JobUpdate {
  /** Tells jobs of one run apart: the same key updates. */
  readonly key: string;
  readonly name: string;
  readonly status: "queued" | "in_progress" | "completed" | "waiting";
  readonly conclusion?: string;
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly runnerName?: string;
  readonly labels?: readonly string[];
}

export interface RequestCounts {
  /** By job tokens. */
  readonly product: Readonly<Counts>;
  /** By everybody else. */
  readonly people: Readonly<Counts>;
  /** What was asked for and is not emulated. */
  readonly refused: readonly string[];
}

/** The state at a moment; opaque, good for restoring into the same process. */
export interface Snapshot {
  readonly state: string;
  readonly gitCopy: string;
}

export interface RawIssue {
  readonly title?: string;
  readonly body?: string;
  readonly labels?: readonly string[];
  /** Absent: the account was deleted. */
  readonly author?: string;
}

/** The control API, typed. Only the offline world and tests use it. */
export class ControlClient {
  readonly #root: string;

  constructor(apiUrl: string) {
    this.#root = `${apiUrl}/_control`;
  }

  /** Makes the token stand for that login; creates the user when nobody has it. */
  async addUser(user: {
    readonly login: string;
    readonly token: string;
    readonly type?: "User" | "Bot";
  }): Promise<{ readonly id: number; readonly login: string }> {
    return await this.#send("POST", "/users", user);
  }

  /** Deletes the account; what it wrote stays. */
  async deleteUser(login: string): Promise<void> {
    await this.#send("DELETE", `/users/${encodeURIComponent(login)}`);
  }

  async addRepository(
    setup: RepositorySetup,
  ): Promise<{ readonly id: number; readonly name: string; readonly headSha: string }> {
    return await this.#send("POST", "/repositories", setup);
  }

  /** Sets a ref by its full name, e.g. `refs/tags/v1`. */
  async setRef(repository: string, ref: string, sha: string): Promise<void> {
    await this.#send("POST", `/repositories/${repository}/refs`, { ref, sha });
  }

  /** Stores an issue without looking at any limit. */
  async addRawIssue(
    repository: string,
    issue: RawIssue,
  ): Promise<{ readonly id: number; readonly number: number }> {
    return await this.#send("POST", `/repositories/${repository}/raw-issue`, issue);
  }

  /** The GITHUB_TOKEN of a job. */
  async addJobToken(request: JobTokenRequest): Promise<string> {
    const { token } = await this.#send<{ token: string }>("POST", "/job-tokens", request);
    return token;
  }

  async removeJobToken(token: string): Promise<void> {
    await this.#send("DELETE", `/job-tokens/${encodeURIComponent(token)}`);
  }

  /** Events after `seq`; waits up to `waitSeconds` (at most 20) for the first one. */
  async events(
    after: number,
    waitSeconds: number,
    signal?: AbortSignal,
  ): Promise<readonly FeedEvent[]> {
    const path = `/events?after=${after}&wait=${waitSeconds}`;
    return await this.#send("GET", path, undefined, signal);
  }

  /** Emits a `schedule` event. */
  async fireSchedule(repository: string): Promise<void> {
    await this.#send("POST", "/schedule", { repository });
  }

  async addRun(run: RunStart): Promise<{ readonly runId: number; readonly runNumber: number }> {
    return await this.#send("POST", "/runs", run);
  }

  /** Reports the state of a run; also tells the run number of one that a dispatch made. */
  async updateRun(
    runId: number,
    update: RunUpdate,
  ): Promise<{ readonly runId: number; readonly runNumber: number }> {
    return await this.#send("PATCH", `/runs/${runId}`, update);
  }

  async reportJob(runId: number, job: JobUpdate): Promise<{ readonly jobId: number }> {
    return await this.#send("PUT", `/runs/${runId}/jobs`, job);
  }

  /** Takes the job of that key, and all below it, over from the attempt before. */
  async carryJobs(runId: number, key: string): Promise<void> {
    await this.#send("POST", `/runs/${runId}/carried-jobs`, { key });
  }

  async requests(): Promise<RequestCounts> {
    return await this.#send("GET", "/requests");
  }

  async addFaults(faults: readonly Fault[]): Promise<void> {
    await this.#send("POST", "/faults", faults);
  }

  async clearFaults(): Promise<void> {
    await this.#send("DELETE", "/faults");
  }

  /** Arms a halt in the place of any other, and counts from 1. */
  async addHalt(halt: Halt): Promise<void> {
    await this.#send("POST", "/halts", halt);
  }

  /** The request that is held; waits up to `waitSeconds` (at most 20) for it. */
  async halted(waitSeconds: number, signal?: AbortSignal): Promise<Halted | undefined> {
    const path = `/halts?wait=${waitSeconds}`;
    const answer = await this.#send<{ halted?: Halted }>("GET", path, undefined, signal);
    return answer.halted;
  }

  /** Ends the held request without an answer, and disarms. */
  async dropHalted(): Promise<void> {
    await this.#send("DELETE", "/halts");
  }

  /** Stops the clock at a time (ISO 8601), or lets it run again. */
  async setClock(now: string | undefined): Promise<void> {
    await this.#send("PUT", "/clock", { now });
  }

  /** Lets the clock run so far ahead of the real one. */
  async setClockAhead(aheadSeconds: number): Promise<void> {
    await this.#send("PUT", "/clock", { aheadSeconds });
  }

  async snapshot(): Promise<Snapshot> {
    return await this.#send("GET", "/snapshot");
  }

  async restore(snapshot: Snapshot): Promise<void> {
    await this.#send("POST", "/restore", snapshot);
  }

  async #send<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const response = await fetch(this.#root + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} /_control${path} answered ${response.status}: ${text}`);
    }
    const answer: T = JSON.parse(text);
    return answer;
  }
}
