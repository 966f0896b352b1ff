import fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  EMPTY_BODY,
  type IssueBody,
  MAX_BODY_CHARACTERS,
  parseIssueBody,
} from "../../../src/core/text/issue-body.ts";
import {
  hasMarkup,
  listMarkdownLines,
  listPlainLines,
} from "../../../src/core/text/markdown-lines.ts";
import { anyHostileBody, anyPlainBody } from "../../arbitraries/bodies.ts";

const parse = (body: string, taskLists = false): IssueBody =>
  parseIssueBody(body, { repository: "octo/spider", taskLists });

const issuesOf = (body: string, taskLists = false): readonly number[] =>
  parse(body, taskLists).references.map(({ issue }) => issue);

const meaningful = (lines: ReturnType<typeof listPlainLines>): unknown =>
  lines.filter(({ text }) => text !== "");

describe("parseIssueBody", () => {
  it("names the line of each reference", () => {
    const body = parse("Intro.\n\nBlocked by #3\nDepends on #4, #x\n");

    expect(body.references.map(({ issue, line }) => [issue, line])).toEqual([
      [3, 3],
      [4, 4],
    ]);
    expect(body.malformed).toEqual([{ line: 4, text: "#x" }]);
  });

  it.each([
    ["a code block", "```\nBlocked by #9\n```"],
    ["an indented block", "Text\n\n    Blocked by #9"],
    ["inline code", "`Blocked by #9`"],
    ["code in a sentence", "Depends on `lodash` #9 is another matter"],
    ["a quote", "> Blocked by #9"],
    ["a quote of a quote", "> > Blocked by #9"],
    ["a list in a quote", "> - Blocked by #9"],
    ["a comment", "<!--\nBlocked by #9\n-->"],
    ["a comment in a sentence", "Text <!-- Blocked by #9 --> text"],
    ["a comment that never ends", "<!-- Blocked by #9"],
    ["preformatted HTML", "<pre>\nBlocked by #9\n</pre>"],
    ["an unfinished fence", "~~~\nBlocked by #9"],
    ["struck out text", "~~Blocked by #9~~"],
    ["plain prose", "We saw #9 and fixes #9, which is blocked, depends on luck"],
  ])("sees no dependency in %s [F25]", (_, body) => {
    expect(issuesOf(body)).toEqual([]);
  });

  it.each([
    ["a list", "- Blocked by #9"],
    ["a nested list", "- a\n  - Blocked by #9"],
    ["emphasis", "**Blocked by:** #9"],
    ["a heading", "## Blocked by #9"],
    ["a link", "Blocked by [the parser](https://github.com/octo/spider/issues/9)"],
    ["an angle link", "Blocked by <https://github.com/octo/spider/issues/9>"],
    ["details", "<details>\nBlocked by #9\n</details>"],
    ["the end of a paragraph", "Some `code` here\nBlocked by #9"],
    ["a table", "| Blocked by | #9 |"],
    ["Windows line ends", "Text\r\n\r\nBlocked by #9\r\n"],
    ["an issue form", "### Blocked by\n\n#9"],
    ["a list below the words", "Depends on:\n\n- #9"],
    ["unseen characters in the words", "Blo\u200Bcked\u202E by #9"],
  ])("finds the dependency in %s", (_, body) => {
    expect(issuesOf(body)).toEqual([9]);
  });

  it("reads a list below the words to its end and no further", () => {
    expect(issuesOf("Depends on:\n- #3\n- #4 the parser\n\nSee also:\n- #5")).toEqual([3, 4]);
  });

  it("counts open tasks only where they are configured, and done ones nowhere", () => {
    const body =
      "- [ ] #3 first\n- [x] #4\n- [ ] write docs for #5\n- [ ] https://github.com/octo/spider/issues/6";

    expect(issuesOf(body)).toEqual([]);
    expect(issuesOf(body, true)).toEqual([3, 6]);
  });

  it("does not parse a body that has none of the words", () => {
    expect(parse("# Title\n\nNothing here, see #9.")).toBe(EMPTY_BODY);
  });

  it("refuses to guess about a body that is too long", () => {
    const body = `Blocked by #9\n${"x".repeat(MAX_BODY_CHARACTERS)}`;

    expect(parse(body)).toEqual({ ...EMPTY_BODY, unread: "too-long" });
  });

  it.each([
    ["quote marks", ">".repeat(60_000)],
    ["spaced quote marks", "> ".repeat(30_000)],
    ["emphasis", "*a_".repeat(20_000)],
    ["brackets", "[".repeat(60_000)],
    ["list items", "- a\n\n".repeat(12_000)],
  ])("refuses 60,000 characters of %s, which would take the parser seconds", (_, hostile) => {
    expect(parse(`${hostile}\n\nBlocked by #9`).unread).toBe("too-intricate");
  });

  it("reads declared paths from the raw line, where asterisks are asterisks [N10]", () => {
    const body = parse("Paths: `src/a.ts`, src/b/**, src/c/**\n\n> Paths: src/quoted.ts");

    expect(body.paths).toEqual(["src/a.ts", "src/b/**", "src/c/**"]);
  });

  it("names a path that leads out of the repository", () => {
    const { paths, malformedPaths } = parse("Paths: ../../etc/passwd, /usr, src/a.ts");

    expect(paths).toEqual(["src/a.ts"]);
    expect(malformedPaths.map(({ text }) => text)).toEqual(["../../etc/passwd", "/usr"]);
  });

  it("never throws, and finds line numbers that the body has", () => {
    fc.assert(
      fc.property(anyHostileBody, fc.boolean(), (body, taskLists) => {
        const { references, malformed } = parse(body, taskLists);
        const lines = body.split("\n").length + (body.match(/&#10;/gu)?.length ?? 0);
        for (const { line } of [...references, ...malformed]) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("listPlainLines", () => {
  it("says of bodies without markup what the full grammar says", () => {
    fc.assert(
      fc.property(anyPlainBody, (body) => {
        fc.pre(!hasMarkup(body));

        expect(meaningful(listPlainLines(body))).toEqual(meaningful(listMarkdownLines(body)));
      }),
      { numRuns: 300 },
    );
  });
});
