import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { classOfFailure, FAILURE_CAUSES } from "../../../src/core/fleet/failure-class.ts";
import { decideFixRetry, decideRetry } from "../../../src/core/fleet/retry.ts";

const POLICY = { max: 3, delaysMinutes: [5, 10, 20], capMinutes: 60, jitterShare: 0.1 };

describe("decideFixRetry", () => {
  it("tries again only what was lost with its machine or given back, never what was judged [E29a]", () => {
    const lost = FAILURE_CAUSES.filter((cause) => classOfFailure(cause) === "runner-lost");
    const again = FAILURE_CAUSES.filter(
      (cause) => decideFixRetry(cause, 1, POLICY, 0).action === "retry",
    );

    expect(again).toEqual(lost);
    expect(decideFixRetry("machine-full", 1, POLICY, 0).action).toBe(
      decideRetry("machine-full", 1, POLICY, 0).action,
    );
  });
});

describe("decideRetry", () => {
  it.each([
    { attempt: 1, jitter: 0.5, delayMinutes: 5 },
    { attempt: 2, jitter: 0.5, delayMinutes: 10 },
    { attempt: 3, jitter: 0.5, delayMinutes: 20 },
    { attempt: 1, jitter: 0, delayMinutes: 4.5 },
  ])("waits $delayMinutes min after attempt $attempt [D9]", ({ attempt, jitter, delayMinutes }) => {
    expect(decideRetry("stalled", attempt, POLICY, jitter)).toEqual({
      action: "retry",
      delayMinutes,
    });
  });

  it("never waits longer than the cap, whatever is configured [D9]", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 10 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (delaysMinutes, attempt, jitter) => {
          const policy = { ...POLICY, max: 10, delaysMinutes };
          const decision = decideRetry("run-ended", attempt, policy, jitter);

          expect(decision.action).toBe("retry");
          expect("delayMinutes" in decision && decision.delayMinutes).toBeLessThanOrEqual(60);
        },
      ),
    );
  });

  it("goes to a person after three retries, at once for what would fail again [W29b, F13]", () => {
    expect(decideRetry("run-ended", 4, POLICY, 0)).toEqual({
      action: "escalate",
      reason: "retries-exhausted",
    });
    expect(decideRetry("checks-failed", 1, POLICY, 0)).toEqual({
      action: "escalate",
      reason: "deterministic",
    });
  });

  it("tries an empty result again once only [N25]", () => {
    expect(decideRetry("no-change", 1, POLICY, 0.5).action).toBe("retry");
    expect(decideRetry("no-change", 2, POLICY, 0.5).action).toBe("escalate");
  });

  it("gives back what is the fleet's fault, whatever the attempt [N24]", () => {
    for (const cause of ["credentials-refused", "account-limit", "base-red", "no-runner"]) {
      expect(decideRetry(cause, 4, POLICY, 0)).toEqual({ action: "give-back" });
    }
  });

  it("decides for every cause and every attempt, and ends for all of them [F73]", () => {
    fc.assert(
      fc.property(fc.constantFrom(...FAILURE_CAUSES), fc.nat(20), (cause, more) => {
        expect(decideRetry(cause, POLICY.max + 1 + more, POLICY, 0).action).not.toBe("retry");
      }),
    );
  });
});

describe("classOfFailure", () => {
  it("takes a cause that nobody knows for a person's, and is not fooled by object keys", () => {
    expect(classOfFailure("something-new")).toBe("deterministic");
    expect(classOfFailure("constructor")).toBe("deterministic");
  });
});
