import * as v from "valibot";

import { ConfigurationError } from "../../core/failure.ts";
import { parseInstant } from "../../core/text/instant.ts";
import type { MalformedEntry } from "../../core/text/plan-json.ts";
import { findJsonError } from "./find-json-error.ts";

/** A list of issues as a file holds it. */
export interface IssueFile {
  readonly issues: readonly FileIssue[];
  /** Entries that could not be read; the others are planned all the same. */
  readonly malformed: readonly MalformedEntry[];
}

export type FileIssue = v.InferOutput<typeof issueSchema>;

/** The highest number that labels and bodies can name. */
const MAX_ISSUE = 999_999_999;

const NUMBER = `a whole number from 1 to ${MAX_ISSUE}`;
const issueNumber = v.pipe(
  v.number(NUMBER),
  v.integer(NUMBER),
  v.minValue(1, NUMBER),
  v.maxValue(MAX_ISSUE, NUMBER),
);

const LABEL = `a label's name or {"name": "..."}`;
const label = v.union(
  [
    v.string(),
    v.pipe(
      v.object({ name: v.string() }),
      v.transform(({ name }) => name),
    ),
  ],
  LABEL,
);

const STATE = "OPEN or CLOSED";
const TIME = "a time in UTC such as 2026-11-20T09:00:00Z";

/** What `gh issue list --json` prints, and `blockedBy`. Everything but the number may be missing. */
const issueSchema = v.object({
  number: issueNumber,
  title: v.nullish(v.string("a text"), ""),
  body: v.nullish(v.string("a text"), ""),
  labels: v.nullish(v.array(label, "a list of labels"), []),
  milestone: v.nullish(v.object({ number: v.nullish(issueNumber) }, "a milestone or null")),
  state: v.nullish(
    v.pipe(v.string(STATE), v.toUpperCase(), v.picklist(["OPEN", "CLOSED"], STATE)),
    "OPEN",
  ),
  author: v.nullish(v.object({ login: v.string("a text") }, "an author or null")),
  createdAt: v.nullish(
    v.pipe(
      v.string(TIME),
      v.check((text) => parseInstant(text) !== undefined, TIME),
    ),
  ),
  blockedBy: v.nullish(v.array(issueNumber, "a list of issue numbers"), []),
});

/**
 * Reads a list of issues. Throws `ConfigurationError` naming file and line when it is no list at
 * all; a single entry that is wrong is named and left out.
 */
export function parseIssueFile(text: string, file: string): IssueFile {
  const list = parseList(text.replace(/^\uFEFF/u, ""), file);
  const issues: FileIssue[] = [];
  const malformed: MalformedEntry[] = [];
  const itemOf = new Map<number, number>();
  for (const [index, entry] of list.entries()) {
    const item = index + 1;
    const parsed = v.safeParse(issueSchema, entry, { abortEarly: true });
    const number = numberOf(entry);
    const first = number === undefined ? undefined : itemOf.get(number);
    if (number !== undefined && first === undefined) {
      itemOf.set(number, item);
    }
    if (first !== undefined) {
      const problem = `item ${item} is #${number} again, which item ${first} is already`;
      malformed.push({ item, number: undefined, problem });
    } else if (parsed.success) {
      issues.push(parsed.output);
    } else {
      malformed.push({ item, number, problem: describeProblem(parsed.issues[0], entry, item) });
    }
  }
  return { issues, malformed };
}

function parseList(text: string, file: string): readonly unknown[] {
  const wanted = "a list of issues, as gh issue list --json prints it";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(describeSyntax(text, file, wanted), { cause: error });
  }
  if (!Array.isArray(value)) {
    throw new ConfigurationError(
      `${file}:1: this must be ${wanted}, but is ${formatGiven(value)}.`,
    );
  }
  return value;
}

function describeSyntax(text: string, file: string, wanted: string): string {
  const error = findJsonError(text);
  if (text.trim() === "" || error === undefined) {
    return `${file}:1: this must be ${wanted}, but the file is empty.`;
  }
  const found = error.found === undefined ? "the file ends" : `found ${formatGiven(error.found)}`;
  return `${file}:${error.line}:${error.column}: this is not valid JSON: expected ${error.expected}, but ${found}.`;
}

function numberOf(entry: unknown): number | undefined {
  const parsed = v.safeParse(v.object({ number: issueNumber }), entry);
  return parsed.success ? parsed.output.number : undefined;
}

function describeProblem(issue: v.BaseIssue<unknown>, entry: unknown, item: number): string {
  const path = issue.path?.map(({ key }) => key) ?? [];
  if (path.length === 0 || Array.isArray(entry)) {
    return `item ${item} must be an issue such as {"number": 12, "title": "..."}, but is ${formatGiven(entry)}`;
  }
  const name = path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .slice(1);
  return issue.input === undefined
    ? `item ${item} has no '${name}'`
    : `'${name}' of item ${item} must be ${issue.message}, but is ${formatGiven(issue.input)}`;
}

const MAX_GIVEN_CHARACTERS = 60;

/** The value as it was written, on one line and short. */
function formatGiven(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  }
  if (typeof value === "object" && value !== null) {
    return "an object";
  }
  const text = typeof value === "string" ? value.slice(0, MAX_GIVEN_CHARACTERS) : value;
  return (JSON.stringify(text) ?? String(text)).replaceAll(/[\p{C}\u2028\u2029]/gu, " ");
}
