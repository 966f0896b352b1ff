import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { JournalFact } from "../../../src/core/journal/events.ts";
import { EMPTY_JOURNAL } from "../../../src/core/journal/fold.ts";
import { applyEvent } from "../../../src/core/journal/fold.ts";
import type { IssueRecord, JournalState } from "../../../src/core/journal/records.ts";
import {
  approvalsDue,
  decideStarts,
  type StartConditions,
  withdrawalsDue,
} from "../../../src/core/plan/decide-starts.ts";
import type { Plan } from "../../../src/core/plan/plan-types.ts";
import { planTick } from "../../../src/core/plan/plan.ts";
import { anyPlanInput } from "../../arbitraries/backlog.ts";
import {
  aClaim,
  aJournal,
  anIssue,
  aPlanInput,
  aRecord,
  aResult,
  CONFIGURATION,
  HEAD_SHA,
  NOW,
} from "../../arbitraries/plan.ts";

const conditions = (parts: Partial<StartConditions> = {}): StartConditions => ({
  configuration: CONFIGURATION,
  now: NOW,
  headSha: HEAD_SHA,
  credential: "present",
  busySlots: [],
  judgedClaims: new Set(),
  ...parts,
});

const ISSUES = [1, 2, 3].map((number) => anIssue({ number }));
const RECORDS = [1, 2, 3].map((issue) => aRecord({ issue }));
const PLAN = planTick(aPlanInput({ issues: ISSUES, records: RECORDS }));

const started = (
  plan: Plan,
  tip: JournalState,
  parts?: Partial<StartConditions>,
): readonly number[] => decideStarts(plan, tip, conditions(parts)).starts.map(({ issue }) => issue);

const append = (state: JournalState, fact: JournalFact): JournalState =>
  applyEvent(state, {
    seq: state.seq + 1,
    stamp: { at: NOW, runId: 1, runAttempt: 1, nonce: `e${state.seq}` },
    fact,
  });

