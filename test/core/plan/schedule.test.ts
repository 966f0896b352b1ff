import { describe, expect, it } from "vitest";

import type { Configuration } from "../../../src/core/configuration.ts";
import { EMPTY_JOURNAL } from "../../../src/core/journal/fold.ts";
import type { FleetPause, Result } from "../../../src/core/journal/records.ts";
import type { Plan, PlanInput } from "../../../src/core/plan/plan-types.ts";
import { planTick } from "../../../src/core/plan/plan.ts";
import {
  type Candidate,
  scheduleStarts,
  type StartLimits,
} from "../../../src/core/plan/schedule.ts";
import { findFreeSlots, listSlots } from "../../../src/core/plan/slots.ts";
import {
  aClaim,
  anIssue,
  aPlanInput,
  aPullRequest,
  aRecord,
  aResult,
  CONFIGURATION,
  HEAD_SHA,
  NOW,
} from "../../arbitraries/plan.ts";

const machine = (name: string, slots: number): Configuration["machines"][number] => ({
  name,
  slots,
  labels: [],
});

const candidate = (issue: number, parts: Partial<Candidate> = {}): Candidate => ({
  issue,
  paths: [],
  hasPullRequest: false,
  ...parts,
});

const limits = (parts: Partial<StartLimits> = {}): StartLimits => ({
  configuration: CONFIGURATION,
  fleet: EMPTY_JOURNAL.fleet,
  headSha: HEAD_SHA,
  now: NOW,
  credential: "present",
  isOrderViolated: false,
  busySlots: [],
  openPullRequests: 0,
  live: [],
  ...parts,
});

const reasonsOf = (plan: Plan): readonly string[] => plan.rows.map(({ reason }) => reason.type);

const firstFree = (...busy: readonly string[]): string | undefined =>
  findFreeSlots(CONFIGURATION, busy, []).free[0]?.slot;

const paused = (pause: Partial<FleetPause>): Plan => {
  const input = aPlanInput({ issues: [anIssue({ number: 1 })] });
  const whole: FleetPause = {
    reason: "command",
    detail: "by wren",
    until: undefined,
    baseSha: undefined,
    ...pause,
  };
  return planTick({
    ...input,
    journal: { ...input.journal, fleet: { ...EMPTY_JOURNAL.fleet, pause: whole } },
  });
};

describe("listSlots", () => {
  it("names the slots of 3 + 2 machine by machine [R02]", () => {
    expect(listSlots(CONFIGURATION.machines).map(({ slot }) => slot)).toEqual([
      "mac-1/1",
      "mac-1/2",
      "mac-1/3",
      "mac-2/1",
      "mac-2/2",
    ]);
  });

  it.each([-1, 0, Number.NaN])("gives no slot to a machine with %d of them", (slots) => {
    expect(listSlots([machine("mac", slots)])).toEqual([]);
  });

  it("counts a machine that is named twice once", () => {
    expect(listSlots([machine("mac", 1), machine("mac", 2)])).toHaveLength(2);
  });
});

describe("findFreeSlots", () => {
  it("takes the first free one, whichever was freed [R12]", () => {
    expect(firstFree()).toBe("mac-1/1");
    expect(firstFree("mac-1/1", "mac-1/2", "mac-1/3")).toBe("mac-2/1");
    expect(firstFree("mac-1/1", "mac-1/3", "mac-2/1")).toBe("mac-1/2");
  });

  it("counts a busy slot that is not configured any more against the cap [W26]", () => {
    const use = findFreeSlots({ ...CONFIGURATION, maxParallel: 2 }, ["old/1", "old/1"], []);

    expect(use.allowed).toBe(1);
  });

  it("leaves out offline slots, and tells them from busy ones [F54]", () => {
    const use = findFreeSlots(CONFIGURATION, ["mac-1/1"], ["mac-1/1", "mac-1/2"]);

    expect(use).toMatchObject({ busy: 1, offline: 1 });
    expect(use.free).toHaveLength(3);
  });
});

