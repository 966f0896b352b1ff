import * as v from "valibot";

import type { JournalEvent, JournalFact } from "../journal/events.ts";
import type { Claim } from "../journal/records.ts";
import { eventLineSchema, JOURNAL_VERSION } from "../journal/schema.ts";

/**
 * Writes an event as the message of its commit: a subject for people, an empty line, and one line
 * of JSON that `parseEvent` must read for as long as such journals exist.
 */
export function formatEvent(event: JournalEvent): string {
  const line = JSON.stringify({ v: JOURNAL_VERSION, ...event });
  return `${formatSubject(event.fact)}\n\n${line}\n`;
}

/** Reads a commit message of the journal; returns the event, or a sentence that says what is wrong. */
export function parseEvent(message: string): JournalEvent | { readonly error: string } {
  const line = message.trimEnd().split("\n").at(-1) ?? "";
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { error: "the last line of the message is not JSON" };
  }
  const parsed = v.safeParse(eventLineSchema, json);
  if (!parsed.success) {
    return { error: v.summarize(parsed.issues) };
  }
  const { seq, stamp, fact } = parsed.output;
  return { seq, stamp, fact };
}

function formatSubject(fact: JournalFact): string {
  switch (fact.type) {
    case "approved":
      return `approved: ${list(fact.approvals, ({ issue, by }) => `#${issue} by ${by}`)}`;
    case "withdrawn":
      return `withdrawn: ${list(fact.withdrawals, ({ issue }) => `#${issue}`)}`;
    case "dispatched":
      return `dispatched: ${list(fact.claims, formatClaim)}`;
    case "result":
      return `${fact.result.outcome}: #${fact.issue}${fact.result.score === undefined ? "" : `, score ${fact.result.score}`}`;
    case "stop-requested":
      return `stop requested: ${list(fact.stops, ({ issue, reason, by }) => `#${issue} (${reason}${formatBy(by)})`)}`;
    case "noticed":
      return `noticed: ${list(fact.notices, ({ issue, key }) => `#${issue} (${key})`)}`;
    case "finalize-again":
      return `finalize again: #${fact.issue}`;
    case "archived":
      return `archived: ${fact.issues.length} issues; history from ${fact.historyFrom}`;
    case "slot-online":
      return `slots online: ${fact.claims.length}`;
    case "target-set":
      return fact.count === undefined
        ? `no target any more, by ${fact.by}`
        : `target: ${fact.count} by ${fact.by}`;
    case "ended":
      return list(fact.deliveries, ({ issue, ended, by }) => `${ended}: #${issue}${formatBy(by)}`);
    case "retry-requested":
      return `retry requested: #${fact.issue} by ${fact.by}`;
    case "approve-requested":
      return `approve requested: #${fact.issue} by ${fact.by}`;
    case "approved-anyway":
      return `approved anyway: #${fact.issue} by ${fact.by}${fact.score === undefined ? "" : `, score ${fact.score}`}`;
    case "manual-fix-requested":
      return `manual fix requested: #${fact.issue} at ${fact.headSha.slice(0, 12)} by ${fact.by}`;
    case "paused":
      return `paused: ${fact.pause.reason}`;
    case "resumed":
      return `resumed${formatBy(fact.by)}`;
  }
}

function formatBy(login: string | undefined): string {
  return login === undefined ? "" : ` by ${login}`;
}

function formatClaim({ issue, slot, attempt, manualFix }: Claim): string {
  const what =
    manualFix === undefined
      ? `attempt ${attempt}`
      : `checks of ${manualFix.headSha.slice(0, 12)} only`;
  return `#${issue} on ${slot}, ${what}`;
}

/** At most five things by name, so that a subject stays one readable line. */
function list<T>(things: readonly T[], format: (thing: T) => string): string {
  const named = things.slice(0, 5).map(format).join("; ");
  return things.length > 5 ? `${named}; and ${things.length - 5} more` : named;
}
