import * as v from "valibot";

import { byTime } from "../journal/fold.ts";
import type { HistoryEntry, IssueRecord, JournalState } from "../journal/records.ts";
import {
  fleetSchema,
  historyEntrySchema,
  issueRecordSchema,
  JOURNAL_VERSION,
} from "../journal/schema.ts";

const FLEET = "fleet.json";

/** `issues/43/443.json`: two digits of shard keep each directory small. */
export function issuePath(issue: number): string {
  return `issues/${String(issue % 100).padStart(2, "0")}/${issue}.json`;
}

/** `history/2026-11.jsonl`: one file a month, so that old months can leave the tree. */
export function historyPath(at: string): string {
  return `history/${at.slice(0, 7)}.jsonl`;
}

/**
 * Returns the files of the tree that differ after `after`, by path: all a commit has to write. A
 * file without a text leaves the tree.
 */
export function formatTreeChanges(
  before: JournalState,
  after: JournalState,
): ReadonlyMap<string, string | undefined> {
  const files = new Map<string, string | undefined>();
  files.set(FLEET, formatJson({ v: JOURNAL_VERSION, seq: after.seq, fleet: after.fleet }));
  for (const [issue, record] of after.issues) {
    if (before.issues.get(issue) !== record) {
      files.set(issuePath(issue), formatJson({ v: JOURNAL_VERSION, ...record }));
    }
  }
  for (const issue of before.issues.keys()) {
    if (!after.issues.has(issue)) {
      files.set(issuePath(issue), undefined);
    }
  }
  for (const month of listChangedMonths(before.history, after.history)) {
    const entries = after.history.filter(({ at }) => historyPath(at) === month);
    const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
    files.set(month, entries.length === 0 ? undefined : text);
  }
  return files;
}

/** Files of the months that have another line after than before, or one less. */
function listChangedMonths(
  before: readonly HistoryEntry[],
  after: readonly HistoryEntry[],
): ReadonlySet<string> {
  if (before === after) {
    return new Set();
  }
  const known = new Set(before);
  const left = new Set(after);
  const changed = [
    ...after.filter((entry) => !known.has(entry)),
    ...before.filter((entry) => !left.has(entry)),
  ];
  return new Set(changed.map(({ at }) => historyPath(at)));
}

/**
 * Reads the tree of the journal's tip. A record that cannot be read holds its own issue and nobody
 * else [N04]; a fleet record that cannot be read makes the whole journal unreadable, because its
 * pause and its `seq` guard everything.
 */
export function parseTree(
  files: ReadonlyMap<string, string>,
): JournalState | { readonly error: string } {
  const fleetText = files.get(FLEET);
  if (fleetText === undefined) {
    return { error: `the journal has no ${FLEET}` };
  }
  const fleet = parseWith(fleetSchema, fleetText);
  if ("error" in fleet) {
    return { error: `${FLEET}: ${fleet.error}` };
  }
  const issues = new Map<number, IssueRecord>();
  const unreadable = new Map<number, string>();
  const history: HistoryEntry[] = [];
  for (const [path, text] of files) {
    const issue = issueOfPath(path);
    if (issue !== undefined) {
      const record = parseRecord(text, issue);
      if ("error" in record) {
        unreadable.set(issue, `${path}: ${record.error}`);
      } else {
        issues.set(issue, record.value);
      }
    } else if (path.startsWith("history/")) {
      history.push(...parseHistory(text));
    }
  }
  history.sort(byTime);
  return { seq: fleet.value.seq, fleet: fleet.value.fleet, issues, history, unreadable };
}

function issueOfPath(path: string): number | undefined {
  const digits = /^issues\/\d\d\/([1-9]\d{0,9})\.json$/.exec(path)?.[1];
  // Only the one place where we write it: a second file must not pass for the same issue.
  return digits !== undefined && issuePath(Number(digits)) === path ? Number(digits) : undefined;
}

type Parsed<T> = { readonly value: T } | { readonly error: string };

const versionedRecord = v.looseObject({ v: v.literal(JOURNAL_VERSION) });

function parseRecord(text: string, issue: number): Parsed<IssueRecord> {
  const versioned = parseWith(versionedRecord, text);
  if ("error" in versioned) {
    return versioned;
  }
  const { v: _version, ...rest } = versioned.value;
  const record = v.safeParse(issueRecordSchema, rest);
  if (!record.success) {
    return { error: v.summarize(record.issues) };
  }
  return record.output.issue === issue
    ? { value: record.output }
    : { error: `it is the record of #${record.output.issue}` };
}

/** History feeds figures only, so a line that cannot be read is left out. */
function parseHistory(text: string): readonly HistoryEntry[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const entry = parseWith(historyEntrySchema, line);
      return "error" in entry ? [] : [entry.value];
    });
}

function parseWith<T>(schema: v.GenericSchema<unknown, T>, text: string): Parsed<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { error: "it is not JSON" };
  }
  const parsed = v.safeParse(schema, json);
  return parsed.success ? { value: parsed.output } : { error: v.summarize(parsed.issues) };
}

function formatJson(value: object): string {
  return `${JSON.stringify(value, undefined, 1)}\n`;
}
