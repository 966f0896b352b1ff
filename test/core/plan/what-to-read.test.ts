import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { recallIssue } from "../../../src/core/backlog/snapshot.ts";
import { rememberIssue } from "../../../src/core/backlog/snapshot.ts";
import type { ObservedIssue } from "../../../src/core/observation.ts";
import { decideStarts } from "../../../src/core/plan/decide-starts.ts";
import { listEndings } from "../../../src/core/plan/endings.ts";
import { planTick } from "../../../src/core/plan/plan.ts";
import { listRestsOn } from "../../../src/core/plan/rests-on.ts";
import { listIfRoom, listMustRead } from "../../../src/core/plan/what-to-read.ts";
import { LabelReader } from "../../../src/core/text/label-reading.ts";
import { anyPlanInput } from "../../arbitraries/backlog.ts";
import {
  aClaim,
  aClosedIssue,
  anIssue,
  anUntriggeredIssue,
  aPlanInput,
  aRecord,
  aReference,
  aResult,
  CONFIGURATION,
  labelled,
  NOW,
  REPOSITORY,
  TRIGGER,
} from "../../arbitraries/plan.ts";

/** Issues as a snapshot gives them back. */
function recalled(...issues: readonly ObservedIssue[]): readonly ObservedIssue[] {
  return issues.map((issue) => recallIssue(rememberIssue({ issue, updatedAt: NOW }, NOW)));
}

type Backlog = Parameters<typeof aPlanInput>[0];

/** What a tick knows when `stale` issues come from the snapshot. */
function known(
  backlog: Omit<Backlog, "observation">,
  stale: readonly ObservedIssue[],
): ReturnType<typeof aPlanInput> {
  return aPlanInput({
    ...backlog,
    issues: [...backlog.issues, ...stale],
    observation: { stale: new Set(stale.map(({ number }) => number)) },
  });
}

function mustRead(input: ReturnType<typeof known>): readonly number[] {
  const numbers = listMustRead(input.observation, input);
  return [...new Set(numbers)].toSorted((a, b) => a - b);
}

