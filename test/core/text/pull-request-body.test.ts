import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { judgeQuality } from "../../../src/core/delivery/quality.ts";
import {
  formatPullRequestBody,
  type PullRequestText,
} from "../../../src/core/text/pull-request-body.ts";
import { aCheck, aSession, hostileTexts, someChecks } from "../../arbitraries/session.ts";

const BANDS = { pullRequest: 80, human: 60 };

function aBody(fields: Partial<PullRequestText> = {}): string {
  const results = [aCheck("test"), aCheck("lint")];
  return formatPullRequestBody({
    issue: 12,
    result: aSession({ checks: results }),
    quality: judgeQuality(someChecks("test", "lint"), results, BANDS),
    notes: [],
    ...fields,
  });
}

const GOLDEN = `## Summary

In the agent's own words:

> Added the thing.

## Quality report

| Part | Case | Points |
| --- | --- | --- |
| test | measured | 25 of 25 |
| lint | measured | 25 of 25 |
| security | not configured | – |
| docs | not configured | – |
| **Total** | | **89** |

| Check | Command | Result | Seconds |
| --- | --- | --- | --- |
| test | \`npm run test\` | passed | 1.5 |
| lint | \`npm run lint\` | passed | 1.5 |

> The checks ran on \`abc\`; the base moved since.

## Checklist

- [ ] build passes
- [x] tests pass
- [x] lint passes
- [ ] reviewed by a person

Closes #12
`;

describe("formatPullRequestBody", () => {
  it("writes summary, quality report, checklist and what it closes [E13]", () => {
    expect(aBody({ notes: ["The checks ran on `abc`; the base moved since."] })).toBe(GOLDEN);
  });

  it("says of a manual fix who asked for which commit, and lets no agent speak [E21]", () => {
    const body = aBody({ manualFix: { headSha: "d".repeat(40), by: "maria", attempt: 1 } });

    expect(body).toContain(
      `People wrote this. maria asked with \`/manual-fix\` for commit \`${"d".repeat(40)}\``,
    );
    expect(body).not.toContain("own words");
    expect(body).toContain("- [x] tests pass");
  });

  it.each([
    ["failed", "failed"],
    ["timed out", "timed-out"],
  ] as const)("ticks no box for a check that %s [E13]", (_what, status) => {
    const body = aBody({ result: aSession({ checks: [aCheck("test", status)] }) });

    expect(body).toContain("- [ ] tests pass");
    expect(body).not.toContain("[x]");
  });

  it("ticks no box and claims no figure when nothing was measured [F80]", () => {
    const body = aBody({ result: aSession({ checks: [] }) });

    expect(body).toContain("No check is configured, so nothing was measured.");
    expect(body).not.toContain("[x]");
  });

  it("does not say that nothing is configured when the figures were lost", () => {
    const body = aBody({ result: undefined, quality: undefined });

    expect(body).toContain("The figures of the session were lost");
    expect(body).not.toContain("No check is configured");
    expect(body).toMatch(/\nCloses #12\n$/);
  });

  it("names every part of the score that was not measured [N16]", () => {
    const quality = judgeQuality(someChecks("test", "lint"), [aCheck("lint")], BANDS);

    expect(aBody({ quality })).toContain(
      "| test | **missing**: configured, but without a result | 0 of 25 |",
    );
  });

  it("closes its issue once and no other, whatever the session says [F91]", () => {
    fc.assert(
      fc.property(hostileTexts, (summary) => {
        const body = aBody({ result: aSession({ summary }) });

        const closing = body.match(
          /(?<!\w)(close[sd]?|fix(es|ed)?|resolve[sd]?):?\s+([\w./-]+)?(#\d|GH-\d|http)/gi,
        );
        expect(closing).toEqual(["Closes #1"]);
        expect(body.endsWith("\nCloses #12\n")).toBe(true);
        expect(body).not.toContain("<!--");
      }),
    );
  });

  it("lets a summary that opens a code fence hide nothing after it", () => {
    const lines = aBody({ result: aSession({ summary: "```\n</details>\n~~~" }) }).split("\n");

    const quoted = lines.filter((line) => /```|~~~|<\/details>/.test(line));
    expect(quoted.every((line) => line.startsWith("> "))).toBe(true);
    expect(lines).toContain("## Checklist");
  });

  it("is never longer than what GitHub takes, and keeps what it closes [F90]", () => {
    const note = "n".repeat(70_000);

    for (const fields of [
      { result: aSession({ summary: "s".repeat(100_000) }) },
      { result: aSession({ summary: "\n".repeat(50_000) }) },
      { notes: [note] },
    ]) {
      const body = aBody(fields);
      expect(body.length).toBeLessThanOrEqual(60_000);
      expect(body.endsWith("\nCloses #12\n")).toBe(true);
    }
  });

  it("keeps report and checklist when the summary is too long", () => {
    const body = aBody({ result: aSession({ summary: "s".repeat(100_000) }) });

    expect(body).toContain("- [x] tests pass");
    expect(body).toContain("> [cut]");
  });
});
