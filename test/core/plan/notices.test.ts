import { describe, expect, it } from "vitest";

import { applyEvent, EMPTY_JOURNAL } from "../../../src/core/journal/fold.ts";
import type { Result } from "../../../src/core/journal/records.ts";
import { describeEscalation } from "../../../src/core/plan/escalation.ts";
import { formatNotice, listNotices } from "../../../src/core/plan/notices.ts";
import { planTick } from "../../../src/core/plan/plan.ts";
import { aPlanInput, anIssue, aRecord, aResult } from "../../arbitraries/plan.ts";

/** The key of the comment about a failed attempt. */
function keyOf(parts: Partial<Result>): string | undefined {
  const result = { ...aResult({ outcome: "needs-human", detail: "Red." }), ...parts };
  const records = [aRecord({ issue: 1, attempts: 1, result })];
  return planTick(aPlanInput({ issues: [anIssue({ number: 1 })], records })).notices[0]?.key;
}

describe("an escalation", () => {
  const failed = aRecord({
    issue: 1,
    attempts: 1,
    result: aResult({ outcome: "needs-human", detail: "The tests are red." }),
  });
  const RECORDS = new Map([[1, failed]]);
  const { rows } = planTick(aPlanInput({ issues: [anIssue({ number: 1 })], records: [failed] }));

  it("is one comment for one failure, with a key of its own [V11]", () => {
    const notices = listNotices(rows, new Map(), RECORDS);

    expect(notices.map(({ key }) => key)).toEqual(["escalated-20261120t114000z"]);
  });

  it("is said once for a result, whatever its words become, and again for the next [V11]", () => {
    expect(keyOf({ detail: "The tests are very red." })).toBe(keyOf({}));
    expect(keyOf({ at: "2026-11-20T11:50:00Z" })).not.toBe(keyOf({}));
  });

  it("mentions whom the configuration and the issue name, each once", () => {
    const [notice] = listNotices(rows, new Map(), RECORDS);
    const text = formatNotice(notice?.content ?? { type: "blocker-not-planned", blockers: [] }, [
      "wren",
      "rook",
      "wren",
    ]);

    expect(text).toMatch(/^@wren @rook A person is needed here\. .*The tests are red/);
  });
});

describe("what a writer can answer to an escalation", () => {
  it.each([
    { type: "needs-human", detail: "Red." },
    { type: "retries-used-up", detail: "Red.", attempts: 4 },
    { type: "awaiting-review", detail: "Low.", pullRequest: 7 },
  ] as const)("is said with it, a manual fix among it: $type [E21]", (reason) => {
    const escalation = describeEscalation(1, reason, undefined);
    const text = formatNotice({ type: "escalation", reason, escalation });

    expect(text).toContain("`/manual-fix` after a push to its branch");
    expect(text.includes("`/approve-anyway`")).toBe(reason.type === "awaiting-review");
  });
});

describe("the journal's memory of notices", () => {
  it("keeps each key once, so that no tick looks for the comment again", () => {
    const stamp = { at: "2026-11-20T12:00:00Z", runId: 1, runAttempt: 1, nonce: "n" };
    const fact = { type: "noticed", notices: [{ issue: 1, key: "cycle-1" }] } as const;

    const once = applyEvent(EMPTY_JOURNAL, { seq: 1, stamp, fact });
    const twice = applyEvent(once, { seq: 2, stamp, fact });

    expect(twice.issues.get(1)?.notices).toEqual(["cycle-1"]);
  });
});
