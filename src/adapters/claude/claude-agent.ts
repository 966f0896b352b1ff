import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import type { Writable } from "node:stream";

import type { AgentResult, AgentRun, RateLimit, StopReason } from "../../core/session/agent-run.ts";
import type { Agent, AgentRequest } from "../../ports/agent.ts";
import type { Log } from "../../ports/log.ts";
import { type AgentEvent, parseAgentEvent } from "./event-stream.ts";
import {
  agentEnvironment,
  type Credential,
  CREDENTIAL_DESCRIPTOR,
  listArguments,
  type SessionPlaces,
  SETTINGS,
} from "./invocation.ts";
import { LineSplitter } from "./line-splitter.ts";

/** How long each step may take before the next one is taken. */
export interface StopLadder {
  /** Steps: interrupt, end of input, SIGTERM; then SIGKILL. */
  readonly interruptMs: number;
  readonly inputMs: number;
  readonly terminateMs: number;
  /** To end by itself after its result. */
  readonly graceMs: number;
  /** To close its streams after its exit; a daemon that left the group may hold them open. */
  readonly drainMs: number;
}

/** From an interrupt to SIGKILL under 7.5 s, which is what a cancelled step gets. */
const LADDER: StopLadder = {
  interruptMs: 3_000,
  inputMs: 1_500,
  terminateMs: 2_000,
  graceMs: 3_000,
  drainMs: 500,
};

const STDERR_TAIL = 4_096;

export interface ClaudeAgentOptions {
  readonly binary: { readonly path: string; readonly version: string };
  readonly credential: Credential;
  readonly places: SessionPlaces;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Variables that mark every process of this session, so that a sweep finds them. */
  readonly marker: Readonly<Record<string, string>>;
  readonly newSessionId: () => string;
  readonly clock: () => Date;
  readonly log: Log;
  /** Gets every line of the stream, for the transcript. */
  readonly onLine: (line: string) => void;
  readonly ladder?: StopLadder;
}

/** Claude Code as a supervised child process in a process group of its own. */
export class ClaudeAgent implements Agent {
  readonly #options: ClaudeAgentOptions;

  constructor(options: ClaudeAgentOptions) {
    this.#options = options;
  }

  async run(request: AgentRequest): Promise<AgentRun> {
    const { binary, credential, places, environment, marker } = this.#options;
    await writePlaces(places, request.systemPrompt);
    const child = spawn(binary.path, listArguments(request, this.#options.newSessionId(), places), {
      cwd: request.worktree,
      env: agentEnvironment(environment, places, credential, marker),
      detached: true,
      stdio: ["pipe", "pipe", "pipe", "pipe"],
    });
    return await new Supervision(child, request, this.#options).outcome();
  }
}

async function writePlaces(places: SessionPlaces, systemPrompt: string): Promise<void> {
  for (const directory of [places.home, places.configuration, places.temporary]) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  }
  await writeFile(places.settingsFile, JSON.stringify(SETTINGS));
  await writeFile(places.systemPromptFile, systemPrompt);
}

/** One child process from its start to its last line. */
class Supervision {
  readonly #child: ChildProcess;
  readonly #request: AgentRequest;
  readonly #options: ClaudeAgentOptions;
  readonly #startedAt: string;
  readonly #ladder: StopLadder;
  #stopReason: StopReason | undefined;
  #hasStarted = false;
  #result: AgentResult | undefined;
  #modelError: string | undefined;
  #modelStatus: number | undefined;
  #rateLimit: RateLimit | undefined;
  #retryCount = 0;
  #version: string | undefined;
  #stderr = "";
  #stall: NodeJS.Timeout | undefined;
  #isEnded = false;

  constructor(child: ChildProcess, request: AgentRequest, options: ClaudeAgentOptions) {
    this.#child = child;
    this.#request = request;
    this.#options = options;
    this.#startedAt = options.clock().toISOString();
    this.#ladder = options.ladder ?? LADDER;
  }

