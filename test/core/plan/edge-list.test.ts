import { describe, expect, it } from "vitest";

import { EdgeList } from "../../../src/core/plan/edge-list.ts";

describe("EdgeList", () => {
  it("keeps every edge in the order in which it came, however many there are", () => {
    const numbers = Array.from({ length: 5_000 }, (_, index) => index);
    const edges = new EdgeList(0);

    for (const number of numbers) {
      edges.add(number, number + 1, number % 32);
    }

    const { from, to, bits } = edges.columns();
    expect([...from]).toEqual(numbers);
    expect([...to]).toEqual(numbers.map((number) => number + 1));
    expect(Array.from(bits)).toEqual(numbers.map((number) => number % 32));
  });
});
