import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { typeOf } from "../src/types.js";

describe("typeOf", () => {
  for (const [type, values] of [
    ["integer", ["1", "-20", ""]],
    ["number", ["1", "2.5", "1e3"]],
    ["boolean", ["true", "False"]],
    ["date", ["2026-11-20", "2026-01-31"]],
    ["text", ["1", "x"]],
    ["text", ["2026-13-01"]],
    ["text", ["", ""]],
  ]) {
    it(`is ${type} for ${JSON.stringify(values)}`, () => {
      assert.equal(typeOf(values), type);
    });
  }
});
