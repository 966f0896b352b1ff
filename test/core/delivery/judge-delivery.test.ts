import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { RetrySettings } from "../../../src/core/configuration.ts";
import {
  type DeliveryEvidence,
  type Judgement,
  judgeDelivery,
} from "../../../src/core/delivery/judge-delivery.ts";
import type { QualityReport } from "../../../src/core/delivery/quality.ts";
import type { SessionEnding } from "../../../src/core/session/session-result.ts";
import { aSession } from "../../arbitraries/session.ts";

const RETRY: RetrySettings = {
  max: 3,
  delaysMinutes: [5, 10, 20],
  capMinutes: 60,
  jitterShare: 0.1,
};
const READY: QualityReport = {
  total: 89,
  parts: [],
  closedGates: [],
  failingChecks: [],
  band: "ready",
};

function judge(evidence: Partial<DeliveryEvidence> = {}): Judgement {
  return judgeDelivery({
    session: aSession(),
    refusals: [],
    quality: READY,
    mergesCleanly: true,
    attempt: 1,
    retry: RETRY,
    // The middle of its range: the delays are as configured.
    stop: undefined,
    jitter: 0.5,
    ...evidence,
  });
}

function judgeEnding(ending: SessionEnding, cause: string | undefined, attempt = 1): Judgement {
  return judge({ session: aSession({ ending, cause, detail: "So it was." }), attempt });
}

describe("judgeDelivery of a session without work", () => {
  it.each<readonly [SessionEnding, string | undefined, Partial<Judgement>]>([
    ["refused", "blocked", { outcome: "returned", cause: "blocked" }],
    ["refused", undefined, { outcome: "returned", cause: "refused" }],
    ["asked", "question", { outcome: "needs-human", cause: "question" }],
    ["failed", "cancelled", { outcome: "returned", cause: "cancelled", pauses: undefined }],
    ["failed", "credentials-refused", { outcome: "returned", pauses: "configuration" }],
    ["failed", "prepare-failed", { outcome: "returned", pauses: "configuration" }],
    ["failed", "agent-unusable", { outcome: "returned", pauses: "configuration" }],
    ["failed", "permission-denied", { outcome: "needs-human" }],
    ["failed", "model-not-found", { outcome: "returned", pauses: "configuration" }],
    ["failed", "account-limit", { outcome: "returned", pauses: "account-limit" }],
    ["failed", "no-change", { outcome: "retry", delayMinutes: 5 }],
    ["failed", "no-answer", { outcome: "retry", delayMinutes: 5 }],
    ["failed", "output-limit", { outcome: "retry", delayMinutes: 5 }],
    ["failed", "model-unavailable", { outcome: "retry", delayMinutes: 5 }],
    ["failed", "stalled", { outcome: "retry", delayMinutes: 5 }],
    ["failed", "hard-limit", { outcome: "retry", delayMinutes: 5 }],
    ["failed", "agent-crashed", { outcome: "retry", delayMinutes: 5 }],
    ["failed", undefined, { outcome: "retry", cause: "agent-crashed" }],
    ["failed", "turn-limit", { outcome: "needs-human" }],
    ["failed", "budget-reached", { outcome: "needs-human" }],
    ["failed", "prompt-too-long", { outcome: "needs-human" }],
    ["failed", "refused-by-model", { outcome: "needs-human" }],
    ["failed", "request-refused", { outcome: "needs-human" }],
    ["failed", "something-new", { outcome: "needs-human", cause: "something-new" }],
  ])("judges %s (%s) [W24b, N24, N25]", (ending, cause, expected) => {
    expect(judgeEnding(ending, cause)).toMatchObject({ deliver: undefined, ...expected });
  });

  it("tries again when the session left nothing, and says so [F73]", () => {
    expect(judge({ session: undefined })).toMatchObject({
      outcome: "retry",
      cause: "session-lost",
    });
  });

  it("goes to a person when what was handed over cannot be trusted [N18]", () => {
    const judgement = judge({ session: { error: "its digest is another one" } });

    expect(judgement).toMatchObject({ outcome: "needs-human", cause: "handoff-refused" });
    expect(judgement.detail).toContain("its digest is another one");
  });

  it("waits 5, 10, 20 minutes, and goes to a person after three retries [D9, W29b, C30]", () => {
    const judgements = [1, 2, 3, 4].map((attempt) => judgeEnding("failed", "stalled", attempt));

    expect(judgements.map(({ outcome, delayMinutes }) => [outcome, delayMinutes])).toEqual([
      ["retry", 5],
      ["retry", 10],
      ["retry", 20],
      ["needs-human", undefined],
    ]);
    expect(judgements[3]?.detail).toContain("failed 4 times");
  });

  it("waits the last delay when more retries than delays are configured", () => {
    const retry = { ...RETRY, max: 10, delaysMinutes: [5, 10] };

    const judgement = judge({ session: undefined, attempt: 7, retry });

    expect(judgement.delayMinutes).toBe(10);
  });

  it("never tries again when no retry is configured", () => {
    const retry = { ...RETRY, max: 0 };

    expect(judge({ session: undefined, retry }).outcome).toBe("needs-human");
    expect(
      judge({ session: aSession({ ending: "failed", cause: "no-change" }), retry }).outcome,
    ).toBe("needs-human");
  });

  it.each(["no-change", "no-answer", "output-limit"])(
    "tries again after %s once only [N25]",
    (cause) => {
      expect(judgeEnding("failed", cause, 2).outcome).toBe("needs-human");
    },
  );

  it("shows a person the question that was asked [V10a]", () => {
    const session = aSession({ ending: "asked", summary: "Which database?" });

    expect(judge({ session }).detail).toBe("Which database?");
  });
});

