import { describe, expect, it } from "vitest";

import { formatSparsePatterns, isInCone } from "../../../src/adapters/workspace/sparse.ts";

describe("formatSparsePatterns", () => {
  it("writes the patterns of git's cone mode", () => {
    expect(formatSparsePatterns(["a/b/c", "d"])).toBe(
      ["/*", "!/*/", "/a/", "!/a/*/", "/a/b/", "!/a/b/*/", "/a/b/c/", "/d/", ""].join("\n"),
    );
  });

  it("leaves out a directory that is inside another one", () => {
    expect(formatSparsePatterns(["a/b", "a"])).toBe(["/*", "!/*/", "/a/", ""].join("\n"));
  });

  it("takes characters of patterns for characters of names", () => {
    expect(formatSparsePatterns(["a[1]*"])).toContain(String.raw`/a\[1\]\*/`);
  });
});

describe("isInCone", () => {
  it.each([
    ["README.md", true],
    ["a/file", true],
    ["a/b/file", true],
    ["a/b/c/file", true],
    ["a/b/c/d/e/file", true],
    ["a/x/file", false],
    ["a/b/x/file", false],
    ["b/file", false],
    ["a/b/cc/file", false],
  ])("says of %s: %s", (path, isIn) => {
    expect(isInCone(["a/b/c"], path)).toBe(isIn);
  });
});
