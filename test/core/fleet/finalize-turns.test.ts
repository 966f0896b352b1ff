import { describe, expect, it } from "vitest";

import { type ClaimLife, judgeClaims } from "../../../src/core/fleet/liveness.ts";
import { type ClaimIdentity, mayFinalize } from "../../../src/core/journal/claims.ts";
import { applyEvent, EMPTY_JOURNAL } from "../../../src/core/journal/fold.ts";
import type { JournalState } from "../../../src/core/journal/records.ts";
import type { ObservedJob, ObservedRun } from "../../../src/core/observation.ts";
import { finalizeAgainFactDue } from "../../../src/core/plan/tick-facts.ts";
import { aClaim, aRecord } from "../../arbitraries/plan.ts";

const RUN = 7;
const ISSUES = [1, 2, 3];

/** Three claims of one run, made at nine o'clock. */
function claimed(): JournalState {
  const records = ISSUES.map((issue) => {
    const at = "2026-11-20T09:00:00Z";
    const claim = aClaim({ issue, runId: RUN, nonce: `claim-${issue}`, at });
    return [issue, aRecord({ issue, attempts: 1, claim })] as const;
  });
  return { ...EMPTY_JOURNAL, issues: new Map(records) };
}

function startedAgain(
  state: JournalState,
  issue: number,
  runAttempt: number | undefined,
  at: string,
): JournalState {
  const stamp = { at, runId: 9, runAttempt: 1, nonce: `again-${issue}` };
  const fact = { type: "finalize-again", issue, claim: `claim-${issue}`, runAttempt } as const;
  return applyEvent(state, { seq: state.seq + 1, stamp, fact });
}

/** The claim of an issue ended; its record stays. */
function withoutClaim(state: JournalState, issue: number): JournalState {
  const record = aRecord({ issue, attempts: 1, claim: undefined });
  return { ...state, issues: new Map([...state.issues, [issue, record]]) };
}

function jobsOf(runAttempt: number, finalize: Partial<ObservedJob> = {}): readonly ObservedJob[] {
  return ISSUES.flatMap((issue) => {
    const id = 100 * runAttempt + 10 * issue;
    const ended = {
      runAttempt,
      status: "completed",
      startedAt: "2026-11-20T09:10:00Z",
      completedAt: "2026-11-20T09:40:00Z",
    } as const;
    return [
      { ...ended, id, name: `w / i${issue} / session`, conclusion: "success" },
      {
        ...ended,
        id: id + 1,
        name: `w / i${issue} / finalize`,
        conclusion: "failure",
        ...finalize,
      },
    ];
  });
}

const DIED: ObservedRun = {
  runId: RUN,
  latestAttempt: 1,
  status: "completed",
  jobs: jobsOf(1),
};

const SECOND: ObservedRun = {
  ...DIED,
  latestAttempt: 2,
  jobs: [...jobsOf(1), ...jobsOf(2)],
};

function lives(state: JournalState, run: ObservedRun, now: string): readonly string[] {
  return judgeClaims(state, [run], now).map(describeLife);
}

function describeLife(life: ClaimLife): string {
  const issue = `#${life.claim.issue}`;
  switch (life.life) {
    case "alive":
      return `${issue} ${life.phase}`;
    case "dead":
      return `${issue} dead: ${life.cause}`;
    case "finalize-again":
      return `${issue} job ${life.jobId} in attempt ${life.runAttempt}`;
  }
}

