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
});

const ERROR_STEP = v.strictObject({
  error: v.strictObject({
    status: v.pipe(v.number(), v.integer(), v.minValue(400), v.maxValue(599)),
    message: v.optional(v.string()),
    retryAfterSeconds: v.optional(v.number()),
    /** How often a session meets it; for ever when absent. */
    times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  }),
});

const SCRIPT = v.strictObject({ steps: v.array(v.union([ERROR_STEP, ANSWER_STEP])) });

/** One turn of the model: a sentence, tool calls, or both. A turn without calls ends the session. */
export interface AnswerStep {
  readonly say: string | undefined;
  readonly calls: readonly ToolCall[];
}

export interface ToolCall {
  readonly tool: string;
  readonly input: Readonly<Record<string, string | number | boolean>>;
}

export interface ScriptedError {
  readonly status: number;
  readonly message: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** How often a session meets it; `undefined` = always. */
  readonly times: number | undefined;
}

/** An answer together with the errors that the session meets before it. */
export interface Turn {
  readonly errors: readonly ScriptedError[];
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
  let errors: ScriptedError[] = [];
  for (const step of parsed.output.steps) {
    if ("error" in step) {
      const { status, message, retryAfterSeconds, times } = step.error;
      errors.push({ status, message, retryAfterSeconds, times });
    } else {
      turns.push({ errors, answer: readAnswer(step, folder) });
      errors = [];
    }
  }
  return [...turns, { errors, answer: undefined }];
}

function readAnswer(step: v.InferOutput<typeof ANSWER_STEP>, folder: string): AnswerStep {
  const calls = (step.calls ?? []).map((call) => ({
    tool: call.tool,
    input: Object.fromEntries(
      Object.entries(call.input).map(([name, value]) => [name, readValue(value, folder)]),
    ),
  }));
  return { say: step.say, calls };
}

function readValue(
  value: v.InferOutput<typeof INPUT_VALUE>,
  folder: string,
): string | number | boolean {
  return typeof value === "object" ? readFileSync(join(folder, value.from), "utf8") : value;
}
