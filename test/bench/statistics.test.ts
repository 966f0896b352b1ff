import { describe, expect, it } from "vitest";

import { mean, median, shortNumber } from "../../bench/statistics.ts";

describe("median", () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[10, 2, 4, 8], 6],
    [[100, 9, 20], 20],
  ])("of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("of nothing is no number", () => {
    expect(median([])).toBeNaN();
  });

  it("leaves the values in their order", () => {
    const values = [3, 1, 2];

    median(values);

    expect(values).toEqual([3, 1, 2]);
  });
});

describe("mean", () => {
  it("is the sum divided by the count", () => {
    expect(mean([1, 2, 6])).toBe(3);
  });
});

describe("shortNumber", () => {
  it.each([
    [0.012_345, "0.0123"],
    [1.999, "2"],
    [45.678, "45.7"],
    [678.9, "679"],
    [12_345.6, "12346"],
  ])("shows %d as %s", (value, shown) => {
    expect(shortNumber(value)).toBe(shown);
  });
});
