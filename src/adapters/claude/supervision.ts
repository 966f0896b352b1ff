import type { ChildProcess } from "node:child_process";
import type { Writable } from "node:stream";

import type { AgentRun, StopReason } from "../../core/session/agent-run.ts";
import type { AgentRequest } from "../../ports/agent.ts";
import type { Log } from "../../ports/log.ts";
import { type AgentEvent, parseAgentEvent } from "./event-stream.ts";
import { type Credential, CREDENTIAL_DESCRIPTOR } from "./invocation.ts";
import { LineSplitter } from "./line-splitter.ts";
import { type LadderSteps, StopLadder } from "./stop-ladder.ts";
import { StreamRecord } from "./stream-record.ts";
import { UsageMeter } from "./usage-meter.ts";

export interface SupervisionOptions {
  readonly credential: Credential;
  readonly clock: () => Date;
  readonly log: Log;
  /** Gets every line of the stream, for the transcript. */
  readonly onLine: (line: string) => void;
  readonly patience: Patience;
}

/** How long a process is waited for that should end. */
export interface Patience extends LadderSteps {
  /** To end by itself after its result. */
  readonly graceMs: number;
  /** To close its streams after its exit; a daemon that left the group may hold them open. */
  readonly drainMs: number;
}

/** Part of the hard limit after which the agent is asked to end: the rest is for its work [R11a]. */
const GRACEFUL_SHARE = 0.9;

const STDERR_TAIL = 4_096;

/** Calls of tools that the step's log shows; the transcript has them all. */
const MAX_LOGGED_TOOLS = 1_000;

const MEASURE_EVERY_MS = 5_000;

type ProcessEnd = Pick<AgentRun, "exitCode" | "signal">;

/** One child process from its start to its last line. */
export class Supervision {
  readonly #child: ChildProcess;
  readonly #request: AgentRequest;
  readonly #options: SupervisionOptions;
  readonly #startedAt: string;
  readonly #ladder: StopLadder;
  readonly #record = new StreamRecord();
  readonly #meter: UsageMeter;
  readonly #timers: NodeJS.Timeout[] = [];
  #stall: NodeJS.Timeout | undefined;
  #stopReason: StopReason | undefined;
  #stderr = "";
  #toolCount = 0;
  #isEnded = false;

  constructor(child: ChildProcess, request: AgentRequest, options: SupervisionOptions) {
    this.#child = child;
    this.#request = request;
    this.#options = options;
    this.#startedAt = options.clock().toISOString();
    this.#ladder = new StopLadder(child, options.patience);
    this.#meter = new UsageMeter(child.pid);
  }

  /** Returns the run, but for what only the caller knows. Rejects if the process cannot start. */
  async outcome(): Promise<Omit<AgentRun, "isResumed">> {
    const ended = this.#end();
    this.#request.stop.addEventListener("abort", () => this.#stop("cancelled"), { once: true });
    this.#limit();
    this.#listen();
    this.#speak();
    const { exitCode, signal } = await ended.finally(() => this.#rest());
    const { hasStarted, result, modelError, modelStatus, rateLimit, retryCount, version } =
      this.#record;
    return {
      exitCode,
      signal,
      stopReason: this.#stopReason,
      hasStarted,
      result,
      modelError,
      modelStatus,
      rateLimit,
      retryCount,
      stderrTail: this.#stderr,
      version,
      usage: await this.#meter.usage(),
      startedAt: this.#startedAt,
      finishedAt: this.#options.clock().toISOString(),
    };
  }

  #end(): Promise<ProcessEnd> {
    return new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("exit", (code, signal) => {
        this.#isEnded = true;
        this.#ladder.kill();
        const finish = (): void => {
          this.#child.stdout?.destroy();
          this.#child.stderr?.destroy();
          resolve({ exitCode: code ?? undefined, signal: signal ?? undefined });
        };
        const drained = setTimeout(finish, this.#options.patience.drainMs);
        this.#child.once("close", () => {
          clearTimeout(drained);
          finish();
        });
      });
    });
  }

  #limit(): void {
    const { softLimitMs, onSoftLimit, hardLimitMs } = this.#request;
    const gracefulMs = hardLimitMs * GRACEFUL_SHARE;
    this.#timers.push(
      setTimeout(() => this.#endGracefully(), gracefulMs),
      setTimeout(() => this.#ladder.kill(), hardLimitMs),
      setInterval(() => void this.#meter.measure(), MEASURE_EVERY_MS),
    );
    if (softLimitMs < gracefulMs) {
      const onSoft = (): void => {
        if (this.#isWorking) {
          onSoftLimit();
        }
      };
      this.#timers.push(setTimeout(onSoft, softLimitMs));
    }
  }

  #endGracefully(): void {
    if (this.#isWorking) {
      this.#request.onGracefulEnd();
      this.#stop("hard-limit");
    }
  }

  #rest(): void {
    this.#timers.forEach((timer) => clearTimeout(timer));
    clearTimeout(this.#stall);
    this.#ladder.leave();
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
    const complaints = new TextDecoder("utf-8");
    this.#heard();
    this.#child.stdout?.on("data", (chunk: Buffer) => {
      this.#heard();
      lines.push(chunk).forEach((line) => this.#take(line));
    });
    this.#child.stdout?.on("end", () => lines.end().forEach((line) => this.#take(line)));
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      const said = complaints.decode(chunk, { stream: true });
      this.#stderr = (this.#stderr + said).slice(-STDERR_TAIL);
    });
  }

  #heard(): void {
    clearTimeout(this.#stall);
    if (this.#record.result === undefined && !this.#isEnded) {
      this.#stall = setTimeout(() => this.#stop("stall"), this.#request.stallMs);
    }
  }

  #take(line: string): void {
    this.#options.onLine(line);
    const event = parseAgentEvent(line);
    this.#record.take(event);
    this.#react(event);
  }

  #react(event: AgentEvent): void {
    switch (event.type) {
      case "init":
        void this.#meter.measure();
        return;
      case "model-error":
        // It would repeat the call for minutes.
        if (event.status === 401) {
          this.#stop("credentials-refused");
        }
        return;
      case "tool":
        this.#logTool(event.name);
        return;
      case "result":
        clearTimeout(this.#stall);
        void this.#meter.measure();
        // `result` is the end, although the process may wait for its input or for leftovers.
        if (this.#stopReason === undefined) {
          this.#ladder.endInput(this.#options.patience.graceMs);
        } else {
          this.#ladder.endInput();
        }
        return;
      case "rate-limit":
      case "other":
    }
  }

  #logTool(name: string): void {
    this.#toolCount += 1;
    if (this.#toolCount <= MAX_LOGGED_TOOLS) {
      this.#options.log.info(`agent: ${name}`);
    } else if (this.#toolCount === MAX_LOGGED_TOOLS + 1) {
      this.#options.log.info("agent: more; the transcript has them all");
    }
  }

  /** It has neither said its result, nor ended, nor been asked to. */
  get #isWorking(): boolean {
    return this.#stopReason === undefined && this.#record.result === undefined && !this.#isEnded;
  }

  /** Records why, then begins to end it. The first reason stands. */
  #stop(reason: StopReason): void {
    if (this.#isWorking) {
      this.#stopReason = reason;
      this.#ladder.interrupt();
    }
  }
}

function isWritable(stream: unknown): stream is Writable {
  return typeof stream === "object" && stream !== null && "write" in stream;
}

function ignoreBrokenPipe(): void {
  // The process ended first; its exit code tells why.
}
