import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parsePathsLine, pathsOverlap } from "../../../src/core/text/declared-paths.ts";

const anyPattern = fc
  .array(fc.constantFrom("src", "a", "b", "*", "**", "x.ts", "?.ts", "a*", "*x.ts", "x*.ts"), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join("/"));

describe("parsePathsLine", () => {
  it("reads the paths of a line, in whatever order", () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyPattern, { minLength: 1, maxLength: 10 }), (paths) => {
        expect(parsePathsLine(`Paths: ${paths.join(", ")}`)).toEqual({
          paths: paths.toSorted(),
          malformed: [],
        });
      }),
    );
  });

  it.each(["paths are hard", "Path: src/a.ts", "Some paths: src/a.ts"])(
    "reads no paths in %j",
    (line) => {
      expect(parsePathsLine(line)).toBeUndefined();
    },
  );
});

describe("pathsOverlap", () => {
  it.each([
    ["src/a.ts", "src/a.ts"],
    ["src/a.ts", "SRC/A.ts"],
    ["src/**", "src/b/c.ts"],
    ["src", "src/b/c.ts"],
    ["src/", "src/b.ts"],
    ["src/*.ts", "src/a.ts"],
    ["src/*/x.ts", "src/**"],
    ["**/x.ts", "src/a/x.ts"],
    ["src/a*", "src/*b"],
    ["src/{a,b}.ts", "src/b.ts"],
    ["src/[ab].ts", "src/b.ts"],
    ["**", "anything"],
  ])("sees that %s and %s can be the same file", (left, right) => {
    expect(pathsOverlap([left], [right])).toBe(true);
    expect(pathsOverlap([right], [left])).toBe(true);
  });

  it.each([
    ["src/a.ts", "src/b.ts"],
    ["src/a/**", "src/b/**"],
    ["src/*.ts", "test/*.ts"],
    ["src/ab", "src/abc"],
    ["docs/**", "src/**"],
    ["src/?.ts", "src/ab.ts"],
  ])("sees that %s and %s cannot", (left, right) => {
    expect(pathsOverlap([left], [right])).toBe(false);
    expect(pathsOverlap([right], [left])).toBe(false);
  });

  it("is symmetric, and every pattern overlaps itself", () => {
    fc.assert(
      fc.property(anyPattern, anyPattern, (left, right) => {
        expect(pathsOverlap([left], [right])).toBe(pathsOverlap([right], [left]));
        expect(pathsOverlap([left], [left])).toBe(true);
      }),
    );
  });

  it("says nothing of issues that declare nothing", () => {
    expect(pathsOverlap([], ["src/**"])).toBe(false);
  });
});
