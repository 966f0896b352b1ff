import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { renameColumns } from "../src/columns.js";

const RECORDS = [
  ["name", "age"],
  ["Ada", "36"],
];

describe("renameColumns", () => {
  it("changes the header and nothing else", () => {
    assert.deepEqual(renameColumns(RECORDS, { name: "full name" }), [
      ["full name", "age"],
      ["Ada", "36"],
    ]);
  });

  it("can swap two names", () => {
    assert.deepEqual(renameColumns(RECORDS, { name: "age", age: "name" })[0], ["age", "name"]);
  });

  it("refuses an unknown column", () => {
    assert.throws(() => renameColumns(RECORDS, { size: "x" }), /There is no column 'size'/);
  });
});
