import { createHash } from "node:crypto";

import type { Actor, ObservedIssue } from "../../src/core/observation.ts";

/** May write in the pure world. */
export const WRITER: Actor = { login: "maintainer", id: 1, type: "user" };
/** May only read there. */
export const READER: Actor = { login: "author", id: 2, type: "user" };

export const TRIGGER = "trigger:agent-execute";

/** A plain open issue with the trigger label, set by a writer, and what the test cares about. */
export function anIssue(given: Partial<ObservedIssue> = {}): ObservedIssue {
  const number = given.number ?? 1;
  const title = given.title ?? `Issue ${number}`;
  const body = given.body ?? "Please do it.";
  return {
    number,
    title,
    body,
    textHash: textHash(title, body),
    state: "open",
    closedAs: undefined,
    closedAt: undefined,
    reopened: undefined,
    createdAt: "2026-11-19T09:00:00Z",
    author: READER,
    assignees: [],
    labels: [TRIGGER],
    milestone: undefined,
    blockedBy: [],
    openBlockerCount: 0,
    subIssues: [],
    subIssueCount: 0,
    parent: undefined,
    trigger: { by: WRITER, at: "2026-11-19T10:00:00Z" },
    textEdits: [],
    textEditsComplete: true,
    statusComment: undefined,
    ...given,
  };
}

export function textHash(title: string, body: string): string {
  return createHash("sha256").update(`${title}\n${body}`).digest("hex");
}

/** A well-formed commit id that is a function of `text`. */
export function sha(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}
