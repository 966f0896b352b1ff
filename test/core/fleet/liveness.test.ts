import { describe, expect, it } from "vitest";

import { judgeClaims } from "../../../src/core/fleet/liveness.ts";
import {
  type DeathCircumstances,
  describeRunner,
  resultOfDeath,
} from "../../../src/core/fleet/result-of-death.ts";
import { EMPTY_JOURNAL } from "../../../src/core/journal/fold.ts";
import { newRecord } from "../../../src/core/journal/new-record.ts";
import type { Claim, JournalState } from "../../../src/core/journal/records.ts";
import type { ObservedRun } from "../../../src/core/observation.ts";
import { deathFactDue } from "../../../src/core/plan/tick-facts.ts";
import type { Death } from "../../../src/core/plan/tick-plan.ts";
import { sha, textHash } from "../../world/an-issue.ts";

const RETRY = { max: 3, delaysMinutes: [5], capMinutes: 60, jitterShare: 0 };

/** A claim of nine o'clock whose finalize died and is to be started again at ten. */
const CLAIM: Claim = {
  issue: 1,
  attempt: 1,
  delivery: 1,
  runId: 7,
  runAttempt: 1,
  slot: "mac-1/1",
  machine: "mac-1",
  textHash: textHash("Issue 1", ""),
  baseSha: sha("main"),
  configurationSha: sha("main"),
  at: "2026-11-20T09:00:00Z",
  nonce: "claim-1",
  finalizeAgainAt: "2026-11-20T10:00:00Z",
  finalizeAgainIn: 2,
};

function journalOf(claim: Claim, stop?: "cancelled" | "fleet-stop"): JournalState {
  const record = {
    ...newRecord(1),
    attempts: 1,
    claim,
    stop: stop === undefined ? undefined : { reason: stop, at: "2026-11-20T10:00:00Z" },
  };
  return { ...EMPTY_JOURNAL, issues: new Map([[1, record]]) };
}

function lifeAt(now: string, runs: readonly ObservedRun[]): string | undefined {
  return judgeClaims(journalOf(CLAIM), runs, now)[0]?.life;
}

function circumstances(at: string): DeathCircumstances {
  return {
    stop: undefined,
    at,
    policy: RETRY,
    jitter: 0.5,
    notBefore: () => at,
    runner: "no runner with the labels mac-1",
  };
}

function aDeath(reruns: number): Death {
  const [life] = judgeClaims(
    journalOf({ ...CLAIM, finalizeAgainAt: undefined, finalizeAgainIn: undefined }),
    [],
    "2026-11-20T10:00:00Z",
  );
  if (life?.life !== "dead") {
    throw new Error("A claim without a run is dead.");
  }
  const at = "2026-11-20T10:00:00Z";
  const result = resultOfDeath(life, circumstances(at));
  return { issue: 1, claim: "claim-1", reruns, result };
}

describe("the life of a claim whose finalize is started again", () => {
  it("goes on while the new run attempt does not exist yet, and not for ever [F102]", () => {
    expect(lifeAt("2026-11-20T10:00:05Z", [])).toBe("alive");
    expect(lifeAt("2026-11-20T10:31:00Z", [])).toBe("dead");
  });

  it("counts the wait for finalize from then, not from the claim [F102]", () => {
    const run: ObservedRun = { runId: 7, latestAttempt: 2, status: "in_progress", jobs: [] };

    expect(lifeAt("2026-11-20T10:05:00Z", [run])).toBe("alive");
    expect(lifeAt("2026-11-20T10:31:00Z", [run])).toBe("dead");
  });

  it("is not ended by a tick that looked before it [F102]", () => {
    const at = "2026-11-20T10:00:00Z";
    const reruns = [{ runId: 7, runAttempt: 2, at }];
    const tip = { ...journalOf(CLAIM), fleet: { ...EMPTY_JOURNAL.fleet, reruns } };

    expect(deathFactDue(aDeath(0), tip)).toBeUndefined();
    expect(deathFactDue(aDeath(1), tip)).toMatchObject({ type: "result", issue: 1 });
  });
});

function judged(now: string, run: ObservedRun): unknown {
  return judgeClaims(journalOf(CLAIM), [run], now)[0];
}