describe("several finalizes of one run that died", () => {
  it("are started again one at a time: the others live and hold no slot [F10, F102]", () => {
    const judged = judgeClaims(claimed(), [DIED], "2026-11-20T10:00:00Z");

    expect(judged.map(describeLife)).toEqual([
      "#1 job 111 in attempt 2",
      "#2 finishing",
      "#3 finishing",
    ]);
    expect(judged.flatMap((life) => (life.life === "alive" ? [life.holdsSlot] : []))).toEqual([
      false,
      false,
    ]);
  });

  it("wait while the attempt of another one is asked for, or runs [F102]", () => {
    const state = startedAgain(claimed(), 1, 2, "2026-11-20T10:00:00Z");
    const running = { ...SECOND, status: "in_progress" } as const;

    const all = ["#1 finishing", "#2 finishing", "#3 finishing"];
    expect(lives(state, DIED, "2026-11-20T10:00:30Z")).toEqual(all);
    expect(
      lives(state, { ...DIED, latestAttempt: 2, status: "queued" }, "2026-11-20T10:01:00Z"),
    ).toEqual(all);
    expect(lives(state, { ...running, jobs: jobsOf(1) }, "2026-11-20T10:02:00Z")).toEqual(all);
  });

  it("have their turn when that attempt has ended, with the job ids of the newest attempt [F10]", () => {
    const state = startedAgain(claimed(), 1, 2, "2026-11-20T10:00:00Z");
    const delivered = withoutClaim(state, 1);

    expect(lives(delivered, SECOND, "2026-11-20T10:05:00Z")).toEqual([
      "#2 job 221 in attempt 3",
      "#3 finishing",
    ]);
    // Where GitHub lists what was not run again only once, its one id is the newest.
    expect(lives(delivered, { ...SECOND, jobs: jobsOf(1) }, "2026-11-20T10:05:00Z")[0]).toBe(
      "#2 job 121 in attempt 3",
    );
  });

  it("have it once: the one that died again is dead, the next has its turn [F10]", () => {
    const state = startedAgain(claimed(), 1, 2, "2026-11-20T10:00:00Z");

    expect(lives(state, SECOND, "2026-11-20T10:05:00Z")).toEqual([
      "#1 dead: run-ended",
      "#2 job 221 in attempt 3",
      "#3 finishing",
    ]);
  });

  it("die in an attempt that somebody else began, before or after ours [F14]", () => {
    const state = startedAgain(claimed(), 1, 2, "2026-11-20T10:00:00Z");
    const third = { ...SECOND, latestAttempt: 3, status: "in_progress" } as const;

    expect(lives(claimed(), { ...SECOND, status: "in_progress" }, "2026-11-20T10:05:00Z")).toEqual(
      ISSUES.map((issue) => `#${issue} dead: run-superseded`),
    );
    expect(lives(state, third, "2026-11-20T10:05:00Z")).toEqual(
      ISSUES.map((issue) => `#${issue} dead: run-superseded`),
    );
  });

  it("are not ours by an event of an older journal, which does not say where it runs", () => {
    const state = startedAgain(claimed(), 1, undefined, "2026-11-20T10:00:00Z");
    const running = { ...SECOND, status: "in_progress", jobs: jobsOf(1) } as const;

    expect(state.fleet.reruns).toEqual([]);
    expect(lives(state, running, "2026-11-20T10:05:00Z").slice(0, 2)).toEqual([
      "#1 finishing",
      "#2 dead: run-superseded",
    ]);
  });

  it("do not wait for what a session handed over longer than it is kept", () => {
    expect(lives(claimed(), DIED, "2026-11-23T07:00:00Z")[0]).toBe("#1 job 111 in attempt 2");
    expect(lives(claimed(), DIED, "2026-11-23T08:00:00Z")).toEqual(
      ISSUES.map((issue) => `#${issue} dead: run-ended`),
    );
  });

  it("have a turn each although the first was refused: the attempt never came [F10]", () => {
    const state = startedAgain(claimed(), 1, 2, "2026-11-20T10:00:00Z");

    expect(lives(state, DIED, "2026-11-20T10:29:00Z")).toEqual([
      "#1 job 111 in attempt 2",
      "#2 finishing",
      "#3 finishing",
    ]);
    expect(lives(state, DIED, "2026-11-20T10:31:00Z")).toEqual([
      "#1 dead: finalize-missing",
      "#2 job 121 in attempt 2",
      "#3 finishing",
    ]);
  });

  it("die with their run", () => {
    const judged = judgeClaims(claimed(), [], "2026-11-20T10:00:00Z");

    expect(judged.map(describeLife)).toEqual(ISSUES.map((issue) => `#${issue} dead: run-deleted`));
  });
});

function legOf(issue: number, runAttempt: number): ClaimIdentity {
  const { nonce: claim, attempt, slot } = aClaim({ issue, nonce: `claim-${issue}` });
  return { claim, attempt, slot, run: { runId: RUN, runAttempt } };
}

describe("the right to a run attempt", () => {
  it("is that of the one claim whose finalize was started again in it [F14]", () => {
    const first = startedAgain(claimed(), 1, 2, "2026-11-20T10:00:00Z");
    const { issues } = startedAgain(first, 2, 3, "2026-11-20T10:10:00Z");

    const allowed = ISSUES.map((issue) =>
      [1, 2, 3, 4].filter((runAttempt) => {
        const claim = issues.get(issue)?.claim;
        return claim !== undefined && mayFinalize(claim, legOf(issue, runAttempt));
      }),
    );

    expect(allowed).toEqual([[2], [3], [1]]);
  });

  it("is given by one of two ticks that decided at once [F02]", () => {
    const rerun = { job: 111, runAttempt: 2, reruns: 0, isJournalled: false };
    const tip = startedAgain(claimed(), 1, 2, "2026-11-20T10:00:00Z");

    const due = [1, 2].map((issue) =>
      [claimed(), tip].map(
        (state) => finalizeAgainFactDue({ ...rerun, issue, claim: `claim-${issue}` }, state)?.type,
      ),
    );

    expect(due).toEqual([
      ["finalize-again", undefined],
      ["finalize-again", undefined],
    ]);
  });
});
