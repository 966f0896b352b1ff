import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { parse } from "../src/parse.js";

describe("parse", () => {
  it("splits records at line breaks and fields at commas", () => {
    assert.deepEqual(parse("a,b\r\n1,2\n"), [
      ["a", "b"],
      ["1", "2"],
    ]);
  });

  it("keeps commas and double quotes of a quoted field", () => {
    assert.deepEqual(parse('"a,b","say ""hi"""'), [["a,b", 'say "hi"']]);
  });

  it("refuses a quoted field that is not closed", () => {
    assert.throws(() => parse('a,"b'), { name: "CsvError" });
  });
});
