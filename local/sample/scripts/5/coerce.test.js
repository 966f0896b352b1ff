import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { coerce } from "../src/coerce.js";

describe("coerce", () => {
  it("gives values the type of their column", () => {
    assert.deepEqual(
      coerce([
        ["name", "age", "born", "admin"],
        ["Ada", "36", "1815-12-10", "true"],
      ]),
      [{ name: "Ada", age: 36, born: new Date("1815-12-10T00:00:00Z"), admin: true }],
    );
  });

  it("leaves a mixed column as text in every record", () => {
    assert.deepEqual(coerce([["id"], ["1"], ["x"]]), [{ id: "1" }, { id: "x" }]);
  });

  it("has no value for an empty or missing field", () => {
    assert.deepEqual(coerce([["a", "b"], [""]]), [{ a: undefined, b: undefined }]);
  });
});