describe("judgeDelivery of work", () => {
  it("delivers what is ready", () => {
    expect(judge()).toMatchObject({ outcome: "delivered", deliver: "ready", cause: undefined });
  });

  it("delivers a draft for a person when something was not measured [D8]", () => {
    expect(judge({ quality: { ...READY, band: "draft" } })).toMatchObject({
      outcome: "needs-human",
      cause: "review-needed",
      deliver: "draft",
    });
  });

  it("goes to a person with every reason when files are refused, before anything else [N20]", () => {
    const judgement = judge({
      refusals: ["`CODEOWNERS` is the owners of code.", "Too many files."],
      quality: { ...READY, closedGates: ["test failed"], band: "person" },
      mergesCleanly: false,
    });

    expect(judgement).toMatchObject({
      outcome: "needs-human",
      cause: "work-refused",
      detail: "`CODEOWNERS` is the owners of code. Too many files.",
    });
  });

  it("goes to a person when a gate is closed, whatever the points [F75, W24c]", () => {
    const quality: QualityReport = {
      ...READY,
      total: 100,
      closedGates: ["test failed"],
      band: "person",
    };

    expect(judge({ quality })).toMatchObject({ outcome: "needs-human", cause: "checks-failed" });
  });

  it("tries again for a low score, then goes to a person [W24d]", () => {
    const quality: QualityReport = { ...READY, total: 40, band: "person" };

    expect(judge({ quality })).toMatchObject({ outcome: "retry", cause: "low-score" });
    expect(judge({ quality, attempt: 4 })).toMatchObject({ outcome: "needs-human" });
  });

  it("tries again on the new base when the work conflicts with it [F82, N19]", () => {
    expect(judge({ mergesCleanly: false })).toMatchObject({ outcome: "retry", cause: "conflict" });
  });

  it("delivers only work that nothing speaks against, whatever the evidence is", () => {
    const evidence = fc.record({
      refusals: fc.array(fc.constant("No."), { maxLength: 1 }),
      closedGates: fc.array(fc.constant("test failed"), { maxLength: 1 }),
      band: fc.constantFrom("ready" as const, "draft" as const, "person" as const),
      mergesCleanly: fc.boolean(),
      ending: fc.constantFrom(
        "worked" as const,
        "refused" as const,
        "asked" as const,
        "failed" as const,
      ),
      attempt: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(evidence, ({ refusals, closedGates, band, mergesCleanly, ending, attempt }) => {
        const judgement = judge({
          session: aSession({ ending }),
          quality: { ...READY, closedGates, band },
          refusals,
          mergesCleanly,
          attempt,
        });

        const isSound =
          ending === "worked" &&
          refusals.length === 0 &&
          closedGates.length === 0 &&
          band !== "person" &&
          mergesCleanly;
        expect(judgement.deliver).toBe(isSound ? band : undefined);
        expect(judgement.outcome === "delivered").toBe(isSound && band === "ready");
        expect(judgement.detail).toMatch(/\S/);
      }),
    );
  });
});
