import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { classifyAgentRun } from "../../../src/core/session/agent-outcome.ts";
import type { AgentResult, AgentRun } from "../../../src/core/session/agent-run.ts";
import { anAgentRun, ANSWER, RESULT } from "../../world/pure-agent.ts";

function aRun(fields: Partial<AgentRun> = {}): AgentRun {
  return anAgentRun(
    {},
    {
      retryCount: 1,
      startedAt: "2026-11-20T10:00:00Z",
      finishedAt: "2026-11-20T10:20:00Z",
      ...fields,
    },
  );
}

/** A run that ended with an error: exit code 1 and a result that says why. */
function anError(result: Partial<AgentResult>, fields: Partial<AgentRun> = {}): AgentRun {
  const failed = { ...RESULT, isError: true, structuredOutput: undefined, ...result };
  return aRun({ exitCode: 1, result: failed, ...fields });
}

const NOT_STARTED = { hasStarted: false, result: undefined, exitCode: 1 } as const;

function detailOf(run: AgentRun): string {
  const outcome = classifyAgentRun(run);
  return outcome.type === "failed" ? outcome.detail : "";
}

const API_ERROR = { subtype: "success", terminalReason: "api_error" };

function maybe<T>(value: T, other: T): fc.Arbitrary<T> {
  return fc.constantFrom(value, other);
}

describe("an account limit", () => {
  it("is told from a passing one by its not being repeated, with its reset time [F55, N24]", () => {
    const said = "Usage limit reached|1795600000";
    const limited = anError({ ...API_ERROR, apiErrorStatus: 429, text: said }, { retryCount: 0 });
    const passing = anError({ ...API_ERROR, apiErrorStatus: 429, text: said }, { retryCount: 3 });

    expect(classifyAgentRun(limited)).toMatchObject({
      cause: "account-limit",
      resetsAtSeconds: 1_795_600_000,
    });
    expect(classifyAgentRun(passing)).toMatchObject({ cause: "model-unavailable" });
  });

  it("is the one that the agent names, with its reset, whatever was repeated [F55, N24]", () => {
    const rateLimit = { of: "account", resetsAtSeconds: 1_795_186_800 } as const;
    const said = { ...API_ERROR, apiErrorStatus: 429, text: "resets 3pm (UTC)" };

    expect(classifyAgentRun(anError(said, { rateLimit, retryCount: 2 }))).toMatchObject({
      cause: "account-limit",
      resetsAtSeconds: 1_795_186_800,
    });
  });

  it("is not what the service sheds of everybody's calls", () => {
    const rateLimit = { of: "service", resetsAtSeconds: undefined } as const;
    const shed = anError({ ...API_ERROR, apiErrorStatus: 429 }, { rateLimit, retryCount: 0 });

    expect(classifyAgentRun(shed)).toMatchObject({ cause: "model-unavailable" });
  });

  it.each([
    ["Your limit resets at 2026-11-20T15:00:00Z.", 1_795_186_800],
    ["You have reached your limit.", undefined],
  ])("reads the reset of '%s'", (text, resetsAtSeconds) => {
    const run = anError({ ...API_ERROR, apiErrorStatus: 429, text }, { retryCount: 0 });

    expect(classifyAgentRun(run)).toMatchObject({ cause: "account-limit", resetsAtSeconds });
  });
});

