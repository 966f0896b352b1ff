import * as v from "valibot";

import { byTime } from "../journal/fold.ts";
import type { FleetRecord, HistoryEntry, IssueRecord, JournalState } from "../journal/records.ts";
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
    const entries = after.history.filter(({ at }) => at.startsWith(month));
    const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
    files.set(historyPath(month), entries.length === 0 ? undefined : text);
  }
  return files;
}

/**
 * The months (`2026-11`) that have another line than before, or one less. Most entries are older
 * than all that changed.
 */
function listChangedMonths(
  before: readonly HistoryEntry[],
  after: readonly HistoryEntry[],
): ReadonlySet<string> {
  const first = before.findIndex((entry, index) => entry !== after[index]);
  const changed = first < 0 ? before.length : first;
  const [gone, come] = [before.slice(changed), after.slice(changed)];
  const [known, left] = [new Set(gone), new Set(come)];
  const entries = [
    ...come.filter((entry) => !known.has(entry)),
    ...gone.filter((entry) => !left.has(entry)),
  ];
  return new Set(entries.map(({ at }) => at.slice(0, 7)));
}

/** What one file of the tree says. */
export type TreeFile =
  | { readonly type: "fleet"; readonly seq: number; readonly fleet: FleetRecord }
  | { readonly type: "record"; readonly record: IssueRecord }
  | { readonly type: "history"; readonly entries: readonly HistoryEntry[] }
  /** `issue` is `undefined` for the fleet's own file. */
  | { readonly type: "unreadable"; readonly issue: number | undefined; readonly reason: string }
  /** None of ours. */
  | { readonly type: "foreign" };

/** Reads one file of the tree. It says the same as long as its text is the same. */
export function parseTreeFile(path: string, text: string): TreeFile {
  if (path === FLEET) {
    const fleet = parseWith(fleetSchema, text);
    return "error" in fleet
      ? { type: "unreadable", issue: undefined, reason: `${FLEET}: ${fleet.error}` }
      : { type: "fleet", seq: fleet.value.seq, fleet: fleet.value.fleet };
  }
  if (path.startsWith("history/")) {
    return { type: "history", entries: parseHistory(text) };
  }
  const issue = issueOfPath(path);
  if (issue === undefined) {
    return { type: "foreign" };
  }
  const record = parseRecord(text, issue);
  return "error" in record
    ? { type: "unreadable", issue, reason: `${path}: ${record.error}` }
    : { type: "record", record: record.value };
}

/**
 * Makes the state of all files of a tree. A record that cannot be read holds its own issue and
 * nobody else [N04]; a fleet record that cannot be read makes the whole journal unreadable, because
 * its pause and its `seq` guard everything.
 */
export function joinTree(files: Iterable<TreeFile>): JournalState | { readonly error: string } {
  let rest: Pick<JournalState, "seq" | "fleet"> | undefined;
  const issues = new Map<number, IssueRecord>();
  const unreadable = new Map<number, string>();
  const history: HistoryEntry[] = [];
  for (const file of files) {
    switch (file.type) {
      case "fleet":
        rest = { seq: file.seq, fleet: file.fleet };
        break;
      case "record":
        issues.set(file.record.issue, file.record);
        break;
      case "history":
        for (const entry of file.entries) {
          history.push(entry);
        }
        break;
      case "unreadable":
        if (file.issue === undefined) {
          return { error: file.reason };
        }
        unreadable.set(file.issue, file.reason);
        break;
      case "foreign":
    }
  }
  history.sort(byTime);
  return rest === undefined
    ? { error: `the journal has no ${FLEET}` }
    : { ...rest, issues, history, unreadable };
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
