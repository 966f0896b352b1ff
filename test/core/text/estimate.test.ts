import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  formatEstimate,
  MAX_ESTIMATE_MINUTES,
  parseEstimate,
} from "../../../src/core/text/estimate.ts";

describe("parseEstimate", () => {
  it("reads back every estimate that formatEstimate writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_ESTIMATE_MINUTES }), (minutes) => {
        expect(parseEstimate(formatEstimate(minutes))).toBe(minutes);
      }),
    );
  });

  it("writes whole hours and minutes as people do", () => {
    expect([30, 60, 90, 960].map(formatEstimate)).toEqual([
      "estimated:30m",
      "estimated:1h",
      "estimated:1h30m",
      "estimated:16h",
    ]);
  });
});
