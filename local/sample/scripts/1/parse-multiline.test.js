import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { parse } from "../src/parse.js";

describe("parse, fields of several lines", () => {
  it("keeps a line break inside a quoted field", () => {
    assert.deepEqual(parse('name,address\nAda,"12 High St\nLondon"\n'), [
      ["name", "address"],
      ["Ada", "12 High St\nLondon"],
    ]);
  });

  it("ends a record at a line break outside quotes, whatever its form", () => {
    assert.deepEqual(parse('a,"x\r\ny"\r\nb,c'), [
      ["a", "x\r\ny"],
      ["b", "c"],
    ]);
  });
});
