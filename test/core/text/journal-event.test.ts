import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { JournalEvent, JournalFact } from "../../../src/core/journal/events.ts";
import { formatEvent, parseEvent } from "../../../src/core/text/journal-event.ts";
import { claims, events, historyEntries, results } from "../../arbitraries/journal.ts";

const STAMP = { at: "2026-11-20T10:00:00.000Z", runId: 7, runAttempt: 1, nonce: "n1" };
const HASH = "a".repeat(64);

function eventOf(fact: JournalFact): JournalEvent {
  return { seq: 3, stamp: STAMP, fact };
}

describe("formatEvent and parseEvent", () => {
  it("read back every event that was written [D1]", () => {
    fc.assert(
      fc.property(events, (event) => {
        expect(parseEvent(formatEvent(event))).toEqual(event);
      }),
      { numRuns: 500 },
    );
  });

  it("write one subject line, an empty line and one line of JSON, whatever the texts hold", () => {
    fc.assert(
      fc.property(events, (event) => {
        const lines = formatEvent(event).split("\n");

        expect(lines).toHaveLength(4);
        expect(lines[1]).toBe("");
        expect(lines[3]).toBe("");
      }),
    );
  });

  it("read a message that git ended with more line feeds", () => {
    const event = eventOf({ type: "resumed", by: "octocat" });

    expect(parseEvent(`${formatEvent(event)}\n\n`)).toEqual(event);
  });
});

describe("the subject of an event", () => {
  const [claim] = fc.sample(claims, 1);
  const [result] = fc.sample(results, 1);
  const [entry] = fc.sample(historyEntries, 1);
  if (claim === undefined || result === undefined || entry === undefined) {
    throw new Error("nothing was generated");
  }
  const dispatched = { ...claim, issue: 443, slot: "mac-1/3", attempt: 2, manualFix: undefined };
  const manualFix = { headSha: "d".repeat(40), by: "octocat", attempt: 1 };

  it.each<readonly [string, JournalFact]>([
    ["dispatched: #443 on mac-1/3, attempt 2", { type: "dispatched", claims: [dispatched] }],
    [
      "dispatched: #443 on mac-1/3, checks of dddddddddddd only",
      { type: "dispatched", claims: [{ ...dispatched, manualFix }] },
    ],
    [
      "manual fix requested: #9 at dddddddddddd by octocat",
      { type: "manual-fix-requested", issue: 9, by: "octocat", headSha: manualFix.headSha },
    ],
    [
      "approved: #1 by octocat",
      {
        type: "approved",
        approvals: [{ issue: 1, by: "octocat", at: STAMP.at, textHash: HASH, restarts: false }],
      },
    ],
    ["withdrawn: #1", { type: "withdrawn", withdrawals: [{ issue: 1, cause: "text-edited" }] }],
    [
      "needs-human: #9, score 61",
      {
        type: "result",
        issue: 9,
        claim: "n1",
        result: { ...result, outcome: "needs-human", score: 61 },
      },
    ],
    [
      "stop requested: #1 (cancelled by octocat); #2 (issue-closed)",
      {
        type: "stop-requested",
        stops: [
          { issue: 1, claim: "n1", reason: "cancelled", by: "octocat" },
          { issue: 2, claim: "n2", reason: "issue-closed" },
        ],
      },
    ],
    [
      "cancelled: #9 by octocat; completed: #10",
      {
        type: "ended",
        deliveries: [
          { ...entry, issue: 9, ended: "cancelled", by: "octocat" },
          { ...entry, issue: 10, ended: "completed", by: undefined },
        ],
      },
    ],
    ["retry requested: #9 by octocat", { type: "retry-requested", issue: 9, by: "octocat" }],
    ["resumed", { type: "resumed", by: undefined }],
    [
      "paused: meltdown",
      {
        type: "paused",
        by: undefined,
        pause: { reason: "meltdown", detail: "Five failed.", until: undefined, baseSha: undefined },
      },
    ],
  ])("is %j", (subject, fact) => {
    expect(formatEvent(eventOf(fact)).split("\n")[0]).toBe(subject);
  });

  it("names five claims and counts the others", () => {
    const many = [1, 2, 3, 4, 5, 6, 7].map((issue) => ({ ...dispatched, issue }));

    const [subject] = formatEvent(eventOf({ type: "dispatched", claims: many })).split("\n");

    expect(subject).toContain("#5 on");
    expect(subject).not.toContain("#6");
    expect(subject).toMatch(/; and 2 more$/);
  });
});

describe("parseEvent on what somebody else wrote", () => {
  const good = { v: 1, seq: 3, stamp: STAMP, fact: { type: "resumed" } };

  it.each<readonly [string, unknown]>([
    ["another version", { ...good, v: 2 }],
    ["no version", { seq: 3, stamp: STAMP, fact: good.fact }],
    ["an unknown key", { ...good, extra: 1 }],
    ["an unknown key of the fact", { ...good, fact: { type: "resumed", extra: 1 } }],
    ["an unknown type", { ...good, fact: { type: "promoted" } }],
    ["a type that is a property of every object", { ...good, fact: { type: "constructor" } }],
    ["a seq of 0", { ...good, seq: 0 }],
    ["a fraction", { ...good, seq: 1.5 }],
    ["a number as text", { ...good, seq: "3" }],
    ["a time without zone", { ...good, stamp: { ...STAMP, at: "2026-11-20T10:00:00" } }],
    ["null", null],
    ["a list", [good]],
  ])("refuses %s with a sentence", (_what, value) => {
    const parsed = parseEvent(`subject\n\n${JSON.stringify(value)}\n`);

    expect(parsed).toEqual({ error: expect.stringMatching(/\S/) });
  });

  it("never throws, whatever the message is [N04]", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.json({ maxDepth: 1 })),
        (text) => {
          expect(parseEvent(text)).toHaveProperty("error");
        },
      ),
    );
  });

  it("never throws on an event with one part replaced by any value", () => {
    const part = fc.constantFrom("v", "seq", "stamp", "fact");
    fc.assert(
      fc.property(events, part, fc.jsonValue(), (event, key, value) => {
        const forged = JSON.stringify({ v: 1, ...event, [key]: value });

        expect(() => parseEvent(`s\n\n${forged}`)).not.toThrow();
      }),
    );
  });
});
