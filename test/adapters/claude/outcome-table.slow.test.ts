import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { classifyAgentRun } from "../../../src/core/session/agent-outcome.ts";
import type { AgentRun } from "../../../src/core/session/agent-run.ts";
import { DONE, type ModelStep, RealSessions, type SessionOptions } from "./real-sessions.ts";

const WRITE = { calls: [{ tool: "Write", input: { file_path: "a.txt", content: "a" } }] };
const ECHO = { calls: [{ tool: "Bash", input: { command: "echo 1" } }] };
const CURL = { calls: [{ tool: "Bash", input: { command: "curl http://127.0.0.1:9" } }] };
const SLEEP = { calls: [{ tool: "Bash", input: { command: "sleep 30" } }] };
const WRONG = { calls: [{ tool: "StructuredOutput", input: { status: "maybe" } }] };

/** The answer to a call that a subscription's limit refuses. */
function limited(headers: Readonly<Record<string, string>>): ModelStep {
  return { error: { status: 429, retryAfterSeconds: 3_600, headers } };
}

const FIVE_HOURS = limited({
  "anthropic-ratelimit-unified-status": "rejected",
  "anthropic-ratelimit-unified-reset": "1795186800",
  "anthropic-ratelimit-unified-representative-claim": "five_hour",
});
const SUBSCRIPTION: SessionOptions = {
  agent: { credential: { type: "oauth-token", value: "sk-ant-oat01-canary" } },
};
const NO_CREDIT = "Your credit balance is too low to access the Anthropic API.";

interface Row {
  readonly name: string;
  readonly steps: readonly ModelStep[];
  readonly options?: SessionOptions;
  /** What the process leaves behind. */
  readonly exitCode: number;
  readonly result: Readonly<Record<string, unknown>> | undefined;
  readonly run?: Partial<AgentRun>;
  /** What it amounts to: `answered`, or the cause of the failure. */
  readonly amountsTo: string;
}

const API_ERROR = { subtype: "success", isError: true, terminalReason: "api_error" };
const ABORTED = { subtype: "error_during_execution", isError: true };

