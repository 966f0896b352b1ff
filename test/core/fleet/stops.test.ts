import { describe, expect, it } from "vitest";

import { factsOfCommand } from "../../../src/core/fleet/obey.ts";
import { listStops, stopsDue } from "../../../src/core/fleet/stops.ts";
import type { JournalFact } from "../../../src/core/journal/events.ts";
import { applyEvent, EMPTY_JOURNAL } from "../../../src/core/journal/fold.ts";
import type { JournalState } from "../../../src/core/journal/records.ts";
import type { Observation, ObservedIssue } from "../../../src/core/observation.ts";
import { aClaim, anIssue, aPlanInput } from "../../arbitraries/plan.ts";

function anObservation(issues: readonly ObservedIssue[]): Observation {
  return aPlanInput({ issues }).observation;
}

function journalWith(...facts: readonly JournalFact[]): JournalState {
  const stamp = { at: "2026-11-20T12:00:00Z", runId: 1, runAttempt: 1, nonce: "n" };
  return facts.reduce(
    (state, fact) => applyEvent(state, { seq: state.seq + 1, stamp, fact }),
    EMPTY_JOURNAL,
  );
}

const CLAIMED = journalWith({
  type: "dispatched",
  claims: [aClaim({ issue: 1, nonce: "one" }), aClaim({ issue: 2, nonce: "two", slot: "mac-1/2" })],
});

describe("listStops", () => {
  it("ends the session of an issue that was closed, and of no other [F19, F107]", () => {
    const observation = anObservation([
      anIssue({ number: 1, state: "closed", closedAs: "completed" }),
      anIssue({ number: 2 }),
    ]);

    const stops = listStops(CLAIMED, observation, [1, 2], []);

    expect(stops).toEqual([{ issue: 1, claim: "one", reason: "issue-closed" }]);
  });

  it("ends a session whose approval is withdrawn while it runs [F28, N37]", () => {
    const observation = anObservation([anIssue({ number: 1 }), anIssue({ number: 2 })]);
    const withdrawals = [
      { issue: 1, cause: "text-edited", approvedAt: "2026-11-20T11:00:00Z" },
      { issue: 2, cause: "trigger-removed", approvedAt: "2026-11-20T11:00:00Z" },
    ] as const;

    const stops = listStops(CLAIMED, observation, [1, 2], withdrawals);

    expect(stops.map(({ reason }) => reason)).toEqual(["text-edited", "trigger-removed"]);
  });

  it("asks once: a stop that is journalled, or whose claim is gone, is not due", () => {
    const stop = { issue: 1, claim: "one", reason: "cancelled" } as const;
    const asked = applyEvent(CLAIMED, {
      seq: 2,
      stamp: { at: "2026-11-20T12:01:00Z", runId: 1, runAttempt: 1, nonce: "m" },
      fact: { type: "stop-requested", stops: [stop] },
    });

    expect(stopsDue([stop], CLAIMED)).toEqual([stop]);
    expect(stopsDue([stop], asked)).toEqual([]);
    expect(stopsDue([{ ...stop, claim: "older" }], CLAIMED)).toEqual([]);
  });
});

const SPEAKER = { by: "octocat", at: "2026-11-20T10:00:00Z" };
const CONTEXT = { branch: undefined, retry: { max: 3 } };

describe("factsOfCommand", () => {
  it("pauses and ends every session at a hard stop, and leaves the claims [O07, N37]", () => {
    const facts = factsOfCommand({ type: "stop" }, SPEAKER, CONTEXT).map((decide) =>
      decide(CLAIMED),
    );

    expect(facts.map((fact) => fact?.type)).toEqual(["paused", "stop-requested"]);
    expect(facts[1]).toMatchObject({ stops: [{ issue: 1 }, { issue: 2 }] });
  });

  it("cancels one session of several [F107]", () => {
    const [fact] = factsOfCommand({ type: "cancel", issue: 2 }, SPEAKER, CONTEXT).map((decide) =>
      decide(CLAIMED),
    );

    expect(fact).toEqual({
      type: "stop-requested",
      stops: [{ issue: 2, claim: "two", reason: "cancelled", by: "octocat" }],
    });
  });

  it("starts with a target and counts only what lands [O03]", () => {
    const [, target] = factsOfCommand({ type: "start", count: 1 }, SPEAKER, CONTEXT);
    const state = journalWith(target?.(EMPTY_JOURNAL) ?? { type: "resumed", by: undefined });

    expect(state.fleet.target).toEqual({ count: 1, landed: 0 });
  });

  it("says nothing where nothing would change", () => {
    expect(
      factsOfCommand({ type: "resume" }, SPEAKER, CONTEXT).map((decide) => decide(CLAIMED)),
    ).toEqual([undefined]);
    expect(
      factsOfCommand({ type: "retry", issue: 1 }, SPEAKER, CONTEXT).map((decide) =>
        decide(CLAIMED),
      ),
    ).toEqual([undefined]);
  });
});
