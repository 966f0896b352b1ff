import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { formatCheckTable } from "../../../src/core/text/report-tables.ts";
import { aCheck, hostileTexts } from "../../arbitraries/session.ts";

describe("formatCheckTable", () => {
  it("has one line for each check, with what came of it", () => {
    const table = formatCheckTable([aCheck("build"), aCheck("test", "timed-out")]);

    expect(table.split("\n").slice(2)).toEqual([
      "| build | `npm run build` | passed | 1.5 |",
      "| test | `npm run test` | timed out | 1.5 |",
    ]);
  });

  it("stays a table of four columns, whatever the command is", () => {
    fc.assert(
      fc.property(hostileTexts, (command) => {
        const lines = formatCheckTable([{ ...aCheck("test"), command }]).split("\n");

        expect(lines).toHaveLength(3);
        expect(lines[2]?.split("|")).toHaveLength(6);
        expect(lines[2]?.match(/`/g)).toHaveLength(2);
      }),
    );
  });
});
