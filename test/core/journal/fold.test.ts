import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { JournalFact } from "../../../src/core/journal/events.ts";
import { applyEvent, EMPTY_JOURNAL } from "../../../src/core/journal/fold.ts";
import type {
  Claim,
  HistoryEntry,
  IssueRecord,
  JournalState,
  Result,
} from "../../../src/core/journal/records.ts";
import { histories } from "../../arbitraries/journal.ts";

const AT = "2026-11-20T10:00:00Z";
const HASH = "a".repeat(64);

function fold(...facts: readonly JournalFact[]): JournalState {
  return facts.reduce<JournalState>(
    (state, fact, index) =>
      applyEvent(state, {
        seq: index + 1,
        stamp: { at: AT, runId: 1, runAttempt: 1, nonce: `event-${index}` },
        fact,
      }),
    EMPTY_JOURNAL,
  );
}

function recordOf(state: JournalState, issue = 12): IssueRecord | undefined {
  return state.issues.get(issue);
}

const APPROVED: JournalFact = {
  type: "approved",
  approvals: [{ issue: 12, by: "octocat", at: AT, textHash: HASH, restarts: false }],
};

const APPROVED_AGAIN: JournalFact = {
  type: "approved",
  approvals: [{ issue: 12, by: "octocat", at: AT, textHash: HASH, restarts: true }],
};

function aClaim(fields: Partial<Claim> = {}): Claim {
  return {
    issue: 12,
    attempt: 1,
    delivery: 1,
    runId: 100,
    runAttempt: 1,
    slot: "mac-1/1",
    machine: "mac-1",
    textHash: HASH,
    baseSha: "b".repeat(40),
    configurationSha: "c".repeat(40),
    at: AT,
    nonce: "first",
    finalizeAgainAt: undefined,
    finalizeAgainIn: undefined,
    ...fields,
  };
}

function dispatched(fields: Partial<Claim> = {}): JournalFact {
  return { type: "dispatched", claims: [aClaim(fields)] };
}

function resultOf(outcome: Result["outcome"], claim = "first"): JournalFact {
  const result: Result = {
    outcome,
    cause: undefined,
    detail: "Done.",
    score: undefined,
    headSha: undefined,
    pullRequest: undefined,
    keptSha: undefined,
    at: AT,
    notBefore: undefined,
    startedAt: undefined,
  };
  return { type: "result", issue: 12, claim, result };
}

function ended(how: HistoryEntry["ended"]): JournalFact {
  const entry: HistoryEntry = {
    issue: 12,
    delivery: 1,
    attempts: 1,
    ended: how,
    at: AT,
    outcome: "delivered",
    score: 89,
    pullRequest: 40,
    sessionSeconds: 60,
    kind: undefined,
    branchSha: undefined,
  };
  return { type: "ended", deliveries: [entry] };
}