const ROWS: readonly Row[] = [
  {
    name: "is done",
    steps: [WRITE, DONE],
    exitCode: 0,
    result: { subtype: "success", isError: false, terminalReason: "completed", deniedTools: [] },
    amountsTo: "answered",
  },
  {
    name: "is done although a tool was denied",
    steps: [CURL, DONE],
    exitCode: 0,
    result: { subtype: "success", isError: false, deniedTools: ["Bash"] },
    amountsTo: "answered",
  },
  {
    name: "uses up its turns",
    steps: [ECHO, ECHO, ECHO, ECHO, DONE],
    options: { request: { maxTurns: 2 } },
    exitCode: 1,
    result: { subtype: "error_max_turns", terminalReason: "max_turns", turns: 3 },
    amountsTo: "turn-limit",
  },
  {
    name: "uses up its budget",
    steps: [{ ...ECHO, outputTokens: 100_000 }, ECHO, DONE],
    options: { request: { maxBudgetUsd: 1 } },
    exitCode: 1,
    result: { subtype: "error_max_budget_usd", terminalReason: "budget_exhausted" },
    amountsTo: "budget-reached",
  },
  {
    name: "never gives an answer of the asked shape",
    steps: [WRONG, WRONG, WRONG, WRONG, WRONG, WRONG, WRONG],
    exitCode: 1,
    result: {
      subtype: "error_max_structured_output_retries",
      terminalReason: "structured_output_retry_exhausted",
    },
    amountsTo: "no-answer",
  },
  {
    name: "just ends",
    steps: [{ say: "bye" }, { say: "bye" }],
    exitCode: 0,
    result: {
      subtype: "success",
      isError: false,
      terminalReason: "completed",
      structuredOutput: undefined,
    },
    amountsTo: "no-answer",
  },
  {
    name: "meets 401, and is stopped at its first repetition",
    steps: [{ error: { status: 401 } }],
    exitCode: 1,
    result: { ...ABORTED, terminalReason: "aborted_streaming" },
    run: { stopReason: "credentials-refused", retryCount: 1, modelStatus: 401 },
    amountsTo: "credentials-refused",
  },
  {
    name: "has no credential",
    steps: [DONE],
    options: { agent: { credential: { type: "api-key", value: "" } } },
    exitCode: 1,
    result: { ...API_ERROR, apiErrorStatus: undefined },
    run: { modelError: "authentication_failed" },
    amountsTo: "credentials-refused",
  },
  {
    name: "meets 403",
    steps: [{ error: { status: 403 } }],
    exitCode: 1,
    result: { ...API_ERROR, apiErrorStatus: 403 },
    run: { retryCount: 0 },
    amountsTo: "credentials-refused",
  },
  {
    name: "meets 404",
    steps: [{ error: { status: 404 } }],
    exitCode: 1,
    result: { ...API_ERROR, apiErrorStatus: 404 },
    run: { retryCount: 0, modelError: "model_not_found" },
    amountsTo: "model-not-found",
  },
  {
    name: "meets 400",
    steps: [{ error: { status: 400 } }],
    exitCode: 1,
    result: { ...API_ERROR, apiErrorStatus: 400 },
    amountsTo: "request-refused",
  },
  {
    name: "meets 413",
    steps: [{ error: { status: 413 } }],
    exitCode: 1,
    result: { terminalReason: "image_error", apiErrorStatus: 413 },
    amountsTo: "request-refused",
  },
  {
    name: "has no credit left",
    steps: [{ error: { status: 400, message: NO_CREDIT } }],
    exitCode: 1,
    result: { ...API_ERROR, apiErrorStatus: 400 },
    run: { modelError: "billing_error" },
    amountsTo: "account-limit",
  },
  {
    name: "meets 429 once",
    steps: [{ error: { status: 429, retryAfterSeconds: 1, times: 1 } }, DONE],
    exitCode: 0,
    result: { subtype: "success", isError: false },
    run: { retryCount: 1 },
    amountsTo: "answered",
  },
  {
    name: "meets 429 again and again",
    steps: [{ error: { status: 429 } }],
    exitCode: 1,
    result: { ...API_ERROR, apiErrorStatus: 429 },
    run: { retryCount: 3 },
    amountsTo: "model-unavailable",
  },
  {
    name: "meets 429 for an hour",
    steps: [{ error: { status: 429, retryAfterSeconds: 3_600 } }],
    exitCode: 1,
    result: { ...API_ERROR, apiErrorStatus: 429 },
    run: { retryCount: 0, rateLimit: undefined },
    amountsTo: "account-limit",
  },
  {
    name: "meets the limit of a subscription, which names its reset",
    steps: [FIVE_HOURS],
    options: SUBSCRIPTION,
    exitCode: 1,
    result: { ...API_ERROR, apiErrorStatus: 429 },
    run: { rateLimit: { of: "account", resetsAtSeconds: 1_795_186_800 } },
    amountsTo: "account-limit",
  },
  {
    name: "is shed by a service that is too busy for a subscription",
    steps: [limited({})],
    options: SUBSCRIPTION,
    exitCode: 1,
    result: { ...API_ERROR, apiErrorStatus: 429 },
    run: { retryCount: 0, rateLimit: { of: "service", resetsAtSeconds: undefined } },
    amountsTo: "model-unavailable",
  },
  {
    name: "meets 500",
    steps: [{ error: { status: 500 } }],
    exitCode: 1,
    result: { ...API_ERROR, apiErrorStatus: 500 },
    run: { retryCount: 3 },
    amountsTo: "model-unavailable",
  },
  {
    name: "meets 529",
    steps: [{ error: { status: 529 } }],
    exitCode: 1,
    result: { ...API_ERROR, apiErrorStatus: 529 },
    run: { retryCount: 2 },
    amountsTo: "model-unavailable",
  },
  {
    name: "reaches nobody",
    steps: [DONE],
    options: {
      agent: {
        environment: { PATH: process.env["PATH"], ANTHROPIC_BASE_URL: "http://127.0.0.1:9" },
      },
    },
    exitCode: 1,
    result: { ...API_ERROR, apiErrorStatus: undefined },
    run: { retryCount: 3 },
    amountsTo: "model-unavailable",
  },
  {
    name: "gets a stream that is cut once",
    steps: [{ cut: { times: 1 } }, DONE],
    exitCode: 0,
    result: { subtype: "success", isError: false },
    run: { retryCount: 1 },
    amountsTo: "answered",
  },
  {
    name: "gets streams that are cut every time",
    steps: [{ cut: {} }, DONE],
    exitCode: 1,
    result: { ...API_ERROR, apiErrorStatus: undefined },
    run: { retryCount: 3 },
    amountsTo: "model-unavailable",
  },
  {
    name: "is refused by the model",
    steps: [1, 2, 3].map(() => ({ say: "No.", stopReason: "refusal" })),
    exitCode: 1,
    result: { ...API_ERROR, modelStopReason: "refusal" },
    amountsTo: "refused-by-model",
  },
  {
    name: "is too long for the model",
    steps: [
      { error: { status: 400, message: "prompt is too long: 250000 tokens > 200000 maximum" } },
    ],
    exitCode: 1,
    result: { subtype: "success", isError: true, terminalReason: "prompt_too_long" },
    amountsTo: "prompt-too-long",
  },
  {
    name: "is cut off at the longest answer four times",
    steps: [1, 2, 3, 4, 5].map(() => ({ say: "and", stopReason: "max_tokens" })),
    exitCode: 1,
    result: { ...API_ERROR, apiErrorStatus: undefined },
    run: { modelError: "max_output_tokens" },
    amountsTo: "output-limit",
  },
  {
    name: "is cut off by the model's window",
    steps: [1, 2, 3, 4, 5].map(() => ({ say: "and", stopReason: "model_context_window_exceeded" })),
    exitCode: 1,
    result: { ...API_ERROR, apiErrorStatus: undefined },
    run: { modelError: "max_output_tokens" },
    amountsTo: "output-limit",
  },
  {
    name: "is asked for an answer of an impossible shape",
    steps: [DONE],
    options: { request: { answerSchema: { type: "nonsense" } } },
    exitCode: 1,
    result: undefined,
    run: { hasStarted: false },
    amountsTo: "agent-unusable",
  },
];

