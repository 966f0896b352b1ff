import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { summarize } from "../src/summary.js";

describe("summarize", () => {
  it("compares numbers as numbers and everything else as text", () => {
    assert.deepEqual(
      summarize([
        ["n", "t"],
        ["10", "b"],
        ["9", "a"],
        ["9", ""],
      ]),
      [
        { name: "n", type: "integer", filled: 3, distinct: 2, smallest: "9", largest: "10" },
        { name: "t", type: "text", filled: 2, distinct: 2, smallest: "a", largest: "b" },
      ],
    );
  });

  it("has no extremes for an empty column", () => {
    const [column] = summarize([["n"]]);

    assert.deepEqual([column.filled, column.smallest, column.largest], [0, undefined, undefined]);
  });
});