describe("scheduleStarts", () => {
  it("fills the slots in order and tells the rest their place in the queue [N09]", () => {
    const { starts, reasons } = scheduleStarts(
      [1, 2, 3, 4].map((issue) => candidate(issue)),
      limits({ busySlots: ["mac-1/1", "mac-1/2", "mac-1/3"] }),
    );

    expect(starts).toEqual([
      { issue: 1, slot: "mac-2/1", machine: "mac-2" },
      { issue: 2, slot: "mac-2/2", machine: "mac-2" },
    ]);
    expect(reasons.get(4)).toEqual({ type: "no-free-slot", position: 2, busy: 5, offline: 0 });
  });

  it("lets declared paths that overlap wait for a live one and for each other [N10, F58]", () => {
    const { starts, reasons } = scheduleStarts(
      [
        candidate(1, { paths: ["src/a/**"] }),
        candidate(2, { paths: ["src/b.ts"] }),
        candidate(3, { paths: ["src/b.ts", "docs/x"] }),
        candidate(4),
      ],
      limits({ live: [candidate(9, { paths: ["src/a/x.ts"] })], busySlots: ["mac-1/1"] }),
    );

    expect(starts.map(({ issue }) => issue)).toEqual([2, 4]);
    expect(reasons.get(1)).toEqual({ type: "overlap", issue: 9 });
    expect(reasons.get(3)).toEqual({ type: "overlap", issue: 2 });
  });

  it("starts them side by side where that is configured", () => {
    const both = [1, 2].map((issue) => candidate(issue, { paths: ["src"] }));
    const configuration = { ...CONFIGURATION, avoidOverlap: false };

    expect(scheduleStarts(both, limits({ configuration })).starts).toHaveLength(2);
  });

  it("keeps open pull requests and those on their way under the cap [N10, F53]", () => {
    const configuration = { ...CONFIGURATION, maxOpenPullRequests: 4 };

    const { starts, reasons } = scheduleStarts(
      [candidate(1), candidate(2), candidate(3, { hasPullRequest: true })],
      limits({
        configuration,
        openPullRequests: 2,
        live: [candidate(9), candidate(8, { hasPullRequest: true })],
      }),
    );

    expect(starts.map(({ issue }) => issue)).toEqual([1, 3]);
    expect(reasons.get(2)).toEqual({ type: "open-pull-request-cap", open: 4, cap: 4 });
  });

  it("starts nothing on an order that failed its check", () => {
    const { starts, reasons } = scheduleStarts([candidate(1)], limits({ isOrderViolated: true }));

    expect(starts).toEqual([]);
    expect(reasons.get(1)).toEqual({ type: "order-violated" });
  });
});

describe("a paused fleet", () => {
  it("starts nothing and says why", () => {
    expect(paused({}).starts).toEqual([]);
    expect(reasonsOf(paused({}))).toEqual(["paused"]);
  });

  it("goes on by itself when the limit of the account is over [F55]", () => {
    expect(paused({ reason: "account-limit", until: "2026-11-20T12:00:01Z" }).starts).toHaveLength(
      0,
    );
    expect(paused({ reason: "account-limit", until: NOW }).starts).toHaveLength(1);
  });

  it("goes on by itself when a red base has moved, and only then [N29, F100]", () => {
    expect(paused({ reason: "base-red", baseSha: HEAD_SHA }).starts).toHaveLength(0);
    expect(paused({ reason: "base-red", baseSha: "d".repeat(40) }).starts).toHaveLength(1);
    expect(paused({ reason: "meltdown", baseSha: "d".repeat(40) }).starts).toHaveLength(0);
  });
});

const firstOnSecond = (issue: number): string | undefined => (issue === 1 ? "mac-2" : undefined);

