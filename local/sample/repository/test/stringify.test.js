import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { stringify } from "../src/stringify.js";

describe("stringify", () => {
  it("writes a line per record", () => {
    assert.equal(
      stringify([
        ["a", 1],
        [null, true],
      ]),
      "a,1\n,true\n",
    );
  });

  it("quotes fields that hold commas, quotes or line breaks", () => {
    assert.equal(stringify([["a,b", 'say "hi"', "x\ny"]]), '"a,b","say ""hi""","x\ny"\n');
  });
});
