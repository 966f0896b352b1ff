import * as v from "valibot";

import { absent, time } from "../stored-shapes.ts";
import { MAX_BODY_CHARACTERS } from "../text/issue-body.ts";
import type { RememberedIssue, Snapshot } from "./snapshot.ts";

/** A shape that changes gets a new number, and with it a new key: an old snapshot is not found. */
export const SNAPSHOT_VERSION = 2;

/** Longer texts are neither saved nor read: twenty thousand issues with long bodies are shorter. */
export const MAX_SNAPSHOT_CHARACTERS = 64 * 1024 * 1024;

const MAX_ISSUES = 100_000;
/** GitHub allows 100 labels of 50 characters; what has more did not come from there. */
const MAX_LABELS = 5_000;
const MAX_REFERENCES = 200;

const number = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100}$/));
const short = v.pipe(v.string(), v.maxLength(300));
const state = v.picklist(["open", "closed"]);
const closedAs = absent(v.picklist(["completed", "not_planned", "duplicate"]));

const reference = v.strictObject({ repository: name, number, state, closedAs });
const references = v.pipe(v.array(reference), v.maxLength(MAX_REFERENCES));

const issue: v.GenericSchema<unknown, RememberedIssue> = v.strictObject({
  number,
  state,
  closedAs,
  createdAt: time,
  closedAt: absent(time),
  labels: v.pipe(v.array(short), v.maxLength(MAX_LABELS)),
  milestone: absent(number),
  blockedBy: references,
  openBlockerCount: count,
  subIssues: references,
  subIssueCount: count,
  parent: absent(reference),
  body: v.pipe(v.string(), v.maxLength(MAX_BODY_CHARACTERS)),
  updatedAt: time,
  readAt: time,
});

const snapshot = v.strictObject({
  v: v.literal(SNAPSHOT_VERSION),
  repository: name,
  triggerLabel: short,
  cursor: time,
  fullAt: time,
  journalSeq: count,
  hidden: v.pipe(v.number(), v.safeInteger()),
  issues: v.pipe(v.array(issue), v.maxLength(MAX_ISSUES)),
  unreadable: v.pipe(v.array(v.strictTuple([number, short])), v.maxLength(MAX_ISSUES)),
});

/** Formats a snapshot; `undefined` when it is too long to be kept. */
export function formatSnapshot(kept: Snapshot): string | undefined {
  const text = JSON.stringify({
    v: SNAPSHOT_VERSION,
    ...kept,
    issues: [...kept.issues.values()],
    unreadable: [...kept.unreadable],
  });
  return text.length > MAX_SNAPSHOT_CHARACTERS ? undefined : text;
}

/**
 * Reads what a cache returned, which anything may have written: `undefined` unless it has exactly
 * the shape of a snapshot, with every issue once.
 */
export function parseSnapshot(text: string): Snapshot | undefined {
  if (text.length > MAX_SNAPSHOT_CHARACTERS) {
    return undefined;
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(snapshot, json, { abortEarly: true });
  if (!parsed.success) {
    return undefined;
  }
  const { v: _version, ...kept } = parsed.output;
  const issues = new Map(kept.issues.map((one) => [one.number, one]));
  return issues.size === kept.issues.length
    ? { ...kept, issues, unreadable: new Map(kept.unreadable) }
    : undefined;
}
