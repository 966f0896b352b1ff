import * as v from "valibot";

const BLOCK = v.looseObject({ type: v.string(), text: v.optional(v.string()) });
const CONTENT = v.union([v.string(), v.array(BLOCK)]);
const REQUEST = v.looseObject({
  model: v.string(),
  stream: v.optional(v.boolean(), false),
  messages: v.array(v.looseObject({ role: v.string(), content: CONTENT })),
  system: v.optional(CONTENT, ""),
});

/** What a request of the CLI says about the session it belongs to. */
export interface Conversation {
  readonly model: string;
  readonly stream: boolean;
  readonly workItem: WorkItem | undefined;
  /** Answers given since the prompt that names the work item. */
  readonly answersGiven: number;
  /** Where the session works; `undefined` when the request does not say. */
  readonly workingDirectory: string | undefined;
  readonly messageCount: number;
}

export interface WorkItem {
  readonly issue: number;
  readonly attempt: number;
}

const WORK_ITEM = /^Work item: issue #(\d+), attempt (\d+)\.?\s*$/m;
const WORKING_DIRECTORY = /Primary working directory: ([^\r\n]+)/;

/**
 * Reads the body of a Messages API request. Nothing is remembered between requests, because the
 * CLI repeats them: the step follows from the conversation that each request holds. Only texts of
 * the user name the work item; a tool result may quote the line from a file.
 */
export function parseConversation(body: unknown): Conversation {
  const request = v.parse(REQUEST, body);
  const { messages } = request;
  const texts = messages.map(({ content }) => textOf(content));
  const start = texts.findLastIndex(
    (text, index) => messages[index]?.role === "user" && WORK_ITEM.test(text),
  );
  const [, directory] = WORKING_DIRECTORY.exec([textOf(request.system), ...texts].join("\n")) ?? [];
  return {
    model: request.model,
    stream: request.stream,
    workItem: parseWorkItem(texts[start] ?? ""),
    answersGiven: messages.slice(start + 1).filter(({ role }) => role === "assistant").length,
    workingDirectory: directory?.trim(),
    messageCount: messages.length,
  };
}

function parseWorkItem(text: string): WorkItem | undefined {
  const match = WORK_ITEM.exec(text);
  return match === null ? undefined : { issue: Number(match[1]), attempt: Number(match[2]) };
}

function textOf(content: v.InferOutput<typeof CONTENT>): string {
  if (typeof content === "string") {
    return content;
  }
  return content.map((block) => (block.type === "text" ? (block.text ?? "") : "")).join("\n");
}