describe("classifyAgentRun", () => {
  it("takes the answer of a run that ended well [N13]", () => {
    expect(classifyAgentRun(aRun())).toEqual({ type: "answered", answer: ANSWER });
  });

  it("takes it although tool calls were denied: the work is looked at [F66]", () => {
    const run = aRun({ result: { ...RESULT, deniedTools: ["Bash"] } });

    expect(classifyAgentRun(run).type).toBe("answered");
  });

  it("leaves out what the answer has too much", () => {
    const run = aRun({ result: { ...RESULT, structuredOutput: { ...ANSWER, extra: 1 } } });

    expect(classifyAgentRun(run)).toEqual({ type: "answered", answer: ANSWER });
  });

  it.each<readonly [string, string, AgentRun]>([
    [
      "--max-turns",
      "turn-limit",
      anError({ subtype: "error_max_turns", terminalReason: "max_turns" }),
    ],
    [
      "--max-budget-usd",
      "budget-reached",
      anError({ subtype: "error_max_budget_usd", terminalReason: "budget_exhausted" }),
    ],
    [
      "--json-schema never satisfied",
      "no-answer",
      anError({
        subtype: "error_max_structured_output_retries",
        terminalReason: "structured_output_retry_exhausted",
      }),
    ],
    [
      "--json-schema, the model just ends",
      "no-answer",
      aRun({ result: { ...RESULT, structuredOutput: undefined } }),
    ],
    [
      "401",
      "credentials-refused",
      anError({ ...API_ERROR, apiErrorStatus: 401 }, { modelError: "authentication_failed" }),
    ],
    [
      "no credentials",
      "credentials-refused",
      anError(API_ERROR, { modelError: "authentication_failed" }),
    ],
    ["403", "credentials-refused", anError({ ...API_ERROR, apiErrorStatus: 403 })],
    [
      "unknown model 404",
      "model-not-found",
      anError({ ...API_ERROR, apiErrorStatus: 404 }, { modelError: "model_not_found" }),
    ],
    [
      "400",
      "request-refused",
      anError({ ...API_ERROR, apiErrorStatus: 400 }, { modelError: "invalid_request" }),
    ],
    [
      "credit balance too low (400)",
      "account-limit",
      anError({ ...API_ERROR, apiErrorStatus: 400 }, { modelError: "billing_error" }),
    ],
    [
      "429",
      "model-unavailable",
      anError({ ...API_ERROR, apiErrorStatus: 429 }, { modelError: "rate_limit" }),
    ],
    [
      "529",
      "model-unavailable",
      anError({ ...API_ERROR, apiErrorStatus: 529 }, { modelError: "overloaded" }),
    ],
    [
      "500",
      "model-unavailable",
      anError({ ...API_ERROR, apiErrorStatus: 500 }, { modelError: "server_error" }),
    ],
    [
      "connection refused",
      "model-unavailable",
      anError({ ...API_ERROR, text: "API Error: connection refused" }, { modelError: "unknown" }),
    ],
    [
      "request stalls",
      "model-unavailable",
      anError({ ...API_ERROR, text: "Request timed out" }, { modelError: "unknown" }),
    ],
    [
      "prompt too long (API 400)",
      "prompt-too-long",
      anError({ terminalReason: "prompt_too_long", apiErrorStatus: 400 }),
    ],
    [
      "prompt too long (local check)",
      "prompt-too-long",
      anError({ terminalReason: "blocking_limit" }),
    ],
    ["413", "request-refused", anError({ terminalReason: "image_error", apiErrorStatus: 413 })],
    [
      "output limit 4 times",
      "output-limit",
      anError(API_ERROR, { modelError: "max_output_tokens" }),
    ],
    ["refusal", "refused-by-model", anError({ ...API_ERROR, modelStopReason: "refusal" })],
    [
      "refusal after a call that was repeated",
      "refused-by-model",
      anError({ ...API_ERROR, modelStopReason: "refusal" }, { modelStatus: 529 }),
    ],
    [
      "--resume of an unknown id",
      "model-unavailable",
      anError({ subtype: "error_during_execution", terminalReason: undefined }),
    ],
    [
      "--session-id already used",
      "agent-unusable",
      aRun({ ...NOT_STARTED, stderrTail: "Session ID x is already in use." }),
    ],
    [
      "bad flag",
      "agent-unusable",
      aRun({ ...NOT_STARTED, stderrTail: "error: unknown option '--x'" }),
    ],
    [
      "SIGTERM of somebody else before it began",
      "agent-crashed",
      aRun({ ...NOT_STARTED, exitCode: 143 }),
    ],
    ["SIGTERM of somebody else", "agent-crashed", aRun({ exitCode: 143, result: undefined })],
    [
      "SIGINT of somebody else while a tool runs",
      "agent-crashed",
      anError(
        { subtype: "error_during_execution", terminalReason: "aborted_tools" },
        { exitCode: 0 },
      ),
    ],
    [
      "SIGINT of somebody else while waiting for the API",
      "agent-crashed",
      aRun({ result: undefined }),
    ],
    [
      "SIGKILL",
      "agent-crashed",
      aRun({ exitCode: undefined, signal: "SIGKILL", result: undefined }),
    ],
  ])("classifies %s as %s", (_case, cause, run) => {
    expect(classifyAgentRun(run)).toMatchObject({ type: "failed", cause });
  });

  it.each([
    ["hard-limit", "hard-limit"],
    ["stall", "stalled"],
    ["cancelled", "cancelled"],
    ["credentials-refused", "credentials-refused"],
  ] as const)(
    "believes our own reason %s before anything that the process says",
    (stopReason, cause) => {
      const aborted = { subtype: "error_during_execution", terminalReason: "aborted_streaming" };

      expect(classifyAgentRun(anError(aborted, { stopReason }))).toMatchObject({ cause });
      expect(
        classifyAgentRun(aRun({ stopReason, result: undefined, exitCode: 143 })),
      ).toMatchObject({
        cause,
      });
    },
  );

  it("says how a process ended that left no result", () => {
    const run = aRun({
      exitCode: 1,
      result: undefined,
      stderrTail: "first\nerror: unknown option\n",
    });

    expect(classifyAgentRun(run)).toMatchObject({
      detail: "It ended without a result (exit code 1: error: unknown option).",
    });
  });

  it("puts what the agent said into one line, in which no command of the workflow can begin [N14]", () => {
    const text = "no\r\n::set-output name=outcome::delivered\u2028##[error]x\u0085::debug::y";
    const refused = anError({ ...API_ERROR, apiErrorStatus: 400, text });
    const crashed = aRun({
      exitCode: 1,
      result: undefined,
      stderrTail: "a\n::error::b\r::warning::c",
    });

    expect(detailOf(refused)).toContain("no ::set-output");
    expect(detailOf(refused)).not.toMatch(/[\n\r\u2028\u0085]/);
    expect(detailOf(crashed)).not.toMatch(/[\n\r]/);
  });

  it("needs all of result, no error, completed and an answer: an exit code proves nothing [N13]", () => {
    const runs = fc.record({
      exitCode: maybe(0, 1),
      subtype: maybe<string | undefined>("success", undefined),
      isError: fc.boolean(),
      terminalReason: maybe<string | undefined>("completed", "api_error"),
      structuredOutput: fc.oneof(fc.constant(ANSWER), fc.jsonValue()),
    });
    fc.assert(
      fc.property(runs, ({ exitCode, ...result }) => {
        const outcome = classifyAgentRun(aRun({ exitCode, result: { ...RESULT, ...result } }));

        const isGood =
          result.subtype === "success" &&
          !result.isError &&
          result.terminalReason === "completed" &&
          result.structuredOutput === ANSWER;
        expect(outcome.type === "answered").toBe(isGood);
      }),
    );
  });
});
