/**
 * What one run of the agent's process left behind, as facts: exit code and the result's own words
 * both lie in places (facts of the CLI), so `classifyAgentRun` looks at all of it.
 */
export interface AgentRun {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** Why we ended it, recorded before the first signal; `undefined` = it ended by itself. */
  readonly stopReason: StopReason | undefined;
  /** Whether it began to work; one that refuses its arguments never does. */
  readonly hasStarted: boolean;
  /** The last `result` event; `undefined` when there was none. */
  readonly result: AgentResult | undefined;
  /** Error word of the last failed model call, for example `rate_limit`. */
  readonly modelError: string | undefined;
  /** Status of the last failed model call. */
  readonly modelStatus: number | undefined;
  /** The limit that refuses its calls at the end; `undefined` = it named none. */
  readonly rateLimit: RateLimit | undefined;
  /** How often it repeated a model call by itself. */
  readonly retryCount: number;
  /** The last lines that it wrote to stderr. */
  readonly stderrTail: string;
  readonly version: string | undefined;
  /** Whether it went on with an earlier conversation. */
  readonly isResumed: boolean;
  readonly usage: AgentUsage | undefined;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** A limit that refuses calls of the model, as the agent names it. */
export interface RateLimit {
  /** `service` = the model's service sheds load, whoever asks. */
  readonly of: "account" | "service";
  /** Seconds since 1970; `undefined` = it was not said. */
  readonly resetsAtSeconds: number | undefined;
}

/** What the agent took of its machine, with everything that it started; both at least this much. */
export interface AgentUsage {
  readonly peakMemoryMb: number;
  readonly cpuSeconds: number;
}

export type StopReason = "hard-limit" | "stall" | "cancelled" | "credentials-refused";

/** The parts of the CLI's `result` event that decide something; every field may be absent. */
export interface AgentResult {
  readonly subtype: string | undefined;
  readonly isError: boolean;
  readonly terminalReason: string | undefined;
  readonly apiErrorStatus: number | undefined;
  /** Why the model stopped, in its own word, for example `refusal`. */
  readonly modelStopReason: string | undefined;
  readonly text: string | undefined;
  readonly turns: number | undefined;
  readonly costUsd: number | undefined;
  readonly deniedTools: readonly string[];
  /** The answer in the shape of `ANSWER_SCHEMA`, or whatever came instead. */
  readonly structuredOutput: unknown;
}

/** What the agent is asked to answer with, as JSON Schema for `--json-schema`. */
export const ANSWER_SCHEMA = {
  type: "object",
  properties: {
    status: {
      type: "string",
      enum: ["done", "needs-human"],
      description: "needs-human when the issue cannot be resolved without a decision of a person",
    },
    title: {
      type: "string",
      description: "Conventional Commit subject of the change, at most 72 characters",
    },
    summary: {
      type: "string",
      description: "What was changed and why, or the question for a person; Markdown",
    },
  },
  required: ["status", "title", "summary"],
  additionalProperties: false,
} as const;

/** The agent's own words about its work: advice to people, never evidence. */
export interface AgentAnswer {
  readonly status: "done" | "needs-human";
  readonly title: string;
  readonly summary: string;
}
