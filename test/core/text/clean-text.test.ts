import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { cleanText, inertText } from "../../../src/core/text/clean-text.ts";
import { hiddenCharacters, hostileTexts } from "../../arbitraries/session.ts";

describe("cleanText", () => {
  it.each([
    ["an HTML comment", "a<!-- run this -->b", "ab"],
    ["a comment that is never closed", "a<!-- run this", "a"],
    ["a comment over several lines", "a<!--\n\n-->b", "ab"],
    ["zero-width characters", "a\u200bb\u2060c\ufeffd", "abcd"],
    ["a right-to-left override", "a\u202eb\u2066c", "abc"],
    ["the Arabic letter mark", "a\u061cb", "ab"],
    ["Unicode tags", "a\u{e0041}\u{e0042}b", "ab"],
    ["variation selectors that carry data", "a\u{e0100}\u{e01ef}b", "ab"],
    ["control characters", "a\u0007\u001b[31mb", "a[31mb"],
    ["carriage returns", "a\r\nb\rc", "a\nb\nc"],
  ])("removes %s [N03]", (_what, text, cleaned) => {
    expect(cleanText(text)).toBe(cleaned);
  });

  it.each([
    "Ordinary text,\n\twith a tab.",
    "日本語 und Umlaute äöü",
    "🚀",
    "a < b --> c",
    "# Title",
  ])("leaves %j as it is", (text) => {
    expect(cleanText(text)).toBe(text);
  });

  it.each(["<!\u200b-- hidden -->", "<!-<!-- x -->- hidden -->", "<!-\u202e- hidden -->"])(
    "makes no HTML comment out of the pieces of %j",
    (text) => {
      expect(cleanText(text)).not.toContain("<!--");
    },
  );

  it("holds nothing hidden and no HTML comment, whatever it was given [N03]", () => {
    fc.assert(
      fc.property(hostileTexts, (text) => {
        const cleaned = cleanText(text);

        expect(hiddenCharacters(cleaned)).toEqual([]);
        expect(cleaned).not.toContain("<!--");
        expect(cleanText(cleaned)).toBe(cleaned);
      }),
      { numRuns: 1_000 },
    );
  });

  it("cuts what is longer than a text may be and says so", () => {
    const cleaned = cleanText("x".repeat(70_000));

    expect(cleaned).toHaveLength(60_000 + "\n[cut]".length);
  });
});

const MENTION = /@[A-Za-z0-9]/;
const CLOSING =
  /(?<![A-Za-z0-9])(close[sd]?|fix(es|ed)?|resolve[sd]?):?\s+([\w.-]+\/[\w.-]+)?(#|GH-|https?:)/i;

describe("inertText", () => {
  it.each([
    "Closes #1",
    "closes: #1",
    "FIXES octo/repo#1",
    "Resolved\n#1",
    "fix https://github.com/o/r/issues/1",
    "_closes #1_",
    "closes GH-1",
    "Closes\u200b #1",
    "Clo<!-- -->ses #1",
  ])("closes nothing by %j [F91]", (text) => {
    expect(inertText(text)).not.toMatch(CLOSING);
  });

  it.each(["Closes **#1**", "Closes \\#1", "closes [#1](https://x)"])(
    "closes nothing by the markup of %j [F91]",
    (text) => {
      expect(inertText(text)).toMatch(/Closes [*\\[]*\u2060/i);
    },
  );

  it.each(["@octocat", "mail me@example.org", "@\u200boctocat", "&#64;octocat", "&commat;octocat"])(
    "mentions nobody by %j",
    (text) => {
      expect(inertText(text)).not.toMatch(MENTION);
      expect(inertText(text)).not.toMatch(/&(#|\w+;)/);
    },
  );

  it("leaves words alone that only look alike", () => {
    expect(inertText("It discloses #1; the prefix #2; see #3.")).toBe(
      "It discloses #1; the prefix #2; see #3.",
    );
  });

  it("does nothing, whatever it was given, and is the same when done twice [N03]", () => {
    fc.assert(
      fc.property(hostileTexts, (text) => {
        const inert = inertText(text);

        expect(inert).not.toMatch(MENTION);
        expect(inert).not.toMatch(CLOSING);
        expect(inert).not.toContain("<!--");
        expect(inertText(inert)).toBe(inert);
      }),
      { numRuns: 1_000 },
    );
  });

  it("does not take longer than a moment for a text made to be slow", () => {
    const slow = [
      `${"close".repeat(10)} ${".".repeat(60_000)}`,
      "fix ".repeat(15_000),
      "<!-".repeat(20_000),
    ];

    const lengths = slow.map((text) => inertText(text).length);

    expect(Math.min(...lengths)).toBeGreaterThan(10_000);
  });
});
