import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { NumberIndex, placesInOrder } from "../../../src/core/plan/number-index.ts";

const anyNumber = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.constantFrom(-1, 1_023, 1_024, 5_000, 999_999_999, 2 ** 40, 1.5),
);

describe("NumberIndex", () => {
  it("answers like a map, whatever the numbers are", () => {
    fc.assert(
      fc.property(
        fc.array(anyNumber),
        fc.array(fc.tuple(anyNumber, fc.nat(9))),
        fc.array(anyNumber),
        (expected, entries, questions) => {
          const index = new NumberIndex(expected, expected.length);
          const map = new Map(entries);

          for (const [number, value] of entries) {
            index.set(number, value);
          }

          for (const number of [...questions, ...map.keys()]) {
            expect(index.get(number)).toBe(map.get(number));
          }
        },
      ),
    );
  });
});

describe("placesInOrder", () => {
  it("gives the places of a stable sort, whatever the numbers are", () => {
    fc.assert(
      fc.property(fc.array(anyNumber), (numbers) => {
        const expected = numbers
          .map((number, place) => ({ number, place }))
          .toSorted((a, b) => a.number - b.number)
          .map(({ place }) => place);

        expect(placesInOrder(numbers)).toEqual(expected);
      }),
    );
  });
});
