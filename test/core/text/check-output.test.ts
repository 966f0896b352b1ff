import { describe, expect, it } from "vitest";

import { formatRedChecks } from "../../../src/core/text/check-output.ts";
import { aCheck } from "../../arbitraries/session.ts";

describe("formatRedChecks", () => {
  it("shows the end of what each check said that is not green, and nothing of the others", () => {
    const text = formatRedChecks([
      { ...aCheck("build"), tail: "built" },
      { ...aCheck("test"), status: "failed", tail: "1 != 2\n" },
      { ...aCheck("lint"), status: "timed-out", tail: "..." },
    ]);

    expect(text).toBe(
      "test (`npm run test`) failed:\n\n```\n1 != 2\n```\n\nlint (`npm run lint`) timed out:\n\n```\n...\n```",
    );
  });

  it("says nothing when all are green", () => {
    expect(formatRedChecks([aCheck("test")])).toBe("");
  });

  it("lets no output end its block, mention anybody or forge a marker [N03, F30]", () => {
    const tail = "````\n@octocat\n<!-- water-spider:status -->";

    const text = formatRedChecks([{ ...aCheck("test"), status: "failed", tail }]);

    expect(text.split("\n").filter((line) => line === "`````")).toHaveLength(2);
    expect(text).not.toContain("@octocat");
    expect(text).not.toContain("<!--");
  });

  it("keeps the end of a long output", () => {
    const tail = `${"x".repeat(10_000)}the end`;

    const text = formatRedChecks([{ ...aCheck("test"), status: "failed", tail }]);

    expect(text.length).toBeLessThan(4_100);
    expect(text).toContain("the end");
  });
});
