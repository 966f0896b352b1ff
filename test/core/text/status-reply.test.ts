import { describe, expect, it } from "vitest";

import { historyEntry } from "../../../src/core/journal/history-entry.ts";
import { newRecord } from "../../../src/core/journal/new-record.ts";
import type { FleetRecord, HistoryEntry, IssueRecord } from "../../../src/core/journal/records.ts";
import type { ObservedIssue } from "../../../src/core/observation.ts";
import { planTick } from "../../../src/core/plan/plan.ts";
import { formatStatusReply } from "../../../src/core/text/status-reply.ts";
import {
  anIssue,
  aPlanInput,
  aRecord,
  aResult,
  CONFIGURATION,
  labelled,
} from "../../arbitraries/plan.ts";

interface Situation {
  readonly issues: readonly ObservedIssue[];
  readonly records?: readonly IssueRecord[];
  readonly fleet?: Partial<FleetRecord>;
  readonly busySlots?: readonly string[];
  readonly history?: readonly HistoryEntry[];
  readonly issue?: number;
}

function reply({ issue = 1, busySlots = [], history = [], ...situation }: Situation): string {
  const input = aPlanInput({ ...situation, busySlots });
  return formatStatusReply({
    tick: {
      plan: planTick(input),
      repository: input.observation.repository,
      configuration: CONFIGURATION,
      busySlots,
      offlineSlots: [],
      rewind: undefined,
    },
    journal: { ...input.journal, history },
    issue,
    runUrl: "https://github.com/octo/app/actions/runs/7",
  });
}

/** The figures of the table, by the name of their queue. */
function queues(text: string): Readonly<Record<string, string>> {
  const [names = [], , figures = []] = text
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  return Object.fromEntries(names.map((name, index) => [name, figures[index] ?? ""]));
}

describe("the answer to /status", () => {
  it("says how the fleet stands, the five queues, and why this issue does not run [O07, W09]", () => {
    const issues = [
      anIssue({ number: 1, labels: labelled("blocked-by:#2") }),
      anIssue({ number: 2 }),
    ];

    expect(reply({ issues, busySlots: ["mac-1/1"] })).toMatchInlineSnapshot(`
      "**The fleet runs.** 1 of 5 slots busy.

      | ready | blocked | running | completed | failed or retrying |
      | ---: | ---: | ---: | ---: | ---: |
      | 1 | 1 | 0 | 0 | 0 |

      #1: \`blocked\`. Waits for #2.

      The whole backlog, in order, is in the summary of the [workflow run](https://github.com/octo/app/actions/runs/7)."
    `);
  });

  it("counts every state in one queue at most, and what ended from the history [W09]", () => {
    const records = [
      aRecord({ issue: 1, attempts: 1, result: aResult({ outcome: "needs-human" }) }),
      aRecord({
        issue: 2,
        attempts: 1,
        result: aResult({ outcome: "retry", notBefore: "2030-01-01T00:00:00Z" }),
      }),
      aRecord({ issue: 3, attempts: 1, result: aResult({ outcome: "delivered", headSha: "a" }) }),
    ];
    const issues = [1, 2, 3, 4].map((number) => anIssue({ number }));
    const at = "2026-11-19T10:00:00Z";
    const history = [5, 6, 7].map((number) =>
      historyEntry(newRecord(number), {
        ended: number === 7 ? "cancelled" : "completed",
        at,
        pullRequest: undefined,
        kind: undefined,
      }),
    );
    const text = reply({ issues, records, history });

    expect(queues(text)).toEqual({
      ready: "1",
      blocked: "0",
      running: "0",
      completed: "2",
      "failed or retrying": "2",
    });
  });

  it("says why and until when it is paused, and how far the target is [O03, O07]", () => {
    const pause = {
      reason: "account-limit",
      detail: "The account | reached its limit.",
      until: "2099-01-01T00:00:00Z",
      baseSha: undefined,
    } as const;
    const text = reply({
      issues: [anIssue({ number: 1 })],
      fleet: { pause, target: { count: 9, landed: 4 } },
    });

    expect(text).toMatch(
      /^\*\*The fleet is paused\*\* until 2099-01-01T00:00:00Z \(account-limit\): The account reached its limit\. 0 of 5 slots busy\. 4 of its target of 9 landed\.\n/,
    );
  });

  it("does not call it paused when the pause has ended by itself [F55]", () => {
    const pause = {
      reason: "account-limit",
      detail: "Over.",
      until: "2020-01-01T00:00:00Z",
      baseSha: undefined,
    } as const;

    expect(reply({ issues: [], fleet: { pause } })).toMatch(/^\*\*The fleet runs\.\*\*/);
  });

  it("says of an issue without a row how it ended, or that it is not planned", () => {
    const records = [aRecord({ issue: 1, ended: "cancelled", endedBy: "maria" })];

    expect(reply({ issues: [], records })).toContain("\n#1: `cancelled` by maria.\n");
    expect(reply({ issues: [], issue: 2 })).toContain("\n#2: not planned: it does not carry");
  });
});
