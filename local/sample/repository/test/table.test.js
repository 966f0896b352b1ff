import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { formatTable } from "../src/table.js";

describe("formatTable", () => {
  it("aligns the columns", () => {
    assert.equal(
      formatTable([
        ["name", "age"],
        ["Ada", "36"],
      ]),
      "name  age\nAda   36",
    );
  });
});
