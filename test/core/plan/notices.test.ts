import { describe, expect, it } from "vitest";

import { applyEvent, EMPTY_JOURNAL } from "../../../src/core/journal/fold.ts";
import { formatNotice, listNotices } from "../../../src/core/plan/notices.ts";
import { planTick } from "../../../src/core/plan/plan.ts";
import { aPlanInput, anIssue, aRecord, aResult } from "../../arbitraries/plan.ts";

describe("an escalation", () => {
  const failed = aRecord({
    issue: 1,
    attempts: 1,
    result: aResult({ outcome: "needs-human", detail: "The tests are red." }),
  });
  const { rows } = planTick(aPlanInput({ issues: [anIssue({ number: 1 })], records: [failed] }));

  it("is one comment for one failure, with a key of its own [V11]", () => {
    const notices = listNotices(rows, new Map());

    expect(notices).toHaveLength(1);
    expect(notices[0]?.key).toMatch(/^escalated-[0-9a-f]{8}$/);
  });

  it("mentions whom the configuration and the issue name, each once", () => {
    const [notice] = listNotices(rows, new Map());
    const text = formatNotice(notice?.content ?? { type: "blocker-not-planned", blockers: [] }, [
      "wren",
      "rook",
      "wren",
    ]);

    expect(text).toMatch(/^@wren @rook A person is needed here\. .*The tests are red/);
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
