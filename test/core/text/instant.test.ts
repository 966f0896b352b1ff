import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { addSeconds, isAfter, isAtOrAfter, parseInstant } from "../../../src/core/text/instant.ts";

const anyTime = fc
  .date({
    min: new Date("1970-01-01T00:00:00Z"),
    max: new Date("2400-01-01T00:00:00Z"),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString());

describe("parseInstant", () => {
  it("counts the same whole seconds as the calendar of the platform", () => {
    fc.assert(
      fc.property(anyTime, (time) => {
        expect(parseInstant(time)).toBe(Math.floor(Date.parse(time) / 1_000));
      }),
    );
  });

  it.each([
    "",
    "now",
    "2026-11-20",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-11-20T24:00:00Z",
    "2026-11-20T12:00:00+01:00",
    "2026-11-20 12:00:00Z",
  ])("refuses %j", (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});

describe("addSeconds", () => {
  it("counts as the calendar of the platform does", () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: 0, max: 10_000_000 }), (time, seconds) => {
        const later = new Date(1_000 * (Math.floor(Date.parse(time) / 1_000) + seconds));

        expect(addSeconds(time, seconds)).toBe(later.toISOString().replace(".000Z", "Z"));
      }),
      { numRuns: 1_000 },
    );
    expect(addSeconds("soon", 1)).toBeUndefined();
  });
});

describe("isAfter and isAtOrAfter", () => {
  it("count two times in the same second as equal [F104]", () => {
    expect(isAfter("2026-11-20T12:00:00.900Z", "2026-11-20T12:00:00Z")).toBe(false);
    expect(isAtOrAfter("2026-11-20T12:00:00Z", "2026-11-20T12:00:00.900Z")).toBe(true);
  });

  it("never let an unreadable time pass for a later one, nor for an earlier edit", () => {
    expect(isAfter("later", "2026-11-20T12:00:00Z")).toBe(false);
    expect(isAtOrAfter("later", "2026-11-20T12:00:00Z")).toBe(true);
  });
});
