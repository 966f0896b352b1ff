import type { AgentRun } from "../../src/core/session/agent-run.ts";
import type { Agent, AgentRequest } from "../../src/ports/agent.ts";
import { anAgentRun, aRefusedRun } from "../world/pure-agent.ts";
import type { PureWorkspaceOptions } from "../world/pure-workspace.ts";
import type { Task } from "./task.ts";

/** How the sessions of a history end. */
export type SessionEnd =
  | "delivered"
  | "red"
  | "no-change"
  | "crash"
  | "question"
  | "credentials"
  | "account-limit"
  | "stall"
  | "overloaded"
  | "refused-file"
  | "machine-full";

/** What the worktree shows after such a session. */
export function workspaceAfter(end: SessionEnd): PureWorkspaceOptions {
  switch (end) {
    case "red":
      return { commands: { "npm test": { exitCode: 1 } } };
    case "no-change":
      return { changed: [] };
    case "machine-full":
      return { freeBytes: 0 };
    default:
      return {};
  }
}

/** An agent that takes its time and ends as chance says, or a while after it was told to stop. */
export class SimAgent implements Agent {
  readonly #task: Task;
  readonly #end: SessionEnd;
  readonly #seconds: number;
  readonly #onRun: (request: AgentRequest) => void;
  readonly #onEnd: () => void;

  constructor(
    task: Task,
    end: SessionEnd,
    seconds: number,
    onRun: (request: AgentRequest) => void,
    onEnd: () => void,
  ) {
    this.#task = task;
    this.#end = end;
    this.#seconds = seconds;
    this.#onRun = onRun;
    this.#onEnd = onEnd;
  }

  async run(request: AgentRequest): Promise<AgentRun> {
    this.#onRun(request);
    const isStopped = await this.#work(request);
    this.#onEnd();
    return isStopped
      ? anAgentRun({}, { result: undefined, stopReason: "cancelled" })
      : runOf(this.#end);
  }

  /** Returns whether it was stopped. */
  async #work({ stop, hardLimitMs }: AgentRequest): Promise<boolean> {
    const task = this.#task;
    const seconds = Math.min(this.#seconds, hardLimitMs / 1_000);
    const stopped = new Promise<boolean>((resolve) => {
      const onStop = (): void => {
        // It ends its turn first.
        void task.wait(task.chance.between(1, 30)).then(() => resolve(true));
      };
      if (stop.aborted) {
        onStop();
      } else {
        stop.addEventListener("abort", onStop, { once: true });
      }
    });
    return await Promise.race([task.wait(seconds).then(() => false), stopped]);
  }
}

function runOf(end: SessionEnd): AgentRun {
  switch (end) {
    case "crash":
      return anAgentRun({}, { exitCode: 1, result: undefined });
    case "question":
      return anAgentRun({ status: "needs-human", summary: "Which colour?" });
    case "credentials":
      return aRefusedRun(401, "authentication_failed");
    case "account-limit":
      return aRefusedRun(400, "billing_error");
    case "overloaded":
      return aRefusedRun(529, "overloaded");
    case "stall":
      return anAgentRun({}, { result: undefined, stopReason: "stall" });
    case "delivered":
    case "red":
    case "no-change":
    case "refused-file":
    case "machine-full":
      return anAgentRun();
  }
}
