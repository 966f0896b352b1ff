import type { SandboxSettings } from "../core/configuration.ts";
import type { AgentRun } from "../core/session/agent-run.ts";

export interface AgentRequest {
  /** Working directory of the agent. */
  readonly worktree: string;
  readonly prompt: string;
  /** Rules put after the agent's own system prompt; from the base commit, never from the issue. */
  readonly systemPrompt: string;
  readonly allowedTools: readonly string[];
  /** For the commands that it runs. */
  readonly sandbox: SandboxSettings;
  readonly model: string | undefined;
  readonly maxTurns: number;
  readonly maxBudgetUsd: number;
  /** Goes on with the conversation that an earlier run of this issue left on this machine. */
  readonly resume: boolean;
  /** From now on `onSoftLimit` has been called, once, and the agent works on. */
  readonly softLimitMs: number;
  readonly onSoftLimit: () => void;
  /**
   * Shortly before it, after a call of `onGracefulEnd`, the agent is asked to end; at it every process
   * of its group is killed.
   */
  readonly hardLimitMs: number;
  readonly onGracefulEnd: () => void;
  /** Longest silence before the agent counts as hung. */
  readonly stallMs: number;
  /** Shape of its answer, as JSON Schema. */
  readonly answerSchema: object;
  /** Ends the agent gracefully when it is aborted. */
  readonly stop: AbortSignalLike;
}

/** The part of `AbortSignal` that is needed here; the inner layers know no DOM. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void, options: { once: true }): void;
}

/** A headless coding agent. Returns what it did, also when it failed; throws only if it cannot start. */
export interface Agent {
  run(request: AgentRequest): Promise<AgentRun>;
}
