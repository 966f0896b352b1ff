import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Checks } from "../../../src/core/configuration.ts";
import { judgeDelivery } from "../../../src/core/delivery/judge-delivery.ts";
import { judgeQuality } from "../../../src/core/delivery/quality.ts";
import { CHECK_NAMES, type CheckResult } from "../../../src/core/session/session-result.ts";
import { aCheck, aSession, someChecks } from "../../arbitraries/session.ts";

const BANDS = { pullRequest: 80, human: 60 };
const RETRY = { max: 3, delaysMinutes: [5, 10, 20], capMinutes: 60, jitterShare: 0.1 };

function judgeGreen(checks: Checks, bands = BANDS) {
  const results = CHECK_NAMES.flatMap((name) => (checks[name] === undefined ? [] : [aCheck(name)]));
  const quality = judgeQuality(checks, results, bands);
  const judgement = judgeDelivery({
    session: aSession({ checks: results }),
    refusals: [],
    quality,
    mergesCleanly: true,
    attempt: 1,
    retry: RETRY,
    stop: undefined,
    jitter: 0.5,
  });
  return { quality, judgement };
}

describe("judgeQuality with every configured check green", () => {
  it.each<readonly [string, Checks, number | undefined, "ready" | "draft"]>([
    ["nothing", someChecks(), undefined, "draft"],
    ["lint", someChecks("lint"), 89, "draft"],
    ["build", someChecks("build"), undefined, "draft"],
    ["tests", someChecks("test"), 89, "ready"],
    ["build and tests", someChecks("build", "test"), 89, "ready"],
    ["build, tests and lint", someChecks("build", "test", "lint"), 89, "ready"],
  ])(
    "makes a pull request or a draft with %s configured [F110, D8]",
    (_what, checks, total, deliver) => {
      const { quality, judgement } = judgeGreen(checks);

      expect(quality).toMatchObject({ total, closedGates: [] });
      expect(judgement.deliver).toBe(deliver);
      expect(judgement.outcome).toBe(deliver === "ready" ? "delivered" : "needs-human");
    },
  );

  it("names the case of every part in the report [N16]", () => {
    const { quality } = judgeGreen(someChecks("test"));

    expect(quality.parts.map(({ name, case: which }) => [name, which])).toEqual([
      ["test", "measured"],
      ["lint", "not-configured"],
      ["security", "not-configured"],
      ["docs", "not-configured"],
    ]);
  });

  it("never tries again, whatever the bands are [F110]", () => {
    const bands = fc.record({
      pullRequest: fc.constantFrom(0, 60, 80, 89, 90, 100),
      human: fc.constantFrom(0, 60, 80, 89, 90, 100),
    });
    fc.assert(
      fc.property(fc.subarray([...CHECK_NAMES]), bands, (names, chosen) => {
        const { judgement } = judgeGreen(someChecks(...names), chosen);

        expect(judgement.outcome).not.toBe("retry");
        expect(judgement.deliver).toBeDefined();
      }),
    );
  });
});

describe("judgeQuality with something that is not green", () => {
  const all = someChecks("build", "test", "lint");
  const green = [aCheck("build"), aCheck("test"), aCheck("lint")];

  function without(
    name: CheckResult["name"],
    ...others: readonly CheckResult[]
  ): readonly CheckResult[] {
    return [...green.filter((one) => one.name !== name), ...others];
  }

  it.each(CHECK_NAMES)("closes the gate when %s failed, whatever the points [F75, N17]", (name) => {
    const quality = judgeQuality(all, without(name, aCheck(name, "failed")), BANDS);

    expect(quality.closedGates).toEqual([`${name} (\`npm run ${name}\`) failed`]);
    expect(quality.band).toBe("person");
  });

  it.each(CHECK_NAMES)("closes the gate when %s timed out [F76]", (name) => {
    const quality = judgeQuality(all, without(name, aCheck(name, "timed-out")), BANDS);

    expect(quality.closedGates).toEqual([`${name} (\`npm run ${name}\`) timed out`]);
    expect(quality.band).toBe("person");
  });

  it.each(CHECK_NAMES)(
    "closes the gate when %s was skipped: absent is never green [F77]",
    (name) => {
      const quality = judgeQuality(all, without(name), BANDS);

      expect(quality.closedGates).toEqual([`${name} (\`npm run ${name}\`) was not run`]);
      expect(quality.band).toBe("person");
    },
  );

  it.each(["test", "lint"] as const)(
    "gives no point for %s without a result, and at most 79 [D8, F76]",
    (name) => {
      const quality = judgeQuality(all, without(name), { pullRequest: 0, human: 0 });

      expect(quality.parts).toContainEqual({ name, case: "missing", points: 0, weight: 25 });
      expect(quality.total).toBeLessThanOrEqual(79);
    },
  );

  it("gives no point for what the session measured although it is not configured", () => {
    const quality = judgeQuality(someChecks(), green, BANDS);

    expect(quality).toMatchObject({ total: undefined, band: "draft" });
  });

  it("is never ready and never over its caps, whatever came back [F75, F76]", () => {
    const results = fc.array(
      fc
        .tuple(fc.constantFrom(...CHECK_NAMES), fc.constantFrom("passed", "failed", "timed-out"))
        .map(([name, status]) => aCheck(name, status)),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.subarray([...CHECK_NAMES]), results, (names, came) => {
        const checks = someChecks(...names);

        const { total, parts, band, closedGates } = judgeQuality(checks, came, BANDS);

        const isGreen = names.every(
          (name) => came.find((one) => one.name === name)?.status === "passed",
        );
        expect(closedGates.length === 0).toBe(isGreen);
        expect(band === "ready" && !isGreen).toBe(false);
        expect(total ?? 0).toBeLessThanOrEqual(
          parts.some((part) => part.case === "missing") ? 79 : 89,
        );
      }),
    );
  });
});
