import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { formatReason, type Reason } from "../../../src/core/plan/reasons.ts";
import { plainSentence, quoteText } from "../../../src/core/text/untrusted.ts";

const anyForeignText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 500 }),
  fc.constantFrom(
    "@everyone",
    "a`b`c",
    "x | y",
    "<!-- -->",
    "\u202Egpj.exe",
    "line\nbreak",
    "fixes #1",
  ),
);

describe("formatReason", () => {
  it.each<[Reason, string]>([
    [{ type: "cycle", members: [3] }, "It waits for itself; remove that dependency."],
    [
      { type: "blocked", by: [3, 5, 8], failed: [5], untriggered: [8], through: [2] },
      "Waits for #3, #5 and #8 (#5 failed or was stopped; #8 without the trigger label; through its parent #2).",
    ],
    [
      { type: "no-free-slot", position: 4, busy: 3, offline: 2 },
      "Ready, number 4 in the queue; no slot is free (3 busy, 2 offline).",
    ],
    [
      {
        type: "paused",
        reason: "account-limit",
        until: "2026-11-20T13:00:00Z",
        detail: "limit reached.",
      },
      "Ready, but the fleet is paused until 2026-11-20T13:00:00Z (account-limit): limit reached.",
    ],
    [
      { type: "permission-unread", logins: ["wren"] },
      "Whether `wren` may write here is not known yet; the next tick asks again.",
    ],
  ])("says in one sentence: %j", (reason, sentence) => {
    expect(formatReason(reason)).toBe(sentence);
  });

  it("counts the rest of a long list", () => {
    const members = Array.from({ length: 5_000 }, (_, index) => index + 1);

    expect(formatReason({ type: "cycle", members })).toContain("#10 and 4990 more;");
  });

  it("lets no foreign text break out of its line, mention or hide anything", () => {
    fc.assert(
      fc.property(anyForeignText, (text) => {
        const sentences = [
          formatReason({ type: "failed", detail: text }),
          formatReason({ type: "label-by-reader", login: text }),
          formatReason({
            type: "bad-reference",
            problems: [{ type: "malformed", origin: "body", line: 1, text }],
          }),
        ];
        for (const sentence of sentences) {
          expect(sentence.replaceAll("@\u200B", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}|]/u);
          expect(sentence.length).toBeLessThan(700);
        }
        expect(formatReason({ type: "failed", detail: text })).not.toMatch(/@[^\u200B]|[<>`]/u);
      }),
    );
  });
});

describe("quoteText and plainSentence", () => {
  it("quote what is left of a text that has nothing to show", () => {
    expect(quoteText("\u202E\u0000")).toBe("`(empty)`");
    expect(quoteText("x".repeat(100))).toBe(`\`${"x".repeat(60)}…\``);
  });

  it("end a foreign sentence once", () => {
    expect(plainSentence("It failed.\n\n")).toBe("It failed");
  });
});
