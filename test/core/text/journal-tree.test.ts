import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { JournalEvent } from "../../../src/core/journal/events.ts";
import { applyEvent, EMPTY_JOURNAL } from "../../../src/core/journal/fold.ts";
import { newRecord } from "../../../src/core/journal/new-record.ts";
import type { HistoryEntry, JournalState } from "../../../src/core/journal/records.ts";
import { formatEvent, parseEvent } from "../../../src/core/text/journal-event.ts";
import { formatTreeChanges, historyPath, issuePath } from "../../../src/core/text/journal-tree.ts";
import { histories } from "../../arbitraries/journal.ts";
import { parseTree, writeFiles } from "../../world/written-tree.ts";

interface Written {
  readonly state: JournalState;
  readonly files: Map<string, string>;
}

/** Folds the events, and writes each one's changes into a tree as commits would. */
function write(events: readonly JournalEvent[]): Written {
  const files = new Map<string, string>();
  let state = EMPTY_JOURNAL;
  for (const event of events) {
    const after = applyEvent(state, event);
    writeFiles(files, formatTreeChanges(state, after));
    state = after;
  }
  return { state, files };
}

const NON_EMPTY = histories.filter((events) => events.length > 0);

function withRecord(text: string, path = issuePath(1)): Map<string, string> {
  return new Map([
    ["fleet.json", JSON.stringify({ v: 1, seq: 4, fleet: {} })],
    [issuePath(2), JSON.stringify({ v: 1, ...newRecord(2) })],
    [path, text],
  ]);
}

function parsed(files: ReadonlyMap<string, string>): JournalState {
  const state = parseTree(files);
  if ("error" in state) {
    throw new Error(state.error);
  }
  return state;
}

/** An event as its commit's message says it. */
function readBack(event: JournalEvent): JournalEvent {
  const read = parseEvent(formatEvent(event));
  if ("error" in read) {
    throw new Error(read.error);
  }
  return read;
}

function anEntry(at: string): HistoryEntry {
  return {
    issue: 1,
    delivery: 1,
    attempts: 1,
    ended: "completed",
    at,
    outcome: "delivered",
    score: 90,
    pullRequest: 5,
    sessionSeconds: 60,
    kind: undefined,
    branchSha: undefined,
  };
}

