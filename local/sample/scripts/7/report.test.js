import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { report } from "../src/report.js";

describe("report", () => {
  it("puts size, figures and the first record on one page", () => {
    assert.equal(
      report("name,age\nAda,36\nGrace,45\n"),
      [
        "2 records of 2 columns.",
        "",
        "| column | type | filled | distinct | smallest | largest |",
        "| --- | --- | --- | --- | --- | --- |",
        "| name | text | 2 | 2 | Ada | Grace |",
        "| age | integer | 2 | 2 | 36 | 45 |",
        "",
        'First record: `{"name":"Ada","age":36}`',
        "",
      ].join("\n"),
    );
  });

  it("escapes bars, which would end a cell", () => {
    assert.match(report("a|b\n1\n"), /\| a\\\|b \|/);
  });
});