  async outcome(): Promise<AgentRun> {
    const hardLimit = setTimeout(() => this.#stop("hard-limit"), this.#request.hardLimitMs);
    this.#request.stop.addEventListener("abort", () => this.#stop("cancelled"), { once: true });
    const ended = this.#end();
    this.#listen();
    this.#speak();
    const { exitCode, signal } = await ended.finally(() => {
      clearTimeout(hardLimit);
      clearTimeout(this.#stall);
    });
    return {
      exitCode,
      signal,
      stopReason: this.#stopReason,
      hasStarted: this.#hasStarted,
      result: this.#result,
      modelError: this.#modelError,
      modelStatus: this.#modelStatus,
      rateLimit: this.#rateLimit,
      retryCount: this.#retryCount,
      stderrTail: this.#stderr,
      version: this.#version ?? this.#options.binary.version,
      startedAt: this.#startedAt,
      finishedAt: this.#options.clock().toISOString(),
    };
  }

  #end(): Promise<{ readonly exitCode: number | undefined; readonly signal: string | undefined }> {
    return new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("exit", (code, signal) => {
        this.#isEnded = true;
        this.#kill();
        const finish = (): void => {
          this.#child.stdout?.destroy();
          this.#child.stderr?.destroy();
          resolve({ exitCode: code ?? undefined, signal: signal ?? undefined });
        };
        const drained = setTimeout(finish, this.#ladder.drainMs);
        this.#child.once("close", () => {
          clearTimeout(drained);
          finish();
        });
      });
    });
  }

  /** Writes credential and prompt. A process that is gone already cannot be written to: no error. */
  #speak(): void {
    const message = { type: "user", message: { role: "user", content: this.#request.prompt } };
    const descriptor = this.#child.stdio[CREDENTIAL_DESCRIPTOR];
    if (isWritable(descriptor)) {
      descriptor.on("error", ignoreBrokenPipe);
      descriptor.end(this.#options.credential.value);
    }
    this.#child.stdin?.on("error", ignoreBrokenPipe);
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
    if (this.#request.stop.aborted) {
      this.#stop("cancelled");
    }
  }

  #listen(): void {
    const lines = new LineSplitter();
    this.#heard();
    this.#child.stdout?.on("data", (chunk: Buffer) => {
      this.#heard();
      lines.push(chunk).forEach((line) => this.#take(line));
    });
    this.#child.stdout?.on("end", () => lines.end().forEach((line) => this.#take(line)));
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString("utf8")).slice(-STDERR_TAIL);
    });
  }

  #heard(): void {
    clearTimeout(this.#stall);
    if (this.#result === undefined) {
      this.#stall = setTimeout(() => this.#stop("stall"), this.#request.stallMs);
    }
  }

  #take(line: string): void {
    this.#options.onLine(line);
    const event: AgentEvent = parseAgentEvent(line);
    switch (event.type) {
      case "init":
        this.#hasStarted = true;
        this.#version = event.version;
        return;
      case "model-error":
        this.#retryCount += event.isRetried ? 1 : 0;
        this.#modelError = event.error;
        this.#modelStatus = event.status ?? this.#modelStatus;
        if (event.status === 401) {
          this.#stop("credentials-refused");
        }
        return;
      case "rate-limit":
        this.#rateLimit = event.limit;
        return;
      case "tool":
        this.#options.log.info(`agent: ${event.name}`);
        return;
      case "result":
        this.#result = event.result;
        clearTimeout(this.#stall);
        this.#endAfterResult();
        return;
      case "other":
    }
  }

  /** `result` is the end, although the process may wait for its input or for leftovers. */
  #endAfterResult(): void {
    this.#child.stdin?.end();
    this.#later(this.#ladder.graceMs, () => this.#climb(1));
  }

  #stop(reason: StopReason): void {
    if (this.#stopReason === undefined && this.#result === undefined && !this.#isEnded) {
      this.#stopReason = reason;
      this.#climb(0);
    }
  }

  /** The stop ladder from step `step` on; each step gives the process time before the next. */
  #climb(step: number): void {
    if (this.#isEnded) {
      return;
    }
    switch (step) {
      case 0: {
        const request = { subtype: "interrupt" };
        this.#child.stdin?.write(
          `${JSON.stringify({ type: "control_request", request_id: "stop", request })}\n`,
        );
        this.#later(this.#ladder.interruptMs, () => this.#climb(1));
        return;
      }
      case 1:
        this.#child.stdin?.end();
        this.#later(this.#ladder.inputMs, () => this.#climb(2));
        return;
      case 2:
        this.#child.kill("SIGTERM");
        this.#later(this.#ladder.terminateMs, () => this.#climb(3));
        return;
      default:
        this.#kill();
    }
  }

  #later(ms: number, step: () => void): void {
    setTimeout(step, ms).unref();
  }

  /** Ends the whole process group; what left the group is found by the sweep. */
  #kill(): void {
    if (this.#child.pid !== undefined) {
      try {
        process.kill(-this.#child.pid, "SIGKILL");
      } catch {
        // The group is gone already.
      }
    }
  }
}

function isWritable(stream: unknown): stream is Writable {
  return typeof stream === "object" && stream !== null && "write" in stream;
}

function ignoreBrokenPipe(): void {
  // The process ended first; its exit code tells why.
}
