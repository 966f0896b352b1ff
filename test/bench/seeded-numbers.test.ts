import { describe, expect, it } from "vitest";

import { numbersFrom, oneOf, shuffled, wholeNumber } from "../../bench/seeded-numbers.ts";

describe("numbersFrom", () => {
  it("gives the same numbers for a seed and others for another one", () => {
    const first = Array.from({ length: 5 }, numbersFrom(1));

    expect(Array.from({ length: 5 }, numbersFrom(1))).toEqual(first);
    expect(Array.from({ length: 5 }, numbersFrom(2))).not.toEqual(first);
  });

  it("spreads evenly from 0 up to 1", () => {
    const next = numbersFrom(7);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let count = 0; count < 10_000; count += 1) {
      const tenth = Math.floor(10 * next());
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }

    expect(tenths).toHaveLength(10);
    expect(Math.min(...tenths)).toBeGreaterThan(900);
    expect(Math.max(...tenths)).toBeLessThan(1_100);
  });
});

describe("wholeNumber", () => {
  it("reaches both ends and nothing beyond", () => {
    const next = numbersFrom(3);

    const numbers = Array.from({ length: 200 }, () => wholeNumber(next, 2, 4));

    expect(new Set(numbers)).toEqual(new Set([2, 3, 4]));
  });
});

describe("shuffled", () => {
  it("keeps all items, in another order", () => {
    const items = Array.from({ length: 50 }, (_, index) => index);

    const other = shuffled(numbersFrom(1), items);

    expect(other).not.toEqual(items);
    expect(other.toSorted((a, b) => a - b)).toEqual(items);
  });
});

describe("oneOf", () => {
  it("comes to every item in the end", () => {
    const next = numbersFrom(5);

    const found = new Set(Array.from({ length: 100 }, () => oneOf(next, ["a", "b", "c"])));

    expect(found).toEqual(new Set(["a", "b", "c"]));
  });
});