describe("a retry", () => {
  const HALF_AN_HOUR_AGO = "2026-11-20T11:30:00Z";
  const two = { machines: [machine("mac-1", 3), machine("mac-2", 2)] };

  /** Where the first of three issues is started after this result on mac-2. */
  function slotOfRetry(
    result: Partial<Result>,
    parts: Partial<PlanInput> = {},
  ): string | undefined {
    const record = aRecord({
      issue: 1,
      attempts: 1,
      result: aResult({ outcome: "retry", machine: "mac-2", at: HALF_AN_HOUR_AGO, ...result }),
    });
    const issues = [1, 2, 3].map((number) => anIssue({ number }));
    const input = aPlanInput({ issues, records: [record], configuration: two });
    const { starts } = planTick({ ...input, now: "2026-11-20T12:00:00Z", ...parts });
    return starts.find(({ issue }) => issue === 1)?.slot;
  }

  it("gets a free slot of the machine that has its conversation and its rescued work [N11]", () => {
    expect(slotOfRetry({})).toBe("mac-2/1");
    expect(slotOfRetry({}, { busySlots: ["mac-2/1"] })).toBe("mac-2/2");
  });

  it("never waits for that machine: it gets the first free slot of another [N11]", () => {
    expect(slotOfRetry({}, { busySlots: ["mac-2/1", "mac-2/2"] })).toBe("mac-1/1");
    expect(slotOfRetry({ machine: "gone" })).toBe("mac-1/1");
  });

  it("gets the first free slot of all 30 minutes after its last attempt, and when nobody knows where that was", () => {
    expect(slotOfRetry({ at: "2026-11-20T11:29:59Z" })).toBe("mac-1/1");
    expect(slotOfRetry({ machine: undefined })).toBe("mac-1/1");
  });

  it("that was given back without work left nothing there", () => {
    expect(slotOfRetry({ outcome: "returned" })).toBe("mac-1/1");
  });

  it("leaves the order, the number of starts and every other slot as they are [R12]", () => {
    const three = [1, 2, 3].map((issue) => candidate(issue));
    const capped = limits({ configuration: { ...CONFIGURATION, maxParallel: 2 } });

    const { starts, reasons } = scheduleStarts(three, capped, { prefer: firstOnSecond });

    expect(starts).toEqual([
      { issue: 1, slot: "mac-2/1", machine: "mac-2" },
      { issue: 2, slot: "mac-1/1", machine: "mac-1" },
    ]);
    expect(reasons.get(3)).toEqual({ type: "no-free-slot", position: 1, busy: 2, offline: 0 });
  });

  it("is asked for its machine only when a slot is left for it", () => {
    const asked: number[] = [];
    const prefer = (issue: number): undefined => void asked.push(issue);
    const many = Array.from({ length: 100 }, (_, index) => candidate(index + 1));

    scheduleStarts(many, limits(), { prefer });

    expect(asked).toEqual([1, 2, 3, 4, 5]);
  });
});

describe("a plan with sessions running", () => {
  it("counts their slots, their paths and their coming pull requests", () => {
    const claim = aClaim({ issue: 1 });
    const issues = [
      anIssue({ number: 1, body: "Paths: src/**" }),
      anIssue({ number: 2, body: "Paths: src/a.ts" }),
      anIssue({ number: 3 }),
    ];

    const plan = planTick(
      aPlanInput({
        issues,
        records: [aRecord({ issue: 1, attempts: 1, claim })],
        liveClaims: new Map([[1, claim]]),
        busySlots: [claim.slot],
        pullRequests: [aPullRequest(50)],
        configuration: { maxOpenPullRequests: 3 },
      }),
    );

    expect(plan.starts).toEqual([{ issue: 3, slot: "mac-1/2", machine: "mac-1" }]);
    expect(plan.rows.map(({ issue, reason }) => [issue, reason.type])).toEqual([
      [1, "dispatched"],
      [2, "overlap"],
      [3, "starting"],
    ]);
  });

  it("starts a retry whose pull request is open even at the cap", () => {
    const plan = planTick(
      aPlanInput({
        issues: [anIssue({ number: 1 })],
        records: [aRecord({ issue: 1, attempts: 1, result: aResult({ outcome: "retry" }) })],
        pullRequests: [aPullRequest(1)],
        configuration: { maxOpenPullRequests: 1 },
      }),
    );

    expect(plan.starts.map(({ issue }) => issue)).toEqual([1]);
  });
});