describe("a finalize whose new start was journalled and never asked for", () => {
  const job = {
    id: 41,
    runAttempt: 1,
    status: "completed",
    startedAt: "2026-11-20T09:30:00Z",
    completedAt: "2026-11-20T09:31:00Z",
  } as const;
  const ended: ObservedRun = {
    runId: 7,
    latestAttempt: 1,
    status: "completed",
    jobs: [
      { ...job, name: "i1 / session", conclusion: "success" },
      { ...job, id: 42, name: "i1 / finalize", conclusion: "failure" },
    ],
  };

  it("is asked for again, and nothing is journalled twice [F10]", () => {
    expect(judged("2026-11-20T10:03:00Z", ended)).toMatchObject({
      life: "finalize-again",
      jobId: 42,
      isJournalled: true,
    });
  });

  it("is left alone while the request may be on its way, or when it was heard", () => {
    expect(judged("2026-11-20T10:01:00Z", ended)).toMatchObject({ life: "alive" });
    expect(
      judged("2026-11-20T10:03:00Z", { ...ended, latestAttempt: 2, status: "in_progress" }),
    ).toMatchObject({
      life: "alive",
    });
  });

  it("is given up after 30 minutes", () => {
    expect(judged("2026-11-20T10:31:00Z", ended)).toMatchObject({ life: "dead" });
  });
});

describe("the death of a claim that was to be stopped", () => {
  it.each([
    ["cancelled", "cancelled"],
    ["fleet-stop", "returned"],
  ] as const)("is no failure: %s ends it %s, and names who asked [N37]", (reason, outcome) => {
    const [life] = judgeClaims(
      journalOf({ ...CLAIM, finalizeAgainAt: undefined, finalizeAgainIn: undefined }),
      [],
      "2026-11-20T10:00:00Z",
    );
    const at = "2026-11-20T10:00:00Z";
    const stop = { reason, at, by: "maria" };

    const result =
      life?.life === "dead" ? resultOfDeath(life, { ...circumstances(at), stop }) : undefined;

    expect(result).toMatchObject({ outcome, cause: "cancelled", notBefore: undefined });
    expect(result?.detail).toContain(`was to be stopped (${reason} by maria)`);
  });

  it("waits for a tick that knows of the stop [N37]", () => {
    const tip = journalOf(
      { ...CLAIM, finalizeAgainAt: undefined, finalizeAgainIn: undefined },
      "cancelled",
    );

    expect(deathFactDue(aDeath(0), tip)).toBeUndefined();
  });
});

describe("a claim that no runner took", () => {
  const fresh = { ...CLAIM, finalizeAgainAt: undefined, finalizeAgainIn: undefined };
  const machines = [{ name: "mac-1", labels: ["self-hosted", "mac-1"], slots: 3 }];

  const waiting: ObservedRun = {
    runId: 7,
    latestAttempt: 1,
    status: "in_progress",
    jobs: [
      {
        id: 1,
        runAttempt: 1,
        name: "i1 / session",
        status: "queued",
        conclusion: undefined,
        startedAt: undefined,
        completedAt: undefined,
      },
    ],
  };

  it("is given back with the machine and the labels that nobody serves [F54, N36]", () => {
    const lives = judgeClaims(journalOf(fresh), [waiting], "2026-11-20T10:00:00Z");
    const [life] = lives;

    const result =
      life?.life === "dead"
        ? resultOfDeath(life, {
            ...circumstances("2026-11-20T10:00:00Z"),
            runner: describeRunner(life.claim, machines, lives),
          })
        : undefined;

    expect(result).toMatchObject({
      outcome: "returned",
      cause: "no-runner",
      machine: "mac-1",
      detail:
        "Attempt 1 on mac-1/1 never started (no runner with the labels self-hosted, mac-1 took the job within 15 minutes).",
    });
  });

  it("tells a machine whose other runners are busy from one without runners [F54]", () => {
    const others = judgeClaims(
      journalOf({ ...fresh, issue: 1 }),
      [
        {
          ...waiting,
          jobs: waiting.jobs.map((job) => ({ ...job, status: "in_progress" as const })),
        },
      ],
      "2026-11-20T09:01:00Z",
    );

    expect(describeRunner(fresh, machines, others)).toBe(
      "no free runner of mac-1, whose others are busy,",
    );
    expect(describeRunner({ ...fresh, machine: "mac-2" }, machines, others)).toBe(
      "no runner with the labels mac-2",
    );
  });
});
