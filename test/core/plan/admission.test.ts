import { describe, expect, it } from "vitest";

import type { Actor, ObservedIssue } from "../../../src/core/observation.ts";
import { planTick } from "../../../src/core/plan/plan.ts";
import {
  anIssue,
  aPlanInput,
  aRecord,
  aResult,
  hashOf,
  READER,
  WRITER,
} from "../../arbitraries/plan.ts";

const LABELLED_AT = "2026-11-20T11:00:00Z";
const AFTER = "2026-11-20T11:00:01Z";

const edit = (by: Actor, at: string): Partial<ObservedIssue> => ({
  textEdits: [{ by, at, what: "body" }],
});

describe("approvals in a plan", () => {
  it("journals new ones and withdraws those that were lost", () => {
    const plan = planTick(
      aPlanInput({
        issues: [
          anIssue({ number: 1 }),
          anIssue({ number: 2, textHash: "e".repeat(64), ...edit(READER, AFTER) }),
          anIssue({ number: 3, labels: [], trigger: undefined }),
        ],
        records: [aRecord({ issue: 2 }), aRecord({ issue: 3 })],
      }),
    );

    expect(plan.approvals).toEqual([
      { issue: 1, restarts: false, approval: { by: "wren", at: LABELLED_AT, textHash: hashOf(1) } },
    ]);
    expect(plan.withdrawals).toEqual([
      { issue: 2, cause: "text-edited", approvedAt: LABELLED_AT },
      { issue: 3, cause: "trigger-removed", approvedAt: LABELLED_AT },
    ]);
    expect(plan.ready).toEqual([1]);
    expect(
      plan.notices.map(({ issue, key }) => [issue, key.replace(/[0-9a-f]{8}$/u, "…")]),
    ).toEqual([[2, "edited-by-reader-…"]]);
  });

  it("begins a failed delivery again when a writer sets the label again (22)", () => {
    const failed = aRecord({ issue: 1, attempts: 4, result: aResult({ outcome: "failed" }) });
    const again = anIssue({ number: 1, trigger: { by: WRITER, at: "2026-11-20T11:50:00Z" } });

    const plan = planTick(aPlanInput({ issues: [again], records: [failed] }));

    expect(plan.approvals).toMatchObject([{ issue: 1, restarts: true }]);
    expect(plan.ready).toEqual([1]);
  });

  it("does not begin it again when a writer only edits the text", () => {
    const failed = aRecord({ issue: 1, attempts: 4, result: aResult({ outcome: "failed" }) });
    const edited = anIssue({
      number: 1,
      textHash: "e".repeat(64),
      ...edit(WRITER, "2026-11-20T11:50:00Z"),
    });

    const plan = planTick(aPlanInput({ issues: [edited], records: [failed] }));

    expect(plan.approvals).toMatchObject([{ issue: 1, restarts: false }]);
    expect(plan.ready).toEqual([]);
  });
});