const SIGNALS: readonly (readonly [NodeJS.Signals, Partial<AgentRun>])[] = [
  ["SIGTERM", { exitCode: 143, result: undefined }],
  ["SIGINT", { exitCode: 0 }],
  ["SIGHUP", { exitCode: 129, result: undefined }],
  ["SIGKILL", { signal: "SIGKILL", result: undefined }],
];

let sessions: RealSessions;

beforeAll(async () => {
  sessions = await RealSessions.open();
});

afterAll(() => sessions.close());

describe.concurrent("a session of the real Claude Code that", () => {
  it.each(ROWS.map((row) => [row.name, row] as const))("%s [N13]", async (_, row) => {
    const { run } = await sessions.run(row.steps, row.options);

    const outcome = classifyAgentRun(run);
    const { exitCode, result } = row;
    expect(run).toMatchObject({ exitCode, result, hasStarted: true, ...row.run });
    expect(outcome.type === "failed" ? outcome.cause : outcome.type).toBe(row.amountsTo);
  });

  it.each([
    ["a command runs", SLEEP, "onTool", "aborted_tools"],
    ["it waits for the model", { silence: {} }, "onInit", "aborted_streaming"],
  ] as const)(
    "is stopped while %s says how far it came [F107]",
    async (_, step, moment, reason) => {
      const stop = new AbortController();

      const { run } = await sessions.run([step, DONE], {
        [moment]: () => stop.abort(),
        request: { stop: stop.signal },
      });

      expect(run).toMatchObject({
        exitCode: 1,
        stopReason: "cancelled",
        result: { ...ABORTED, terminalReason: reason, costUsd: expect.any(Number) },
      });
      expect(classifyAgentRun(run)).toMatchObject({ cause: "cancelled" });
    },
  );

  it.each(SIGNALS)(
    "is ended by a %s of somebody else while a command runs",
    async (signal, left) => {
      const { run } = await sessions.run([SLEEP, DONE], {
        onTool: (pid) => void process.kill(pid, signal),
      });

      expect(run).toMatchObject({ stopReason: undefined, ...left });
      expect(classifyAgentRun(run)).toMatchObject({ type: "failed", cause: "agent-crashed" });
    },
  );

  it("names the reset of a subscription's limit, until which the fleet waits [F55, N24]", async () => {
    const { run } = await sessions.run([FIVE_HOURS], SUBSCRIPTION);

    expect(classifyAgentRun(run)).toMatchObject({ resetsAtSeconds: 1_795_186_800 });
  });
});
