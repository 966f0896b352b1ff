import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { LineSplitter, parseAgentEvent } from "../../../src/adapters/claude/event-stream.ts";

function split(bytes: Uint8Array, cuts: readonly number[]): readonly string[] {
  const splitter = new LineSplitter();
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted(
    (a, b) => a - b,
  );
  const lines: string[] = [];
  let start = 0;
  for (const end of ends) {
    lines.push(...splitter.push(bytes.subarray(start, end)));
    start = end;
  }
  return [...lines, ...splitter.end()];
}

describe("LineSplitter", () => {
  it("gives the same lines in whatever portions the bytes arrive", () => {
    const texts = fc
      .array(fc.constantFrom("a", "\n", "\r\n", "é", "日本", "🚀", "{}", "\ufeff"), {
        maxLength: 30,
      })
      .map((parts) => new TextEncoder().encode(parts.join("")));
    const bytes = fc.oneof(texts, fc.uint8Array({ maxLength: 60 }));
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(), { maxLength: 20 }), (content, cuts) => {
        expect(split(content, cuts)).toEqual(split(content, []));
      }),
      { numRuns: 500 },
    );
  });

  it("gives back the lines that were written, the last one without line feed too", () => {
    const lines = fc.array(
      fc.string({ unit: "grapheme" }).filter((line) => !/[\n\ufeff]/.test(line)),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(lines, (written) => {
        const bytes = new TextEncoder().encode(written.join("\n"));

        expect(split(bytes, []).join("\n")).toBe(written.join("\n").replace(/\n$/, ""));
      }),
    );
  });

  it("holds on to no more than a line may be long", () => {
    const splitter = new LineSplitter();
    const chunk = new Uint8Array(4 * 1024 * 1024).fill(0x61);

    for (let index = 0; index < 6; index += 1) {
      splitter.push(chunk);
    }

    expect(splitter.end()[0]).toHaveLength(16 * 1024 * 1024);
  });
});

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
    ["an event that is not known", { type: "rate_limit_event" }, { type: "other" }],
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