describe("listMustRead", () => {
  it("reads nothing that was read a moment ago and names nothing unknown", () => {
    const input = known({ issues: [anIssue({ number: 1 })], records: [aRecord({ issue: 1 })] }, []);

    expect(mustRead(input)).toEqual([]);
  });

  it("reads what may start, and the blockers that would let it start [N35, F106]", () => {
    const stale = recalled(
      anIssue({ number: 1, labels: labelled("blocked-by:#2"), body: "Blocked by #3\n" }),
      aClosedIssue(2),
      aClosedIssue(3),
      anIssue({ number: 4, labels: labelled("blocked-by:#5") }),
      anUntriggeredIssue({ number: 5 }),
    );
    const input = known({ issues: [], records: [1, 4].map((issue) => aRecord({ issue })) }, stale);

    expect(mustRead(input)).toEqual([1, 2, 3]);
  });

  it("reads the parent whose blockers a candidate inherits", () => {
    const stale = recalled(
      anIssue({ number: 1, parent: aReference(2) }),
      anUntriggeredIssue({
        number: 2,
        labels: ["blocked-by:#3"],
        subIssues: [aReference(1)],
      }),
      aClosedIssue(3),
    );
    const input = known({ issues: [], records: [aRecord({ issue: 1 })] }, stale);

    expect(mustRead(input)).toEqual([1, 2, 3]);
  });

  it("reads only as many candidates as may start, and a few more", () => {
    const numbers = Array.from({ length: 500 }, (_, index) => index + 1);
    const stale = recalled(...numbers.map((number) => anIssue({ number })));
    const input = known({ issues: [], records: numbers.map((issue) => aRecord({ issue })) }, stale);

    expect(mustRead(input)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("reads what is under way, and what it would end or take back [N36]", () => {
    const records = [
      aRecord({ issue: 1, claim: aClaim({ issue: 1 }) }),
      aRecord({ issue: 2, result: aResult({ outcome: "delivered", headSha: "c".repeat(40) }) }),
      aRecord({ issue: 3 }),
      aRecord({ issue: 4 }),
      aRecord({ issue: 5 }),
      aRecord({ issue: 6, ended: "completed", endedAt: NOW }),
    ];
    const stale = recalled(
      anIssue({ number: 1 }),
      anIssue({ number: 2 }),
      aClosedIssue(3),
      anUntriggeredIssue({ number: 4 }),
      aClosedIssue(6),
    );

    expect(mustRead(known({ issues: [], records }, stale))).toEqual([1, 2, 3, 4, 5]);
  });
});

describe("listIfRoom", () => {
  it("reads what ended lately, the latest first, then what was refused", () => {
    const since = "2026-11-20T00:00:00Z";
    const ended = { ended: "completed" } as const;
    const records = [
      aRecord({ issue: 1, ...ended, endedAt: "2026-11-20T09:00:00Z" }),
      aRecord({ issue: 2, ...ended, endedAt: "2026-11-20T10:00:00Z" }),
      aRecord({ issue: 3, ...ended, endedAt: "2026-11-19T10:00:00Z" }),
      aRecord({ issue: 4 }),
    ];
    const stale = recalled(
      ...[1, 2, 3].map((number) => aClosedIssue(number)),
      anIssue({ number: 4 }),
      anIssue({ number: 5 }),
      anUntriggeredIssue({ number: 6 }),
    );
    const input = known({ issues: [], records }, stale);

    expect(listIfRoom(input.observation, input, since)).toEqual([2, 1, 5]);
  });
});

describe("a plan over issues that were not read", () => {
  it("goes on with what the journal approves, and starts none of it [N35]", () => {
    const stale = recalled(anIssue({ number: 1 }), anIssue({ number: 2 }));
    const plan = planTick(known({ issues: [], records: [aRecord({ issue: 1 })] }, stale));

    expect(plan.ready).toEqual([1]);
    expect(plan.unverified).toEqual([1]);
    expect(plan.starts).toEqual([]);
    expect(new Map(plan.rows.map(({ issue, reason }) => [issue, reason.type]))).toEqual(
      new Map([
        [1, "unverified"],
        [2, "approval-unread"],
      ]),
    );
  });

  it("starts what was read, though it waited for one that was not and is closed natively", () => {
    const blockedBy = [aReference(2, { state: "closed", closedAs: "completed" })];
    const input = known(
      { issues: [anIssue({ number: 1, blockedBy })], records: [aRecord({ issue: 1 })] },
      recalled(aClosedIssue(2)),
    );

    expect(planTick(input).starts.map(({ issue }) => issue)).toEqual([1]);
  });

  it("starts nothing whose labelled blocker it did not read", () => {
    const labels = labelled("blocked-by:#2");
    const input = known(
      { issues: [anIssue({ number: 1, labels })], records: [aRecord({ issue: 1 })] },
      recalled(aClosedIssue(2)),
    );

    const plan = planTick(input);

    expect(plan.ready).toEqual([1]);
    expect(plan.starts).toEqual([]);
  });

  it("comments on no reference that only a snapshot has [F106]", () => {
    const labels = labelled("blocked-by:#99");
    const records = [aRecord({ issue: 1 })];
    const read = planTick(known({ issues: [anIssue({ number: 1, labels })], records }, []));
    const remembered = planTick(
      known({ issues: [], records }, recalled(anIssue({ number: 1, labels }))),
    );

    expect(read.notices).toHaveLength(1);
    expect(remembered.notices).toEqual([]);
  });

  it("comments on no cycle through an issue that it did not read [F106]", () => {
    const input = known(
      {
        issues: [anIssue({ number: 1, labels: labelled("blocked-by:#2") })],
        records: [1, 2].map((issue) => aRecord({ issue })),
      },
      recalled(anIssue({ number: 2, labels: labelled("blocked-by:#1") })),
    );

    const plan = planTick(input);

    expect(plan.cycles).toEqual([[1, 2]]);
    expect(plan.notices).toEqual([]);
  });
});

describe("issues that were not read, whatever a snapshot says of them [N35, F106]", () => {
  it("are neither approved, nor taken back, nor started, nor commented on", () => {
    fc.assert(
      fc.property(anyPlanInput, fc.array(fc.integer({ min: 1, max: 12 })), (input, numbers) => {
        const stale = new Set(numbers);
        const plan = planTick({ ...input, observation: { ...input.observation, stale } });

        const touched = [...plan.approvals, ...plan.withdrawals, ...plan.starts, ...plan.notices];
        expect(touched.filter(({ issue }) => stale.has(issue))).toEqual([]);
      }),
    );
  });

  it("are not started on the journal's tip either", () => {
    const input = known({ issues: [], records: [aRecord({ issue: 1 })] }, [
      { ...anIssue({ number: 1 }), trigger: undefined },
    ]);
    const plan = planTick(input);

    const { starts } = decideStarts(plan, input.journal, {
      configuration: CONFIGURATION,
      now: NOW,
      headSha: "b".repeat(40),
      credential: "present",
      busySlots: [],
      judgedClaims: new Set(),
    });

    expect(plan.ready).toEqual([1]);
    expect(starts).toEqual([]);
  });

  it("end no delivery", () => {
    const { observation, journal } = known(
      { issues: [], records: [aRecord({ issue: 1 })] },
      recalled(aClosedIssue(1)),
    );

    expect(listEndings(journal, observation, new Map(), TRIGGER)).toEqual([]);
  });
});

describe("listRestsOn", () => {
  it("names the open sub-issues of an issue, and not those of its parent", () => {
    const reader = new LabelReader(TRIGGER);
    const issues = new Map(
      [
        anIssue({ number: 1, parent: aReference(2), subIssues: [aReference(4)] }),
        anIssue({ number: 2, subIssues: [aReference(1), aReference(3)] }),
      ].map((issue) => [issue.number, issue]),
    );

    const found = listRestsOn(1, {
      repository: REPOSITORY,
      sources: CONFIGURATION.dependencySources,
      readLabels: ({ labels }) => reader.read(labels),
      issues,
    });

    expect([...found].toSorted((a, b) => a - b)).toEqual([1, 2, 4]);
  });

  it("ends where parents go round in a ring", () => {
    const reader = new LabelReader(TRIGGER);
    const issues = new Map(
      [
        anIssue({ number: 1, parent: aReference(2) }),
        anIssue({ number: 2, parent: aReference(1) }),
      ].map((issue) => [issue.number, issue]),
    );

    const found = listRestsOn(1, {
      repository: REPOSITORY,
      sources: CONFIGURATION.dependencySources,
      readLabels: ({ labels }) => reader.read(labels),
      issues,
    });

    expect([...found]).toEqual([1, 2]);
  });
});
