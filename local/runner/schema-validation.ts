import { register } from "node:module";

import { InvalidFileError } from "./unsupported.ts";

/**
 * GitHub's own parser imports JSON without an import attribute, which plain Node refuses; this
 * loader turns such files into modules.
 */
const JSON_LOADER = `
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
export async function load(url, context, next) {
  if (!url.startsWith("file:") || !url.endsWith(".json")) {
    return next(url, context);
  }
  const json = await readFile(fileURLToPath(url), "utf8");
  return { format: "module", shortCircuit: true, source: "export default " + json };
}`;

/** Newer than the parser: keys that GitHub accepts and the published schema does not know. */
const NEWER_THAN_THE_PARSER = [/Unexpected value 'cache-mode'/];

type Parser = typeof import("@actions/workflow-parser");

let loading: Promise<Parser> | undefined;
const validated = new Map<string, Promise<void>>();

/** Refuses a workflow file that GitHub's published schema refuses. */
export async function validateWorkflow(path: string, text: string): Promise<void> {
  const key = `${path}\n${text}`;
  const verdict = validated.get(key) ?? validate(path, text);
  validated.set(key, verdict);
  return verdict;
}

async function validate(path: string, text: string): Promise<void> {
  loading ??= loadParser();
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await loading;
  const { context, value } = parseWorkflow(
    { name: path, content: text },
    new NoOperationTraceWriter(),
  );
  if (value !== undefined) {
    await convertWorkflowTemplate(context, value);
  }
  const errors = context.errors
    .getErrors()
    .map((error) => error.message)
    .filter((message) => !NEWER_THAN_THE_PARSER.some((pattern) => pattern.test(message)));
  if (errors.length > 0) {
    throw new InvalidFileError(`${path} is not a valid workflow: ${errors.join(" ")}`);
  }
}

async function loadParser(): Promise<Parser> {
  register(`data:text/javascript,${encodeURIComponent(JSON_LOADER)}`);
  return import("@actions/workflow-parser");
}
