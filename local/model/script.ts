import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import * as v from "valibot";

/** A text given in place, or the contents of a file beside the script: `{"from": "parse.js"}`. */
const INPUT_VALUE = v.union([
  v.strictObject({ from: v.pipe(v.string(), v.regex(/^[\w.-]+$/, "a file name")) }),
  v.string(),
  v.number(),
  v.boolean(),
]);

const ANSWER_STEP = v.strictObject({
  say: v.optional(v.string()),
  calls: v.optional(
    v.array(v.strictObject({ tool: v.string(), input: v.record(v.string(), INPUT_VALUE) })),
  ),
  stopReason: v.optional(v.picklist(["refusal", "max_tokens", "model_context_window_exceeded"])),
  outputTokens: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});

/** How often a session meets it; for ever when absent. */
const TIMES = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)));

const FAULT_STEPS = [
  v.strictObject({
    error: v.strictObject({
      status: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)),
      message: v.optional(v.string()),
      retryAfterSeconds: v.optional(v.number()),
      headers: v.optional(v.record(v.string(), v.string())),
      times: TIMES,
    }),
  }),
  v.strictObject({ cut: v.strictObject({ times: TIMES }) }),
  v.strictObject({ silence: v.strictObject({ times: TIMES }) }),
] as const;

const SCRIPT = v.strictObject({ steps: v.array(v.union([...FAULT_STEPS, ANSWER_STEP])) });

/** One turn of the model: a sentence, tool calls, or both. A turn without calls ends the session. */
export interface AnswerStep {
  readonly say: string | undefined;
  readonly calls: readonly ToolCall[];
  /** Why the model stopped, where it is not the usual reason. */
  readonly stopReason: "refusal" | "max_tokens" | "model_context_window_exceeded" | undefined;
  /** What the turn is said to have cost; `undefined` = estimated from its length. */
  readonly outputTokens: number | undefined;
}

export interface ToolCall {
  readonly tool: string;
  readonly input: Readonly<Record<string, string | number | boolean>>;
}

/** What a session meets instead of an answer. */
export type ScriptedFault = (
  | ScriptedError
  /** The connection ends in the middle of the streamed answer. */
  | { readonly type: "cut" }
  /** The request is never answered. */
  | { readonly type: "silence" }
) & {
  /** How often a session meets it; `undefined` = always. */
  readonly times: number | undefined;
};

export interface ScriptedError {
  readonly type: "error";
  readonly status: number;
  readonly message: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** Further headers of the answer, for example the limits of an account. */
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** An answer together with the faults that the session meets before it. */
export interface Turn {
  readonly faults: readonly ScriptedFault[];
  /** `undefined` at the end of the script. */
  readonly answer: AnswerStep | undefined;
}

/**
 * Returns the turns scripted for an issue, or `undefined` when there are none. `script.2.json` is
 * for attempt 2 alone; `script.json` is for every attempt that has no file of its own.
 */
export function readScript(
  directory: string,
  issue: number,
  attempt: number,
): readonly Turn[] | undefined {
  const folder = join(directory, String(issue));
  const file = [`script.${attempt}.json`, "script.json"]
    .map((name) => join(folder, name))
    .find((path) => existsSync(path));
  return file === undefined ? undefined : parseScript(readFileSync(file, "utf8"), folder, file);
}

function parseScript(text: string, folder: string, file: string): readonly Turn[] {
  const parsed = v.safeParse(SCRIPT, JSON.parse(text));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Error(`${file}: ${v.getDotPath(issue) ?? "script"}: ${issue.message}`);
  }
  const turns: Turn[] = [];
  let faults: ScriptedFault[] = [];
  for (const step of parsed.output.steps) {
    if ("error" in step || "cut" in step || "silence" in step) {
      faults.push(readFault(step));
    } else {
      turns.push({ faults, answer: readAnswer(step, folder) });
      faults = [];
    }
  }
  return [...turns, { faults, answer: undefined }];
}

function readFault(step: v.InferOutput<(typeof FAULT_STEPS)[number]>): ScriptedFault {
  if ("cut" in step) {
    return { type: "cut", times: step.cut.times };
  }
  if ("silence" in step) {
    return { type: "silence", times: step.silence.times };
  }
  const { status, message, retryAfterSeconds, headers, times } = step.error;
  return { type: "error", status, message, retryAfterSeconds, headers, times };
}

function readAnswer(step: v.InferOutput<typeof ANSWER_STEP>, folder: string): AnswerStep {
  const calls = (step.calls ?? []).map((call) => ({
    tool: call.tool,
    input: Object.fromEntries(
      Object.entries(call.input).map(([name, value]) => [name, readValue(value, folder)]),
    ),
  }));
  return { say: step.say, calls, stopReason: step.stopReason, outputTokens: step.outputTokens };
}

function readValue(
  value: v.InferOutput<typeof INPUT_VALUE>,
  folder: string,
): string | number | boolean {
  return typeof value === "object" ? readFileSync(join(folder, value.from), "utf8") : value;
}
