import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseAgentEvent } from "../../../src/adapters/claude/event-stream.ts";

describe("parseAgentEvent", () => {
  it.each<readonly [string, unknown, unknown]>([
    [
      "the start",
      { type: "system", subtype: "init", claude_code_version: "2.1.328" },
      { type: "init", version: "2.1.328" },
    ],
    [
      "a call of the model that is repeated",
      { type: "system", subtype: "api_retry", error: "authentication_failed", error_status: 401 },
      { type: "model-error", error: "authentication_failed", status: 401, isRetried: true },
    ],
    [
      "a call that got no answer",
      { type: "system", subtype: "api_retry", error: "unknown", error_status: null },
      { type: "model-error", error: "unknown", status: undefined, isRetried: true },
    ],
    [
      "a failed call",
      { type: "assistant", error: "billing_error", message: { content: [] } },
      { type: "model-error", error: "billing_error", status: undefined, isRetried: false },
    ],
    [
      "a tool",
      {
        type: "assistant",
        message: { content: [{ type: "text" }, { type: "tool_use", name: "Bash" }] },
      },
      { type: "tool", name: "Bash" },
    ],
    [
      "a tool of a server",
      { type: "assistant", message: { content: [{ type: "tool_use", name: "mcp__a__b-c" }] } },
      { type: "tool", name: "mcp__a__b-c" },
    ],
    ["a text", { type: "assistant", message: { content: [{ type: "text" }] } }, { type: "other" }],
    [
      "a limit of the account",
      {
        type: "rate_limit_event",
        rate_limit_info: {
          status: "rejected",
          resetsAt: 1_795_186_800,
          rateLimitType: "five_hour",
        },
      },
      { type: "rate-limit", limit: { of: "account", resetsAtSeconds: 1_795_186_800 } },
    ],
    [
      "a limit of the service",
      { type: "rate_limit_event", rate_limit_info: { status: "rejected", isUsingOverage: false } },
      { type: "rate-limit", limit: { of: "service", resetsAtSeconds: undefined } },
    ],
    [
      "a limit that is only near",
      { type: "rate_limit_event", rate_limit_info: { status: "allowed_warning", resetsAt: 1 } },
      { type: "rate-limit", limit: undefined },
    ],
    ["an event that is not known", { type: "something_new" }, { type: "other" }],
  ])("reads %s", (_what, event, parsed) => {
    expect(parseAgentEvent(JSON.stringify(event))).toEqual(parsed);
  });

  it("reads the result, whatever the order of its keys", () => {
    const line = JSON.stringify({
      structured_output: { status: "done" },
      is_error: false,
      permission_denials: [{ tool_name: "Bash" }, { tool_name: 3 }, null],
      total_cost_usd: 0.5,
      num_turns: 4,
      result: "Done.",
      stop_reason: "end_turn",
      api_error_status: null,
      terminal_reason: "completed",
      subtype: "success",
      type: "result",
    });

    expect(parseAgentEvent(line)).toEqual({
      type: "result",
      result: {
        subtype: "success",
        isError: false,
        terminalReason: "completed",
        apiErrorStatus: undefined,
        modelStopReason: "end_turn",
        text: "Done.",
        turns: 4,
        costUsd: 0.5,
        deniedTools: ["Bash", "unknown"],
        structuredOutput: { status: "done" },
      },
    });
  });

  it("treats every field of the result as one that may be absent", () => {
    expect(parseAgentEvent('{"type":"result"}')).toMatchObject({
      type: "result",
      result: { isError: false, subtype: undefined, deniedTools: [] },
    });
  });

  it("lets no name of a tool write a command of the workflow into the log", () => {
    const event = {
      type: "assistant",
      message: { content: [{ type: "tool_use", name: "x\n::set-env name=A::b" }] },
    };

    expect(parseAgentEvent(JSON.stringify(event))).toEqual({ type: "tool", name: "unknown" });
  });

  it.each([
    "",
    "text",
    "{",
    "[]",
    "null",
    "{}",
    '{"type":1}',
    '{"type":"assistant","message":null}',
  ])("takes %j for some other line", (line) => {
    expect(parseAgentEvent(line)).toEqual({ type: "other" });
  });

  it("never throws on garbage", () => {
    const types = fc.constantFrom("system", "assistant", "result", "user", "constructor");
    const objects = fc
      .tuple(
        types,
        fc.dictionary(
          fc.constantFrom("subtype", "message", "error", "permission_denials", "is_error"),
          fc.jsonValue(),
        ),
      )
      .map(([type, fields]) => JSON.stringify({ type, ...fields }));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json(), objects), (line) => {
        expect(() => parseAgentEvent(line)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});
