import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseDependencyLine } from "../../../src/core/text/dependency-line.ts";
import { listMarkdownLines, type ProseLine } from "../../../src/core/text/markdown-lines.ts";
import {
  beginsWithWords,
  firstRelevant,
  isRelevant,
  listSectionLines,
  type Section,
  splitSections,
} from "../../../src/core/text/prose-sections.ts";
import { anyBlockBody, anyHostileBody } from "../../arbitraries/bodies.ts";

/** Sections are made of what is left when the unseen characters and Windows line ends are gone. */
const anyBody = fc
  .oneof({ weight: 4, arbitrary: anyBlockBody }, anyHostileBody)
  .map((body) => body.replaceAll("\r\n", "\n").replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, ""));

const meaningful = (lines: readonly ProseLine[]): readonly ProseLine[] =>
  lines.filter(({ text }) => text !== "");

const section = (text: string): Section => ({ firstLine: 1, text, isCode: false });

const starts = (body: string): readonly number[] =>
  splitSections(body).map(({ firstLine }) => firstLine);

describe("splitSections", () => {
  it("leaves nothing out", () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        expect(
          splitSections(body)
            .map(({ text }) => text)
            .join(""),
        ).toBe(body);
      }),
    );
  });

  it("splits where the grammar begins anew, so that all sections say what the body says", () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        const lines = splitSections(body).flatMap((each) => listSectionLines(each));

        expect(meaningful(lines)).toEqual(meaningful(listMarkdownLines(body)));
      }),
      { numRuns: 1_000 },
    );
  }, 30_000);

  it.each([
    ["paragraphs", "a\n\nb\n\nc", [1, 3, 5]],
    ["a list and what follows", "- a\n\n  b\n\nc", [1, 5]],
    ["no fenced code", "```\na\n\nb\n```\n\nc", [1, 7]],
    ["no comment", "<!-- a\n\nb -->\n\nc", [1, 5]],
    ["nothing after an indented fence", "a\n\n- b\n  ```\n\nc\n\nd", [1, 3]],
    ["nothing of a body with link definitions", "a\n\n[b]: c\n\nd", [1]],
  ])("splits %s", (_, body, expected) => {
    expect(starts(body)).toEqual(expected);
  });
});

describe("a section that is code", () => {
  it("has no line of prose", () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        for (const code of splitSections(body).filter(({ isCode }) => isCode)) {
          expect(listMarkdownLines(code.text)).toEqual([]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ["```\na\n```\n", [true]],
    ["```\na", [true]],
    ["a\n\n```\na\n```\n\nb", [false, true, false]],
    ["```\na\n```\nb", [false]],
    ["  ```\na\n  ```\nb", [false]],
  ])("%j: %j", (body, expected) => {
    expect(splitSections(body).map(({ isCode }) => isCode)).toEqual(expected);
  });
});

describe("isRelevant", () => {
  it("is true of every section with a line about dependencies, in whatever disguise", () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        for (const dull of splitSections(body).filter((each) => !isRelevant(each))) {
          for (const { text } of listSectionLines(dull)) {
            expect(parseDependencyLine(text, "octo/spider")).toBeUndefined();
            expect(text).not.toMatch(/^paths\**:/iu);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("firstRelevant", () => {
  it("leaves out nothing but sections that are not relevant", () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        const all = splitSections(body);

        const kept = splitSections(body, firstRelevant(body));

        expect(kept).toEqual(all.slice(all.length - kept.length));
        expect(kept.filter(isRelevant)).toEqual(all.filter(isRelevant));
      }),
      { numRuns: 1_000 },
    );
  });

  it("leaves out what stands before the first declaration", () => {
    const body = "Some words.\n\nMore of them.\n\nBlocked by #3";

    expect(splitSections(body, firstRelevant(body))).toEqual([
      { firstLine: 5, text: "Blocked by #3", isCode: false },
    ]);
  });
});

describe("beginsWithWords", () => {
  it.each([
    "See the notes",
    "- [x] done",
    "**Expected:** sorted",
    "## Context\n\n#3",
    "1. start\n",
  ])("is true of %j", (text) => {
    expect(beginsWithWords(section(text))).toBe(true);
  });

  it.each([
    "#3",
    "- #3",
    "and #3",
    "GH-3",
    "https://x/o/r/issues/3",
    "octo/spider#3",
    "```\na\n```",
    "12",
    "[a](b)",
  ])("leaves %j to the grammar", (text) => {
    expect(beginsWithWords(section(text))).toBe(false);
  });
});
