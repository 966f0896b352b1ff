import { isAbsolute, join } from "node:path";

import type { AnswerStep } from "./script.ts";

/** A message of the Messages API, as far as the CLI reads it. */
export interface Message {
  readonly id: string;
  readonly type: "message";
  readonly role: "assistant";
  readonly model: string;
  readonly content: readonly ContentBlock[];
  readonly stop_reason: "tool_use" | "end_turn" | NonNullable<AnswerStep["stopReason"]>;
  readonly stop_sequence: null;
  readonly usage: Usage;
}

export type ContentBlock =
  | { readonly type: "text"; readonly text: string }
  | {
      readonly type: "tool_use";
      readonly id: string;
      readonly name: string;
      readonly input: Readonly<Record<string, unknown>>;
    };

export interface Usage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly output_tokens: number;
}

export interface MessageContext {
  /** Unique within the conversation. */
  readonly id: string;
  readonly model: string;
  readonly workingDirectory: string | undefined;
  readonly requestBytes: number;
}

const PATH_INPUTS = new Set(["file_path", "path"]);
/** About what a token of English or code takes. */
const BYTES_PER_TOKEN = 4;
/** Of a request, what a conversation adds since the one before; the rest comes from the cache. */
const FRESH_SHARE = 0.1;

/** Returns the message that gives a scripted answer. Paths become absolute, as the tools want them. */
export function formatMessage(answer: AnswerStep, context: MessageContext): Message {
  const content: ContentBlock[] =
    answer.say === undefined ? [] : [{ type: "text", text: answer.say }];
  answer.calls.forEach(({ tool, input }, index) => {
    const absolute = Object.entries(input).map(([name, value]) => [
      name,
      PATH_INPUTS.has(name) && typeof value === "string" ? locate(value, context) : value,
    ]);
    const id = `toolu_${context.id}_${index}`;
    content.push({ type: "tool_use", id, name: tool, input: Object.fromEntries(absolute) });
  });
  const estimated = estimateUsage(content, context.requestBytes);
  return {
    id: `msg_${context.id}`,
    type: "message",
    role: "assistant",
    model: context.model,
    content,
    stop_reason: answer.stopReason ?? (answer.calls.length > 0 ? "tool_use" : "end_turn"),
    stop_sequence: null,
    usage: { ...estimated, output_tokens: answer.outputTokens ?? estimated.output_tokens },
  };
}

function locate(path: string, { workingDirectory }: MessageContext): string {
  return isAbsolute(path) || workingDirectory === undefined ? path : join(workingDirectory, path);
}

function estimateUsage(content: readonly ContentBlock[], requestBytes: number): Usage {
  const inputTokens = Math.ceil(requestBytes / BYTES_PER_TOKEN);
  const fresh = Math.ceil(inputTokens * FRESH_SHARE);
  return {
    input_tokens: fresh,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: inputTokens - fresh,
    output_tokens: Math.ceil(JSON.stringify(content).length / BYTES_PER_TOKEN),
  };
}

/** Returns the message as the server-sent events of a streamed answer. */
export function formatStream(message: Message): string {
  const { content, stop_reason, stop_sequence, usage } = message;
  const events: StreamEvent[] = [
    {
      type: "message_start",
      message: {
        ...message,
        content: [],
        stop_reason: null,
        usage: { ...usage, output_tokens: 1 },
      },
    },
    ...content.flatMap(streamBlock),
    {
      type: "message_delta",
      delta: { stop_reason, stop_sequence },
      usage: { output_tokens: usage.output_tokens },
    },
    { type: "message_stop" },
  ];
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
}

interface StreamEvent {
  readonly type: string;
  readonly [key: string]: unknown;
}

function streamBlock(block: ContentBlock, index: number): readonly StreamEvent[] {
  const [empty, delta] =
    block.type === "text"
      ? [
          { ...block, text: "" },
          { type: "text_delta", text: block.text },
        ]
      : [
          { ...block, input: {} },
          { type: "input_json_delta", partial_json: JSON.stringify(block.input) },
        ];
  return [
    { type: "content_block_start", index, content_block: empty },
    { type: "content_block_delta", index, delta },
    { type: "content_block_stop", index },
  ];
}
