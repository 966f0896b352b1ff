import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { selectColumns } from "../src/columns.js";

const RECORDS = [
  ["name", "age"],
  ["Ada", "36"],
];

describe("selectColumns", () => {
  it("keeps the named columns in the order of the names", () => {
    assert.deepEqual(selectColumns(RECORDS, ["age", "name"]), [
      ["age", "name"],
      ["36", "Ada"],
    ]);
  });

  it("names the columns that exist when one does not", () => {
    assert.throws(() => selectColumns(RECORDS, ["size"]), /the columns are name, age/);
  });
});
