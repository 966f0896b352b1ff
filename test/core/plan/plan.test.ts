import { describe, expect, it } from "vitest";

import { formatNotice } from "../../../src/core/plan/notices.ts";
import { planTick } from "../../../src/core/plan/plan.ts";
import { formatReason } from "../../../src/core/plan/reasons.ts";
import { formatWarning } from "../../../src/core/plan/warnings.ts";
import {
  aClaim,
  aClosedIssue,
  anIssue,
  anUntriggeredIssue,
  aPlanInput,
  aRecord,
  aReference,
  aResult,
  labelled,
  rowOf,
} from "../../arbitraries/plan.ts";

const readyOf = (issues: Parameters<typeof aPlanInput>[0]["issues"]): readonly number[] =>
  planTick(aPlanInput({ issues })).ready;

describe("planTick", () => {
  it("plans nothing for an empty backlog", () => {
    expect(planTick(aPlanInput({ issues: [] }))).toMatchObject({
      rows: [],
      ready: [],
      starts: [],
      levels: [],
      criticalPath: [],
      orderCheck: "agrees",
    });
  });

  it("orders by class, then the longest remaining path, then age, then number [D7]", () => {
    const at = "2026-11-20T10:30:00Z";
    const issues = [
      anIssue({ number: 1 }),
      anIssue({ number: 2 }),
      anIssue({
        number: 3,
        trigger: { ...anIssue({ number: 3 }).trigger, by: anIssue({ number: 3 }).author, at },
      }),
      anIssue({ number: 4, labels: labelled("estimated:2h") }),
      anIssue({ number: 5, labels: labelled("P1-High") }),
      anIssue({ number: 6, labels: labelled("P0-Critical", "hotfix") }),
      anIssue({ number: 7, labels: labelled("P0-Critical", "estimated:9h") }),
    ];

    expect(planTick(aPlanInput({ issues })).ready).toEqual([6, 7, 5, 4, 3, 1, 2]);
  });

  it("starts a P0 that arrives while all slots are busy as soon as one is free [F52]", () => {
    const issues = [
      ...Array.from({ length: 20 }, (_, index) => anIssue({ number: index + 1 })),
      anIssue({ number: 99, labels: labelled("P0-Critical") }),
    ];
    const busySlots = ["mac-1/1", "mac-1/2", "mac-1/3", "mac-2/1", "mac-2/2"];

    const full = planTick(aPlanInput({ issues, busySlots }));
    const freed = planTick(aPlanInput({ issues, busySlots: busySlots.slice(1) }));

    expect(full.starts).toEqual([]);
    expect(freed.starts).toEqual([{ issue: 99, slot: "mac-1/1", machine: "mac-1" }]);
    expect(rowOf(full, 99)?.reason).toEqual({
      type: "no-free-slot",
      position: 1,
      busy: 5,
      offline: 0,
    });
  });

  it("names every member of a cycle, holds what is behind it and runs the rest [F38]", () => {
    const issues = [
      anIssue({ number: 1, labels: labelled("blocked-by:#3") }),
      anIssue({ number: 2, labels: labelled("blocked-by:#1") }),
      anIssue({ number: 3, labels: labelled("blocked-by:#2") }),
      anIssue({ number: 4, labels: labelled("blocked-by:#3") }),
      anIssue({ number: 5 }),
    ];

    const plan = planTick(aPlanInput({ issues }));

    expect(plan.cycles).toEqual([[1, 2, 3]]);
    expect(plan.ready).toEqual([5]);
    expect(
      plan.rows.filter(({ reason }) => reason.type === "cycle").map(({ issue }) => issue),
    ).toEqual([1, 2, 3]);
    expect(rowOf(plan, 4)?.reason).toEqual({ type: "behind-cycle", members: [1, 2, 3] });
    expect(plan.notices.map(({ issue, content }) => [issue, formatNotice(content)])).toEqual(
      [1, 2, 3].map((issue) => [issue, expect.stringContaining("#1, #2 and #3")]),
    );
  });

  it("reports an issue that waits for itself", () => {
    const plan = planTick(aPlanInput({ issues: [anIssue({ number: 1, body: "Blocked by #1" })] }));

    expect(plan.cycles).toEqual([[1]]);
    expect(plan.ready).toEqual([]);
  });

  it("shows one error row for an unreadable issue and plans all others [F26, N04]", () => {
    const plan = planTick(
      aPlanInput({
        issues: [anIssue({ number: 1 })],
        observation: { unreadable: new Map([[2, "labels: not a list"]]) },
      }),
    );

    expect(plan.ready).toEqual([1]);
    expect(rowOf(plan, 2)).toMatchObject({
      state: "pending",
      reason: { type: "unreadable-issue" },
    });
  });

  it("holds an issue whose record cannot be read, and only that one [N04]", () => {
    const input = aPlanInput({ issues: [anIssue({ number: 1 }), anIssue({ number: 2 })] });

    const plan = planTick({
      ...input,
      journal: { ...input.journal, unreadable: new Map([[1, "unknown version 9"]]) },
    });

    expect(plan.ready).toEqual([2]);
    expect(plan.approvals.map(({ issue }) => issue)).toEqual([2]);
    expect(rowOf(plan, 1)?.reason).toEqual({
      type: "unreadable-record",
      detail: "unknown version 9",
    });
  });

  it("never starts an issue with a live claim, however often it looks [F05]", () => {
    const claim = aClaim({ issue: 1 });
    const input = aPlanInput({
      issues: [anIssue({ number: 1 })],
      records: [aRecord({ issue: 1, claim, attempts: 1 })],
      liveClaims: new Map([[1, claim]]),
      busySlots: [claim.slot],
    });

    for (let tick = 0; tick < 10; tick += 1) {
      expect(planTick(input).starts).toEqual([]);
    }
  });

  it("plans without starting anything when the model credential is missing, and says so [N30, F99]", () => {
    const plan = planTick(aPlanInput({ issues: [anIssue({ number: 1 })], credential: "missing" }));

    expect(plan.starts).toEqual([]);
    expect(plan.ready).toEqual([1]);
    expect(rowOf(plan, 1)?.reason).toEqual({ type: "credential-missing" });
  });

  it("does not count blocked or failed issues against the slots [F45]", () => {
    const failed = Array.from({ length: 150 }, (_, index) => index + 1);
    const plan = planTick(
      aPlanInput({
        issues: [...failed.map((number) => anIssue({ number })), anIssue({ number: 200 })],
        records: failed.map((issue) =>
          aRecord({ issue, attempts: 1, result: aResult({ outcome: "failed" }) }),
        ),
      }),
    );

    expect(plan.starts.map(({ issue }) => issue)).toEqual([200]);
  });

  it("plans all of 250 issues, the last as well as the first [F20]", () => {
    const issues = Array.from({ length: 250 }, (_, index) =>
      anIssue({ number: index + 1, labels: labelled(index === 249 ? "P0-Critical" : "P2-Medium") }),
    );

    const plan = planTick(aPlanInput({ issues }));

    expect(plan.rows).toHaveLength(250);
    expect(plan.starts[0]?.issue).toBe(250);
  });

  it("takes no state from a label: they are for people [D2, F21]", () => {
    const states = ["state:running", "state:failed", "🏗️ state:implementing"];

    const plans = [labelled(), labelled(...states)].map((labels) =>
      planTick(aPlanInput({ issues: [anIssue({ number: 1, labels })] })),
    );

    expect(plans[1]).toEqual(plans[0]);
  });

  it("keeps the blockers of a milestone's issue, whatever their milestone [F42]", () => {
    const issues = [
      anIssue({ number: 1, milestone: 7 }),
      anIssue({ number: 2, milestone: 8, blockedBy: [aReference(1)] }),
    ];

    const plan = planTick(aPlanInput({ issues }));

    expect(rowOf(plan, 2)).toMatchObject({ blockedBy: [1], milestone: 8, level: 1 });
  });

  it("computes order, levels, critical path and remaining time of the six tasks [E04a]", () => {
    const waits: Readonly<Record<number, readonly number[]>> = {
      1: [],
      2: [1],
      3: [1],
      4: [2, 3],
      5: [4],
      6: [5],
    };
    const issues = Object.entries(waits).map(([number, blockers]) =>
      anIssue({
        number: Number(number),
        blockedBy: blockers.map((blocker) => aReference(blocker)),
      }),
    );

    const plan = planTick(aPlanInput({ issues }));

    expect(plan.levels).toEqual([[1], [2, 3], [4], [5], [6]]);
    expect(plan.criticalPath).toEqual([1, 2, 4, 5, 6]);
    expect(plan.rows.map(({ remainingMinutes }) => remainingMinutes)).toEqual([
      150, 120, 120, 90, 60, 30,
    ]);
  });

  it("tells a blocked issue what it waits for, and through which untriggered issue [F35]", () => {
    const issues = [
      anUntriggeredIssue({ number: 1 }),
      anIssue({ number: 2, blockedBy: [aReference(1)] }),
    ];

    const reason = rowOf(planTick(aPlanInput({ issues })), 2)?.reason;

    expect(reason).toEqual({ type: "blocked", by: [1], failed: [], untriggered: [1], through: [] });
    expect(reason === undefined ? "" : formatReason(reason)).toBe(
      "Waits for #1 (#1 without the trigger label).",
    );
  });

  it("frees a dependent when its blocker closes, and blocks it again when that is reopened [F36, F37]", () => {
    const dependent = anIssue({ number: 2, blockedBy: [aReference(1)] });
    expect(readyOf([anUntriggeredIssue({ number: 1 }), dependent])).toEqual([]);
    expect(readyOf([aClosedIssue(1), dependent])).toEqual([2]);
    expect(
      readyOf([
        anUntriggeredIssue({ number: 1, reopened: { by: undefined, at: "2026-11-20T11:45:00Z" } }),
        dependent,
      ]),
    ).toEqual([]);
  });

  it("warns of what it could read in two ways", () => {
    const issues = [
      anIssue({
        number: 1,
        labels: labelled("P0-Critical", "P3-Low", "estimated:1h", "estimated:2h", "estimated:soon"),
        body: "It was blocked by #9 once.\n\nPaths: /etc",
      }),
    ];

    const texts = planTick(aPlanInput({ issues })).warnings.map(({ warning }) =>
      formatWarning(warning),
    );

    expect(texts).toEqual([
      "It has several priority labels; P0 counts.",
      "It has several estimates; 2h counts.",
      "The label `estimated:soon` is no estimate such as `estimated:2h` or `estimated:30m`.",
      "Line 1 speaks of a dependency without declaring one; begin the line with `Blocked by #n` if it is meant.",
      "`/etc` in line 3 is no path inside the repository.",
    ]);
  });

  it("refuses a time that is none", () => {
    expect(() => planTick(aPlanInput({ issues: [], now: "today" }))).toThrow(RangeError);
  });
});
