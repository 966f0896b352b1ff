import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { parse } from "../src/parse.js";
import { stringify } from "../src/stringify.js";

describe("stringify, formulas", () => {
  it("guards what a spreadsheet would run", () => {
    assert.equal(
      stringify([["=1+1", "@sum", "+x", '-cmd,"a"']], { guardFormulas: true }),
      `'=1+1,'@sum,'+x,"'-cmd,""a"""\n`,
    );
  });

  it("leaves numbers alone", () => {
    assert.equal(stringify([[-12.5, "+3"]], { guardFormulas: true }), "-12.5,+3\n");
  });

  it("is off by default, so that the text comes back as it was", () => {
    assert.deepEqual(parse(stringify([["=1+1"]])), [["=1+1"]]);
  });
});
