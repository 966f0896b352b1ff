import type { AgentResult, RateLimit } from "../../core/session/agent-run.ts";

/** What supervision needs of one line of the CLI's stream; everything else is only logged. */
export type AgentEvent =
  | { readonly type: "init"; readonly version: string | undefined }
  | {
      readonly type: "model-error";
      readonly error: string;
      readonly status: number | undefined;
      /** Whether the CLI repeats the call by itself. */
      readonly isRetried: boolean;
    }
  | { readonly type: "rate-limit"; readonly limit: RateLimit | undefined }
  | { readonly type: "tool"; readonly name: string }
  | { readonly type: "result"; readonly result: AgentResult }
  | { readonly type: "other" };

/** Reads one line of stream-json; a line that is none is `other`, never an error. */
export function parseAgentEvent(line: string): AgentEvent {
  const event = parseObject(line);
  switch (event?.["type"]) {
    case "system":
      return parseSystemEvent(event);
    case "assistant":
      return parseAssistantEvent(event);
    case "rate_limit_event":
      return { type: "rate-limit", limit: parseRateLimit(event["rate_limit_info"]) };
    case "result":
      return { type: "result", result: parseResult(event) };
    case undefined:
    default:
      return { type: "other" };
  }
}

function parseSystemEvent(event: JsonObject): AgentEvent {
  if (event["subtype"] === "init") {
    return { type: "init", version: word(event["claude_code_version"]) };
  }
  if (event["subtype"] === "api_retry") {
    return {
      type: "model-error",
      error: word(event["error"]) ?? "unknown",
      status: number(event["error_status"]),
      isRetried: true,
    };
  }
  return { type: "other" };
}

/** A limit that refuses calls; `undefined` while they are let through. */
function parseRateLimit(said: unknown): RateLimit | undefined {
  if (!isObject(said) || said["status"] !== "rejected") {
    return undefined;
  }
  const resetsAtSeconds = number(said["resetsAt"]);
  const isAccount = resetsAtSeconds !== undefined || text(said["rateLimitType"]) !== undefined;
  return { of: isAccount ? "account" : "service", resetsAtSeconds };
}

function parseAssistantEvent(event: JsonObject): AgentEvent {
  if (text(event["error"]) !== undefined) {
    const error = word(event["error"]) ?? "unknown";
    return { type: "model-error", error, status: undefined, isRetried: false };
  }
  const message = isObject(event["message"]) ? event["message"] : {};
  const blocks = Array.isArray(message["content"]) ? message["content"] : [];
  const tool = blocks.filter(isObject).find((block) => block["type"] === "tool_use");
  return tool === undefined
    ? { type: "other" }
    : { type: "tool", name: word(tool["name"]) ?? "unknown" };
}

/** A name from outside: what is none must not reach the log of the job. */
function word(value: unknown): string | undefined {
  return typeof value === "string" && /^[\w:.-]{1,100}$/.test(value) ? value : undefined;
}

/** As many as people read. */
const MAX_DENIALS = 100;

function parseResult(event: JsonObject): AgentResult {
  const denials = Array.isArray(event["permission_denials"]) ? event["permission_denials"] : [];
  return {
    subtype: text(event["subtype"]),
    isError: event["is_error"] === true,
    terminalReason: text(event["terminal_reason"]),
    apiErrorStatus: number(event["api_error_status"]),
    modelStopReason: text(event["stop_reason"]),
    text: text(event["result"]),
    turns: number(event["num_turns"]),
    costUsd: number(event["total_cost_usd"]),
    deniedTools: denials
      .slice(0, MAX_DENIALS)
      .filter(isObject)
      .map((denial) => word(denial["tool_name"]) ?? "unknown"),
    structuredOutput: event["structured_output"],
  };
}

type JsonObject = Readonly<Record<string, unknown>>;

function parseObject(line: string): JsonObject | undefined {
  if (!line.trimStart().startsWith("{")) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
