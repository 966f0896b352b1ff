import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { parse } from "../src/parse.js";

describe("parse, malformed records", () => {
  it("says on which line the record begins", () => {
    assert.throws(() => parse('a,b\n1,2\n3,"4\n5,6'), {
      name: "CsvError",
      line: 3,
      message: "Line 3: a quoted field is not closed.",
    });
  });

  it("counts the lines of fields that span several", () => {
    assert.throws(() => parse('"a\nb"\n\n"c'), { line: 4 });
  });
});
