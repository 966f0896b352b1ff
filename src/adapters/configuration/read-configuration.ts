import * as v from "valibot";
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from "yaml";

import type { Configuration } from "../../core/configuration.ts";
import { ConfigurationError } from "../../core/failure.ts";
import { nearestName } from "../../core/text/nearest-name.ts";
import { withDefaults } from "./defaults.ts";
import { configurationSchema } from "./schema.ts";

/**
 * Reads the configuration file. `undefined` = there is none, so every default holds. Throws
 * `ConfigurationError` naming file, line, the value given and what is allowed.
 */
export function readConfiguration(text: string | undefined, file: string): Configuration {
  const lines = new LineCounter();
  const document = parseDocument(text ?? "", { lineCounter: lines, merge: false });
  const [syntaxError] = document.errors;
  if (syntaxError !== undefined) {
    const { line } = lines.linePos(syntaxError.pos[0]);
    throw new ConfigurationError(
      `${file}:${line}: this is not valid YAML: ${syntaxError.message.split("\n")[0] ?? ""}`,
    );
  }
  const given = toValue(document, file) ?? {};
  if (!isRecord(given) || Array.isArray(given)) {
    throw new ConfigurationError(
      `${file}:1: this must be a mapping of settings such as 'max-parallel: 5', but is a ${Array.isArray(given) ? "list" : typeof given}.`,
    );
  }
  const parsed = v.safeParse(configurationSchema, given);
  if (!parsed.success) {
    throw new ConfigurationError(
      parsed.issues.map((issue) => describeIssue(issue, document, lines, file)).join("\n"),
    );
  }
  const configuration = withDefaults(parsed.output);
  checkMachines(configuration, file);
  return configuration;
}

function toValue(document: Document.Parsed, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // Aliases that repeat each other would fill the memory.
    throw new ConfigurationError(
      `${file}:1: this is not valid YAML: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

function checkMachines({ machines }: Configuration, file: string): void {
  const names = machines.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ConfigurationError(
      `${file}: two machines are called '${twice}'. Each machine needs a name of its own.`,
    );
  }
}

function describeIssue(
  issue: v.BaseIssue<unknown>,
  document: Document.Parsed,
  lines: LineCounter,
  file: string,
): string {
  const path = issue.path?.map(({ key }) => key) ?? [];
  const where = `${file}:${lineOf(path, document, lines)}`;
  const key = path.join(".");
  if (issue.type === "strict_object" && issue.expected === "never") {
    const allowed = allowedKeys(path.slice(0, -1));
    const unknown = String(path.at(-1));
    const nearest = nearestName(unknown, allowed);
    return `${where}: '${unknown}' is not a setting${path.length > 1 ? ` of '${path.slice(0, -1).join(".")}'` : ""}.${nearest === undefined ? "" : ` Did you mean '${nearest}'?`} Allowed: ${allowed.join(", ")}.`;
  }
  if (issue.type === "strict_object" && issue.received === "undefined") {
    return `${where}: '${path.slice(0, -1).join(".")}' needs the key '${String(path.at(-1))}'.`;
  }
  const allowed = issue.kind === "validation" ? issue.message : (issue.expected ?? issue.message);
  return `${where}: '${key}' must be ${allowed.replace(/^\(|\)$/g, "")}, but is ${formatGiven(issue)}.`;
}

/** The value as it was written; valibot names only the length of a text that is too long. */
function formatGiven({ input, received }: v.BaseIssue<unknown>): string {
  if (Array.isArray(input)) {
    return input.length === 0 ? "an empty list" : `a list of ${input.length}`;
  }
  return typeof input === "string" ? JSON.stringify(input.slice(0, 100)) : received;
}

/** Line of the key that `path` names, or of its nearest ancestor that exists. */
function lineOf(path: readonly unknown[], document: Document.Parsed, lines: LineCounter): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const last = path[depth - 1];
    const node = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && key.value === last)?.key
      : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) {
      return lines.linePos(node.range[0]).line;
    }
  }
  return 1;
}

function allowedKeys(path: readonly unknown[]): readonly string[] {
  let schema: unknown = configurationSchema;
  for (const key of path) {
    schema = entriesOf(schema)?.[String(key)] ?? itemOf(schema);
  }
  return Object.keys(entriesOf(schema) ?? {});
}

function entriesOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  const unwrapped = unwrap(schema);
  return hasKey(unwrapped, "entries") && isRecord(unwrapped.entries)
    ? unwrapped.entries
    : undefined;
}

function itemOf(schema: unknown): unknown {
  const unwrapped = unwrap(schema);
  return hasKey(unwrapped, "item") ? unwrapped.item : undefined;
}

function unwrap(schema: unknown): unknown {
  return hasKey(schema, "wrapped") ? unwrap(schema.wrapped) : schema;
}

function hasKey<const K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return isRecord(value) && key in value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