describe("decideStarts", () => {
  it("agrees with the plan while the tip is what the plan saw", () => {
    expect(decideStarts(PLAN, aJournal(RECORDS), conditions()).starts).toEqual(PLAN.starts);
  });

  it.each([
    ["has no approval on the tip", { approval: undefined }],
    [
      "is approved with another text",
      { approval: { by: "wren", at: NOW, textHash: "e".repeat(64) } },
    ],
    ["was claimed by another tick", { claim: aClaim({ issue: 1, slot: "mac-2/2" }) }],
    ["failed meanwhile", { result: aResult({ outcome: "failed" }), attempts: 1 }],
    ["was delivered meanwhile", { result: aResult({ outcome: "delivered" }), attempts: 1 }],
    [
      "has to wait for its retry",
      { result: aResult({ outcome: "retry", notBefore: "2026-11-20T13:00:00Z" }), attempts: 1 },
    ],
    ["has ended meanwhile", { ended: "cancelled" as const }],
  ])("does not start an issue that %s [F03, F44]", (_, parts: Partial<IssueRecord>) => {
    const tip = aJournal([aRecord({ issue: 1, ...parts }), ...RECORDS.slice(1)]);

    expect(started(PLAN, tip)).toEqual([2, 3]);
  });

  it("does not start an issue whose record cannot be read on the tip", () => {
    expect(started(PLAN, aJournal(RECORDS, { unreadable: new Map([[1, "shape"]]) }))).toEqual([
      2, 3,
    ]);
  });

  it("gives a retry a slot of the machine that the tip names, not the plan [N11]", () => {
    const result = aResult({ outcome: "retry", machine: "mac-2", at: NOW });
    const tip = aJournal([aRecord({ issue: 1, attempts: 1, result }), ...RECORDS.slice(1)]);

    const { starts } = decideStarts(PLAN, tip, conditions());

    expect(starts.map(({ slot }) => slot)).toEqual(["mac-2/1", "mac-1/1", "mac-1/2"]);
  });

  it("starts nothing while the tip is paused", () => {
    const pause = {
      reason: "command",
      detail: "by wren",
      until: undefined,
      baseSha: undefined,
    } as const;

    expect(started(PLAN, aJournal(RECORDS, { fleet: { ...EMPTY_JOURNAL.fleet, pause } }))).toEqual(
      [],
    );
  });

  it("keeps the slot of a claim that is newer than the look at the jobs [F101]", () => {
    const newer = aClaim({ issue: 2, slot: "mac-1/1", nonce: "new" });
    const tip = aJournal([
      aRecord({ issue: 1 }),
      aRecord({ issue: 2, claim: newer }),
      aRecord({ issue: 3 }),
    ]);

    expect(decideStarts(PLAN, tip, conditions()).starts.map(({ slot }) => slot)).toEqual([
      "mac-1/2",
      "mac-1/3",
    ]);
  });

  it("frees the slot of a claim whose session job it has seen end", () => {
    const delivering = aClaim({ issue: 2, slot: "mac-1/1", nonce: "seen" });
    const tip = aJournal([
      aRecord({ issue: 1 }),
      aRecord({ issue: 2, claim: delivering }),
      aRecord({ issue: 3 }),
    ]);

    const { starts } = decideStarts(PLAN, tip, conditions({ judgedClaims: new Set(["seen"]) }));

    expect(starts.map(({ issue, slot }) => [issue, slot])).toEqual([
      [1, "mac-1/1"],
      [3, "mac-1/2"],
    ]);
  });

  it("never lets ticks with different snapshots exceed the slots or start an issue twice [F03, F47, F101]", () => {
    fc.assert(
      fc.property(fc.array(anyPlanInput, { minLength: 2, maxLength: 4 }), (inputs) => {
        let tip = inputs[0]?.journal ?? aJournal();
        for (const [tick, input] of inputs.entries()) {
          const plan = planTick(input);
          const approvals = approvalsDue(plan, tip).map(({ issue, restarts, approval }) => ({
            issue,
            restarts,
            ...approval,
          }));
          tip = append(tip, { type: "approved", approvals });
          const { starts } = decideStarts(plan, tip, conditions({ now: input.now }));
          const before = [...tip.issues.values()].flatMap(({ claim }) => claim ?? []);
          const claims = starts.map(({ issue, slot, machine }) =>
            aClaim({ issue, slot, machine, nonce: `t${tick}-${issue}` }),
          );
          const slots = [...before, ...claims].map(({ slot }) => slot);

          expect(claims.every(({ issue }) => before.every((claim) => claim.issue !== issue))).toBe(
            true,
          );
          expect(claims.every(({ slot }) => slots.filter((one) => one === slot).length === 1)).toBe(
            true,
          );
          expect(claims.length === 0 || slots.length <= CONFIGURATION.maxParallel).toBe(true);
          tip = append(tip, { type: "dispatched", claims });
        }
      }),
    );
  });
});

describe("what a plan still owes the tip", () => {
  const fresh = planTick(aPlanInput({ issues: ISSUES }));

  it("is every approval that the tip does not hold", () => {
    expect(approvalsDue(fresh, aJournal()).map(({ issue }) => issue)).toEqual([1, 2, 3]);
    expect(approvalsDue(fresh, aJournal(RECORDS))).toEqual([]);
  });

  it("is no approval that an end on the tip came after", () => {
    const cancelled = aRecord({ issue: 1, approval: undefined, ended: "cancelled", endedAt: NOW });

    expect(approvalsDue(fresh, aJournal([cancelled])).map(({ issue }) => issue)).toEqual([2, 3]);
  });

  it("is no older text over a newer approval", () => {
    const newer = aRecord({
      issue: 1,
      approval: { by: "wren", at: NOW, textHash: "e".repeat(64) },
    });

    expect(approvalsDue(fresh, aJournal([newer])).map(({ issue }) => issue)).toEqual([2, 3]);
  });

  it("is a withdrawal only of the approval that the plan saw", () => {
    const plan = planTick(
      aPlanInput({
        issues: [anIssue({ number: 1, labels: [], trigger: undefined })],
        records: [aRecord({ issue: 1 })],
      }),
    );
    const again = aRecord({
      issue: 1,
      approval: { by: "wren", at: NOW, textHash: "e".repeat(64) },
    });

    expect(withdrawalsDue(plan, aJournal([aRecord({ issue: 1 })]))).toHaveLength(1);
    expect(withdrawalsDue(plan, aJournal([again]))).toEqual([]);
  });
});
