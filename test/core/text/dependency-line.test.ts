import { describe, expect, it } from "vitest";

import { parseDependencyLine } from "../../../src/core/text/dependency-line.ts";

const parse = (line: string): ReturnType<typeof parseDependencyLine> =>
  parseDependencyLine(line, "octo/spider");

const declared = (...issues: readonly number[]): unknown => ({
  type: "declaration",
  references: issues.map((issue) => ({ repository: undefined, issue })),
  malformed: [],
});

describe("parseDependencyLine", () => {
  it.each([
    "blocked-by: #12",
    "Blocked by #12",
    "BLOCKED BY #12",
    "blocked_by #12",
    "depends on #12",
    "Depends-on: #12",
    "Depends on: GH-12",
    "[ ] Blocked by #12",
    "🚫 Blocked by #12",
    "Blocked by (#12)",
    "Blocked by #12.",
    "Blocked by #12 because of the parser",
    "Blocked by octo/spider#12",
    "Blocked by Octo/Spider#12",
    "Blocked by https://github.com/octo/spider/issues/12",
    "Blocked by https://github.com/octo/spider/issues/12#issuecomment-1",
  ])("reads %j as a dependency on #12 [W27a]", (line) => {
    expect(parse(line)).toEqual(declared(12));
  });

  it.each([
    "Blocked by #3, #4 and #5",
    "Depends on #3 #4 #5",
    "Depends on: #3; #4, and #5",
    "Blocked by #3, ~~#9~~, #4 & #5",
    "Blocked by #3 + #4 + octo/spider#5, see #77",
  ])("reads several numbers in %j", (line) => {
    expect(parse(line)).toEqual(declared(3, 4, 5));
  });

  it.each([
    "see #9",
    "fixes #9",
    "#9",
    "Closes #9, which blocked #10",
    "unblocked by #9",
    "Blocked by the lawyers",
    "Depends on the weather",
    "Depends on 3 things",
    "Blocked by: none",
    "Depends on: n/a",
    "Blocked by: _No response_",
    "~~Blocked by #9~~",
  ])("sees no dependency in %j [F25]", (line) => {
    expect(parse(line)).toBeUndefined();
  });

  it.each([
    "This is not blocked by #9",
    "It once was blocked by #9",
    '"Blocked by #9" is the form',
  ])("warns of %j instead of guessing", (line) => {
    expect(parse(line)).toEqual({ type: "mention" });
  });

  it.each([
    ["Depends-on: 123", "123"],
    ["blocked-by: #", "#"],
    ["Blocked by #abc", "#abc"],
    ["Blocked by #0", "#0"],
    ["Blocked by #-3", "#-3"],
    ["Blocked by #12a", "#12a"],
    ["Blocked by #99999999999", "#99999999999"],
    ["Blocked by #3/#4", "#3/#4"],
    ["Depends on https://example.com/board", "https://example.com/board"],
    ["Depends on: -5", "-5"],
  ])("names the part of %j that it cannot read [F24]", (line, part) => {
    expect(parse(line)).toMatchObject({ type: "declaration", malformed: [part] });
  });

  it("keeps what it can read beside what it cannot", () => {
    expect(parse("Blocked by #3, #x and #4")).toEqual({
      type: "declaration",
      references: [3, 4].map((issue) => ({ repository: undefined, issue })),
      malformed: ["#x"],
    });
  });

  it("tells another repository from its own", () => {
    expect(parse("Blocked by acme/tools#4")).toEqual({
      type: "declaration",
      references: [{ repository: "acme/tools", issue: 4 }],
      malformed: [],
    });
  });

  it("knows a line that only opens a list", () => {
    expect(parse("Depends on:")).toEqual({ type: "heading" });
  });
});
