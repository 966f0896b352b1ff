import type { AgentAnswer, AgentResult, AgentRun } from "../../src/core/session/agent-run.ts";
import type { Agent, AgentRequest } from "../../src/ports/agent.ts";

/** An agent that leaves the runs it was given, the last for ever, or throws, and keeps what it was asked. */
export class PureAgent implements Agent {
  readonly requests: AgentRequest[] = [];
  readonly #runs: readonly (AgentRun | Error)[];

  constructor(...runs: readonly (AgentRun | Error)[]) {
    this.#runs = runs.length === 0 ? [anAgentRun()] : runs;
  }

  async run(request: AgentRequest): Promise<AgentRun> {
    const run = this.#runs[this.requests.length] ?? this.#runs.at(-1);
    this.requests.push(request);
    if (run === undefined || run instanceof Error) {
      throw run ?? new Error("The agent has no run to leave.");
    }
    return run;
  }
}

export const ANSWER: AgentAnswer = {
  status: "done",
  title: "feat: do the thing",
  summary: "Did the thing.",
};

/** What the agent of a run that ended well says of itself. */
export const RESULT: AgentResult = {
  subtype: "success",
  isError: false,
  terminalReason: "completed",
  apiErrorStatus: undefined,
  modelStopReason: "end_turn",
  text: "Done.",
  turns: 3,
  costUsd: 0.1,
  deniedTools: [],
  structuredOutput: ANSWER,
};

/** A run that ended well, with this answer. */
export function anAgentRun(
  answer: Partial<AgentAnswer> = {},
  fields: Partial<AgentRun> = {},
): AgentRun {
  return {
    exitCode: 0,
    signal: undefined,
    stopReason: undefined,
    hasStarted: true,
    result: { ...RESULT, structuredOutput: { ...ANSWER, ...answer } },
    modelError: undefined,
    modelStatus: undefined,
    rateLimit: undefined,
    retryCount: 0,
    stderrTail: "",
    version: "2.1.328",
    isResumed: false,
    usage: { peakMemoryMb: 240, cpuSeconds: 1.5 },
    startedAt: "2026-11-20T09:00:00Z",
    finishedAt: "2026-11-20T09:10:00Z",
    ...fields,
  };
}

/** A run whose model calls failed, for example with status 401. */
export function aRefusedRun(modelStatus: number, modelError: string): AgentRun {
  const result: AgentResult = {
    ...RESULT,
    isError: true,
    terminalReason: "api_error",
    apiErrorStatus: modelStatus,
    text: "API error",
    structuredOutput: undefined,
  };
  return anAgentRun({}, { exitCode: 1, result, modelStatus, modelError });
}