describe("applyEvent", () => {
  it("counts an attempt with its claim, before the session starts [F14]", () => {
    expect(recordOf(fold(APPROVED, dispatched()))?.attempts).toBe(1);
    expect(recordOf(fold(APPROVED, dispatched(), resultOf("retry")))?.attempts).toBe(1);
  });

  it("counts the next attempt with the next claim", () => {
    const second = dispatched({ attempt: 2, nonce: "second" });

    const state = fold(APPROVED, dispatched(), resultOf("retry"), second);

    expect(recordOf(state)).toMatchObject({ attempts: 2, claim: { nonce: "second" } });
  });

  it("gives back the attempt of a claim that did no work [F44]", () => {
    const state = fold(APPROVED, dispatched(), resultOf("returned"));

    expect(recordOf(state)).toMatchObject({ attempts: 0, claim: undefined });
  });

  it.each(["delivered", "needs-human", "retry", "failed", "cancelled", "nothing-to-do"] as const)(
    "keeps the attempt of a claim that ended as %s",
    (outcome) => {
      expect(recordOf(fold(APPROVED, dispatched(), resultOf(outcome)))?.attempts).toBe(1);
    },
  );

  it("keeps that a person is needed until somebody acts [F18]", () => {
    const state = fold(APPROVED, dispatched(), resultOf("needs-human"), {
      type: "resumed",
      by: undefined,
    });

    expect(recordOf(state)?.result?.outcome).toBe("needs-human");
  });

  it("ignores the result of a claim that is not the issue's any more [F04]", () => {
    const second = dispatched({ attempt: 2, nonce: "second" });
    const before = fold(APPROVED, dispatched(), resultOf("retry"), second);

    const after = fold(APPROVED, dispatched(), resultOf("retry"), second, resultOf("delivered"));

    expect(after.issues).toEqual(before.issues);
    expect(after.seq).toBe(5);
  });

  it("ignores a second result of the same claim", () => {
    const once = fold(APPROVED, dispatched(), resultOf("returned"));

    const twice = fold(APPROVED, dispatched(), resultOf("returned"), resultOf("returned"));

    expect(twice.issues).toEqual(once.issues);
  });

  it("ignores results and retries of issues that it does not know", () => {
    const state = fold(resultOf("delivered"), {
      type: "retry-requested",
      issue: 12,
      by: "octocat",
    });

    expect(state.issues.size).toBe(0);
  });

  it("starts the next delivery with no attempts when an ended issue is approved again [F12]", () => {
    const state = fold(APPROVED, dispatched(), resultOf("delivered"), ended("completed"), APPROVED);

    expect(recordOf(state)).toEqual({
      issue: 12,
      delivery: 2,
      attempts: 0,
      approval: { by: "octocat", at: AT, textHash: HASH },
      claim: undefined,
      result: undefined,
      ended: undefined,
      endedAt: undefined,
      branchSha: undefined,
      stop: undefined,
      recentClaims: [],
      notices: [],
    });
  });

  it("keeps delivery and attempts when an issue is approved anew before its end [F14]", () => {
    const state = fold(APPROVED, dispatched(), resultOf("retry"), APPROVED);

    expect(recordOf(state)).toMatchObject({ delivery: 1, attempts: 1 });
  });

  it("frees the claim when the delivery ends, and remembers how and when", () => {
    const state = fold(APPROVED, dispatched(), ended("cancelled"));

    expect(recordOf(state)).toMatchObject({ claim: undefined, ended: "cancelled", endedAt: AT });
    expect(state.history).toHaveLength(1);
  });

  it("leaves the claim when an approval is withdrawn: the session has to end first [N37]", () => {
    const state = fold(APPROVED, dispatched(), {
      type: "withdrawn",
      withdrawals: [{ issue: 12, cause: "text-edited" }],
    });

    expect(recordOf(state)).toMatchObject({ approval: undefined, claim: { nonce: "first" } });
  });

  it("starts counting anew when a person asks for a retry, but not while a claim is held", () => {
    const retry: JournalFact = { type: "retry-requested", issue: 12, by: "octocat" };

    const idle = fold(APPROVED, dispatched(), resultOf("needs-human"), retry);
    const busy = fold(APPROVED, dispatched(), retry);

    expect(recordOf(idle)).toMatchObject({ attempts: 0, result: undefined });
    expect(recordOf(busy)).toMatchObject({ attempts: 1, claim: { nonce: "first" } });
  });

  it("starts counting anew when the trigger label is set again on a stopped delivery", () => {
    const stopped = fold(APPROVED, dispatched(), resultOf("needs-human"), APPROVED_AGAIN);
    const busy = fold(APPROVED, dispatched(), APPROVED_AGAIN, resultOf("returned"));

    expect(recordOf(stopped)).toMatchObject({ attempts: 0, result: undefined, delivery: 1 });
    expect(recordOf(busy)).toMatchObject({ attempts: 0 });
  });

  it("pauses the fleet until it is resumed", () => {
    const pause = {
      reason: "command",
      detail: "Lunch.",
      until: undefined,
      baseSha: undefined,
    } as const;

    const paused = fold({ type: "paused", pause, by: "octocat" });
    const resumed = fold(
      { type: "paused", pause, by: "octocat" },
      { type: "resumed", by: "octocat" },
    );

    expect(paused.fleet.pause).toEqual(pause);
    expect(resumed.fleet.pause).toBeUndefined();
  });
});

describe("how the last attempt failed", () => {
  const red: JournalFact = {
    type: "result",
    issue: 12,
    claim: "first",
    result: {
      outcome: "needs-human",
      cause: "checks-failed",
      detail: "The tests are red.",
      score: undefined,
      headSha: undefined,
      pullRequest: undefined,
      keptSha: undefined,
      at: AT,
      notBefore: undefined,
      startedAt: undefined,
    },
  };
  const failure = { attempt: 1, cause: "checks-failed", detail: "The tests are red." };

  it("is remembered for the next one, also when a person starts over [W24d]", () => {
    const retry: JournalFact = { type: "retry-requested", issue: 12, by: "octocat" };
    const second = dispatched({ nonce: "second" });

    const given = fold(APPROVED, dispatched(), red, retry, second, resultOf("returned", "second"));

    expect(recordOf(fold(APPROVED, dispatched(), red))?.lastFailure).toEqual(failure);
    expect(recordOf(given)).toMatchObject({ attempts: 0, lastFailure: failure });
  });

  it("is forgotten with its delivery", () => {
    const next = fold(APPROVED, dispatched(), red, ended("cancelled"), APPROVED);

    expect(recordOf(next)?.lastFailure).toBeUndefined();
  });
});

describe("any journal", () => {
  it("never counts fewer attempts than none, and never fewer deliveries than before", () => {
    fc.assert(
      fc.property(histories, (events) => {
        let state = EMPTY_JOURNAL;
        for (const event of events) {
          const after = applyEvent(state, event);
          for (const record of after.issues.values()) {
            const before = state.issues.get(record.issue);
            expect(record.attempts).toBeGreaterThanOrEqual(0);
            expect(record.delivery).toBeGreaterThanOrEqual(before?.delivery ?? 1);
          }
          state = after;
        }
      }),
    );
  });

  it("changes no state that it was given", () => {
    fc.assert(
      fc.property(histories, (events) => {
        let state = EMPTY_JOURNAL;
        for (const event of events) {
          const copy = structuredClone(state);
          const after = applyEvent(state, event);
          expect(state).toEqual(copy);
          state = after;
        }
      }),
    );
  });

  it("keeps its history in the order of time", () => {
    fc.assert(
      fc.property(histories, (events) => {
        const { history } = events.reduce(applyEvent, EMPTY_JOURNAL);

        expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).toSorted());
      }),
    );
  });
});
