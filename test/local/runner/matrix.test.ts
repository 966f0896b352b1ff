import { describe, expect, it } from "vitest";

import { expandMatrix, legLabel } from "../../../local/runner/matrix.ts";

describe("expandMatrix", () => {
  it("combines all values, the first vector slowest", () => {
    const legs = expandMatrix({ os: ["a", "b"], node: [1, 2] });

    expect(legs).toEqual([
      { os: "a", node: 1 },
      { os: "a", node: 2 },
      { os: "b", node: 1 },
      { os: "b", node: 2 },
    ]);
  });

  it("excludes every combination that has all the values of an entry", () => {
    const legs = expandMatrix({
      os: ["a", "b"],
      node: [1, 2],
      exclude: [{ os: "a" }, { os: "b", node: 2 }],
    });

    expect(legs).toEqual([{ os: "b", node: 1 }]);
  });

  it("includes by GitHub's documented example", () => {
    const legs = expandMatrix({
      fruit: ["apple", "pear"],
      animal: ["cat", "dog"],
      include: [
        { color: "green" },
        { color: "pink", animal: "cat" },
        { fruit: "apple", shape: "circle" },
        { fruit: "banana" },
        { fruit: "banana", animal: "cat" },
      ],
    });

    expect(legs).toEqual([
      { fruit: "apple", animal: "cat", color: "pink", shape: "circle" },
      { fruit: "apple", animal: "dog", color: "green", shape: "circle" },
      { fruit: "pear", animal: "cat", color: "pink" },
      { fruit: "pear", animal: "dog", color: "green" },
      { fruit: "banana" },
      { fruit: "banana", animal: "cat" },
    ]);
  });

  it("takes a matrix of nothing but includes as it is", () => {
    const legs = expandMatrix({ include: [{ issue: 1 }, { issue: 2 }] });

    expect(legs).toEqual([{ issue: 1 }, { issue: 2 }]);
  });

  it("includes a leg when everything is excluded", () => {
    const legs = expandMatrix({ os: ["a"], exclude: [{ os: "a" }], include: [{ os: "b" }] });

    expect(legs).toEqual([{ os: "b" }]);
  });

  it.each([
    ["an empty vector", { os: [] }, "Matrix vector 'os' does not contain any values"],
    ["an empty include", { include: [] }, "Matrix must define at least one vector"],
    ["a vector that is no list", { os: "a" }, "Matrix vector 'os' must be a list"],
    ["an include that is no list of mappings", { include: ["a"] }, "must be a list of mappings"],
    ["nothing", "", "A matrix must be a mapping"],
  ])("refuses %s, which fails the run", (_, matrix, message) => {
    expect(() => expandMatrix(matrix)).toThrow(message);
  });
});

describe("legLabel", () => {
  it("joins all values, also nested ones", () => {
    expect(legLabel({ os: "mac", node: { version: 20, lts: true } })).toBe("mac, 20, true");
  });
});
