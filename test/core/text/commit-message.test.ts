import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { formatCommitMessage, formatSubject } from "../../../src/core/text/commit-message.ts";
import { hostileTexts } from "../../arbitraries/session.ts";

const SUBJECT =
  /^(feat|fix|docs|test|refactor|perf|build|ci|chore|style|revert)(\([\w./-]{1,30}\))?!?: \S.*$/;

describe("formatSubject", () => {
  it.each(["feat: add a thing", "fix(core/journal)!: keep order", "docs: say why"])(
    "takes the proposed %j [E08b]",
    (proposed) => {
      expect(formatSubject(proposed, "Title")).toBe(proposed);
    },
  );

  it.each([
    undefined,
    "",
    "Add a thing",
    "feature: x",
    "feat:",
    "feat : x",
    "FEAT: x",
    "feat(a b): x",
  ])("makes one of the issue's title when %j is proposed", (proposed) => {
    expect(formatSubject(proposed, "Add a thing")).toBe("feat: Add a thing");
  });

  it.each<readonly [string, string, string]>([
    ["a second line", "feat: a\n\nCloses #1", "feat: a Closes \u2060#1"],
    ["a carriage return", "feat: a\rb", "feat: a b"],
    ["a mention", "feat: thank @octocat", "feat: thank @\u2060octocat"],
    ["a closing word", "fix: #12 is gone", "fix: \u2060#12 is gone"],
    ["a right-to-left override", "feat: \u202eevil", "feat: evil"],
    ["an HTML comment", "feat: a<!-- x -->b", "feat: ab"],
    ["a wish to skip the checks", "feat: a [skip ci]", "feat: a (skip ci)"],
    ["a wish to skip the checks in pieces", "feat: a [skip\u200b CI]", "feat: a (skip CI)"],
  ])("lets %s do nothing [F29, F91]", (_what, proposed, subject) => {
    expect(formatSubject(proposed, "Title")).toBe(subject);
  });

  it.each(["", "\u200b\u200b", "<!-- -->", "\n"])("finds words for the empty title %j", (title) => {
    expect(formatSubject(undefined, title)).toBe("feat: resolve the issue");
  });

  it("cuts at 72 characters and breaks none of them", () => {
    const subject = formatSubject(`feat: ${"🚀".repeat(80)}`, "Title");

    expect(Array.from(subject)).toHaveLength(72);
    expect(subject).toMatch(/^feat: (🚀)+…$/u);
  });

  it("is one short line of the right form for any proposal and title [F29]", () => {
    const proposals = fc.oneof(
      fc.constant(undefined),
      hostileTexts,
      hostileTexts.map((text) => `feat: ${text}`),
    );
    fc.assert(
      fc.property(proposals, hostileTexts, (proposed, title) => {
        const subject = formatSubject(proposed, title);

        expect(subject).toMatch(SUBJECT);
        expect(Array.from(subject).length).toBeLessThanOrEqual(72);
        expect(subject).not.toMatch(/[\n\r]|@[A-Za-z0-9]|\[skip ci\]/);
        expect(subject).not.toMatch(/\p{Cs}/u);
      }),
      { numRuns: 500 },
    );
  });
});

describe("formatCommitMessage", () => {
  it("refers to the issue and does not close it [C16]", () => {
    expect(formatCommitMessage("feat: add a thing", 12)).toBe("feat: add a thing\n\nRefs #12\n");
  });
});
