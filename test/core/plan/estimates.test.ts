import { describe, expect, it } from "vitest";

import {
  estimateWork,
  type FinishedWork,
  medianMinutesByKind,
} from "../../../src/core/plan/estimates.ts";
import { planTick } from "../../../src/core/plan/plan.ts";
import { parseInstant } from "../../../src/core/text/instant.ts";
import { anIssue, aPlanInput, labelled, NOW } from "../../arbitraries/plan.ts";

const now = parseInstant(NOW) ?? 0;

const finished = (minutes: number, parts: Partial<FinishedWork> = {}): FinishedWork => ({
  kind: "feature",
  at: "2026-11-01T00:00:00Z",
  sessionSeconds: minutes * 60,
  outcome: "delivered",
  ...parts,
});

describe("medianMinutesByKind", () => {
  it("takes the median of five or more sessions of a kind, and of fewer nothing [W08]", () => {
    const history = [10, 20, 30, 40, 1_000].map((minutes) => finished(minutes));

    expect(medianMinutesByKind(history, now)).toEqual(new Map([["feature", 30]]));
    expect(medianMinutesByKind(history.slice(1), now)).toEqual(new Map());
  });

  it("joins a kind and its label, since history may name either", () => {
    const history = [10, 20, 30, 40, 50, 60].map((minutes, index) =>
      finished(minutes, { kind: index % 2 === 0 ? "feature" : "type:feature" }),
    );

    expect(medianMinutesByKind(history, now)).toEqual(new Map([["feature", 35]]));
  });

  it.each([
    ["older than 90 days", { at: "2026-08-01T00:00:00Z" }],
    ["from the future", { at: "2026-12-01T00:00:00Z" }],
    ["without a kind", { kind: undefined }],
    ["without a duration", { sessionSeconds: undefined }],
    ["of no length", { sessionSeconds: 0 }],
    ["that failed", { outcome: "failed" as const }],
  ])("leaves out what is %s", (_, parts) => {
    const history = Array.from({ length: 9 }, () => finished(10, parts));

    expect(medianMinutesByKind(history, now)).toEqual(new Map());
  });
});

describe("estimateWork", () => {
  const medians = new Map([["feature", 45]]);

  it("prefers the label, then history, then the default, and says which [W08]", () => {
    expect(estimateWork({ estimateMinutes: 5, kind: "feature" }, medians, 30)).toEqual({
      minutes: 5,
      origin: "label",
    });
    expect(estimateWork({ estimateMinutes: undefined, kind: "feature" }, medians, 30)).toEqual({
      minutes: 45,
      origin: "history",
    });
    expect(estimateWork({ estimateMinutes: undefined, kind: "bug" }, medians, 30)).toEqual({
      minutes: 30,
      origin: "default",
    });
    expect(estimateWork({ estimateMinutes: undefined, kind: undefined }, medians, 0.2)).toEqual({
      minutes: 1,
      origin: "default",
    });
  });

  it("shows in the row where the figure comes from", () => {
    const history = Array.from({ length: 5 }, () => finished(50));
    const issues = [
      anIssue({ number: 1, labels: labelled("type:feature") }),
      anIssue({ number: 2 }),
    ];

    const { rows } = planTick(aPlanInput({ issues, history }));

    expect(
      rows.map(({ estimateMinutes, estimateOrigin }) => [estimateMinutes, estimateOrigin]),
    ).toEqual([
      [50, "history"],
      [30, "default"],
    ]);
  });
});