describe("the journal's tree", () => {
  it("is the fold over its events [D1]", () => {
    fc.assert(
      fc.property(NON_EMPTY, (events) => {
        const { state, files } = write(events);

        const tree = parseTree(files);
        expect(tree).toEqual(state);
        // Equality above takes a key without a value for none.
        expect("fleet" in tree && Object.keys(tree.fleet).toSorted()).toEqual(
          Object.keys(state.fleet).toSorted(),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("is the same whether it is read back after each event or folded at once", () => {
    fc.assert(
      fc.property(NON_EMPTY, (events) => {
        const files = new Map<string, string>();
        let state = EMPTY_JOURNAL;
        for (const event of events) {
          const after = applyEvent(state, event);
          writeFiles(files, formatTreeChanges(state, after));
          state = parsed(files);
        }

        expect(state).toEqual(write(events).state);
      }),
    );
  });

  it("is the same bytes whether its writer read it back before an event or not [D1]", () => {
    fc.assert(
      fc.property(NON_EMPTY, (written) => {
        const events = written.map(readBack);
        const files = new Map<string, string>();
        let state = EMPTY_JOURNAL;
        for (const event of events) {
          writeFiles(files, formatTreeChanges(state, applyEvent(state, event)));
          state = parsed(files);
        }

        expect(files).toEqual(write(events).files);
      }),
      { numRuns: 300 },
    );
  });

  it("does not depend on the order in which its files are listed", () => {
    fc.assert(
      fc.property(NON_EMPTY, fc.infiniteStream(fc.nat()), (events, ranks) => {
        const { state, files } = write(events);
        const shuffled = [...files]
          .map((file) => ({ file, rank: ranks.next().value }))
          .toSorted((a, b) => a.rank - b.rank)
          .map(({ file }) => file);

        expect(parsed(new Map(shuffled)).issues).toEqual(state.issues);
      }),
    );
  });

  it("writes nothing but the fleet and what changed", () => {
    const before = write([
      {
        seq: 1,
        stamp: { at: "2026-11-20T10:00:00Z", runId: 1, runAttempt: 1, nonce: "n" },
        fact: {
          type: "approved",
          approvals: [1, 2, 3].map((issue) => ({
            issue,
            by: "octocat",
            at: "2026-11-20T09:00:00Z",
            textHash: "a".repeat(64),
            restarts: false,
          })),
        },
      },
    ]).state;
    const after = applyEvent(before, {
      seq: 2,
      stamp: { at: "2026-11-20T11:00:00Z", runId: 1, runAttempt: 1, nonce: "n" },
      fact: { type: "withdrawn", withdrawals: [{ issue: 2, cause: "text-edited" }] },
    });

    const changes = formatTreeChanges(before, after);

    expect([...changes.keys()]).toEqual(["fleet.json", "issues/02/2.json"]);
  });

  it("rewrites only the month in which a delivery ended", () => {
    const before = { ...EMPTY_JOURNAL, history: [anEntry("2026-10-01T00:00:00Z")] };
    const after = applyEvent(before, {
      seq: 1,
      stamp: { at: "2026-09-02T00:00:00Z", runId: 1, runAttempt: 1, nonce: "n" },
      fact: { type: "ended", deliveries: [anEntry("2026-09-01T00:00:00Z")] },
    });

    const changes = formatTreeChanges(before, after);

    expect([...changes.keys()].filter((path) => path.startsWith("history/"))).toEqual([
      "history/2026-09.jsonl",
    ]);
    expect(after.history.map(({ at }) => at)).toEqual([
      "2026-09-01T00:00:00Z",
      "2026-10-01T00:00:00Z",
    ]);
  });

  it("shards issues by their last two digits and history by month", () => {
    expect(issuePath(443)).toBe("issues/43/443.json");
    expect(issuePath(7)).toBe("issues/07/7.json");
    expect(historyPath("2026-11-20T10:00:00Z")).toBe("history/2026-11.jsonl");
  });
});

describe("parseTree on what somebody else wrote", () => {
  it.each<readonly [string, string]>([
    ["a record that is no JSON", "{"],
    ["a record of a future version", JSON.stringify({ v: 2, ...newRecord(1) })],
    ["a record with an unknown key", JSON.stringify({ v: 1, ...newRecord(1), extra: true })],
    ["the record of another issue", JSON.stringify({ v: 1, ...newRecord(3) })],
    ["a negative number of attempts", JSON.stringify({ v: 1, ...newRecord(1), attempts: -1 })],
    ["null", "null"],
    ["bytes that were no UTF-8", "\ufffd\ufffd"],
  ])("holds the issue of %s, and nobody else [N04]", (_what, text) => {
    const state = parsed(withRecord(text));

    expect([...state.unreadable.keys()]).toEqual([1]);
    expect(state.unreadable.get(1)).toContain("issues/01/1.json");
    expect([...state.issues.keys()]).toEqual([2]);
  });

  it("lets no event write over a record that it could not read [N04]", () => {
    const state = parsed(withRecord("{"));

    const after = applyEvent(state, {
      seq: 5,
      stamp: { at: "2026-11-20T10:00:00Z", runId: 1, runAttempt: 1, nonce: "n" },
      fact: { type: "withdrawn", withdrawals: [{ issue: 1, cause: "text-edited" }] },
    });

    expect(after.issues.has(1)).toBe(false);
    expect([...formatTreeChanges(state, after).keys()]).toEqual(["fleet.json"]);
  });

  it.each(["issues/02/1.json", "issues/1.json", "issues/01/01.json", "issues/01/1.json.bak"])(
    "takes no record from %s, where none is written",
    (path) => {
      const record = { ...newRecord(1), attempts: 3 };

      const state = parsed(withRecord(JSON.stringify({ v: 1, ...record }), path));

      expect([...state.issues.keys()]).toEqual([2]);
      expect(state.unreadable.size).toBe(0);
    },
  );

  it.each<readonly [string, string | undefined]>([
    ["there is no fleet.json", undefined],
    ["fleet.json is no JSON", "{"],
    ["fleet.json is of a future version", JSON.stringify({ v: 2, seq: 1, fleet: {} })],
    ["fleet.json has an unknown key", JSON.stringify({ v: 1, seq: 1, fleet: { extra: 1 } })],
    [
      "the pause has an unknown reason",
      JSON.stringify({ v: 1, seq: 1, fleet: { pause: { reason: "x", detail: "" } } }),
    ],
    ["its seq is missing", JSON.stringify({ v: 1, fleet: {} })],
  ])("refuses the whole journal when %s", (_what, text) => {
    const files = new Map(withRecord("{}"));
    files.delete("fleet.json");
    if (text !== undefined) {
      files.set("fleet.json", text);
    }

    expect(parseTree(files)).toEqual({ error: expect.stringContaining("fleet.json") });
  });

  it("refuses an empty tree: a journal without state was emptied by somebody [F109]", () => {
    expect(parseTree(new Map())).toHaveProperty("error");
  });

  it("leaves out a line of history that cannot be read", () => {
    const { files } = write([]);
    files.set("fleet.json", JSON.stringify({ v: 1, seq: 1, fleet: {} }));
    files.set("history/2026-11.jsonl", "{}\nnot json\n");

    expect(parsed(files).history).toEqual([]);
  });

  it("never throws, whatever a file holds", () => {
    const path = fc.constantFrom("fleet.json", issuePath(1), "history/2026-11.jsonl", "x", "");
    fc.assert(
      fc.property(
        histories,
        path,
        fc.oneof(fc.string({ unit: "binary" }), fc.json()),
        (events, target, text) => {
          const { files } = write(events);
          files.set(target, text);

          expect(() => parseTree(files)).not.toThrow();
        },
      ),
    );
  });
});
