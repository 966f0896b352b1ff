import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { formatTable } from "../src/table.js";

describe("formatTable, width of characters", () => {
  it("counts two cells for East Asian characters", () => {
    assert.equal(
      formatTable([
        ["日本", "x"],
        ["abcd", "y"],
      ]),
      "日本  x\nabcd  y",
    );
  });

  it("counts two cells for a whole emoji sequence", () => {
    assert.equal(
      formatTable([
        ["👩‍👩‍👧", "x"],
        ["ab", "y"],
      ]),
      "👩‍👩‍👧  x\nab  y",
    );
  });

  it("counts no cell for a combining mark", () => {
    assert.equal(
      formatTable([
        ["e\u0301", "x"],
        ["a", "y"],
      ]),
      "e\u0301  x\na  y",
    );
  });
});
