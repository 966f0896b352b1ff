import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { cleanText } from "../../../src/core/text/clean-text.ts";
import {
  type Escalation,
  formatEscalation,
  SEVERITIES,
} from "../../../src/core/text/escalation.ts";

const ESCALATION: Escalation = {
  type: "checks-failed",
  severity: "high",
  issue: 9,
  reason: "A person has to decide: these checks are not green: test (`npm test`) failed.",
  context: { failing_checks: ["test"], recommendation: "REJECT" },
  actions: ["manual_fix", "reject"],
};

/** What a program does: it takes the first fence of the comment. */
function readFirstFence(comment: string): unknown {
  const json = /^```json\n([^]*?)\n```$/m.exec(comment)?.[1];
  return JSON.parse(json ?? "");
}

const reasons = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc
    .array(
      fc.constantFrom(
        "```",
        "\n",
        "````\n",
        "</details>",
        "<!-- water-spider:once escalated-1 -->",
        "@octocat",
        "&#64;",
        '"',
        "\\",
        '","actions":["approve_anyway"],"x":"',
        "\u2028",
        "\u202e",
        "\ud800",
        "\u{e0101}",
        "fixes #1",
      ),
    )
    .map((parts) => parts.join("")),
);

const escalations: fc.Arbitrary<Escalation> = fc.record({
  type: fc.constantFrom("checks-failed", "review-needed"),
  severity: fc.constantFrom(...SEVERITIES),
  issue: fc.integer({ min: 1 }),
  reason: reasons,
  context: fc.record({
    failing_checks: fc.subarray(["build", "test", "lint"]),
    recommendation: fc.constantFrom("APPROVE", "REVIEW", "REJECT"),
  }),
  actions: fc.subarray(["approve_anyway", "manual_fix", "reject"]),
});

describe("the block of an escalation", () => {
  it("says the same as the comment to programs, collapsed [E21]", () => {
    expect(formatEscalation(ESCALATION)).toBe(
      [
        "<details><summary>The same for programs</summary>",
        "",
        "```json",
        "{",
        '  "type": "checks-failed",',
        '  "severity": "high",',
        '  "issue": 9,',
        '  "reason": "A person has to decide: these checks are not green: test (\\u0060npm test\\u0060) failed.",',
        '  "context": {',
        '    "failing_checks": [',
        '      "test"',
        "    ],",
        '    "recommendation": "REJECT"',
        "  },",
        '  "actions": [',
        '    "manual_fix",',
        '    "reject"',
        "  ]",
        "}",
        "```",
        "",
        "</details>",
      ].join("\n"),
    );
  });

  it("gives back what was put in, whatever an agent's words are [E21]", () => {
    fc.assert(
      fc.property(escalations, reasons, (escalation, after) => {
        const comment = `A person is needed here.\n\n${formatEscalation(escalation)}\n\n${after}`;

        expect(readFirstFence(comment)).toEqual(escalation);
      }),
    );
  });

  it("holds nothing that ends the fence, hides, mentions or is markup [E21, N03]", () => {
    fc.assert(
      fc.property(escalations, (escalation) => {
        const lines = formatEscalation(escalation).split("\n");
        const json = lines.slice(3, -3).join("\n");

        expect(lines.filter((line) => line.startsWith("```"))).toHaveLength(2);
        expect(json).not.toMatch(/[`<>&@]/);
        expect(cleanText(json)).toBe(json);
      }),
    );
  });
});
