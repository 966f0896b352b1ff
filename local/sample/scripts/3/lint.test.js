import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { lint } from "../src/lint.js";

describe("lint", () => {
  it("finds nothing in a good file", () => {
    assert.deepEqual(lint("a,b\n1,2\n"), []);
  });

  it("lists records of another length with their line", () => {
    assert.deepEqual(lint('a,b\n"x\ny",2\n1,2,3\n4\n'), [
      { line: 4, message: "3 fields, but the header has 2." },
      { line: 5, message: "1 fields, but the header has 2." },
    ]);
  });

  it("names a column that occurs twice", () => {
    assert.deepEqual(lint("a,b,a\n1,2,3\n"), [
      { line: 1, message: "The column 'a' occurs twice." },
    ]);
  });

  it("reports what the parser refuses", () => {
    assert.deepEqual(lint('a\n"b'), [
      { line: 2, message: "Line 2: a quoted field is not closed." },
    ]);
  });
});
