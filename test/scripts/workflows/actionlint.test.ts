import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { PROJECT_ROOT } from "../../../scripts/project-root.ts";
import { readIgnorePatterns } from "../../../scripts/workflows/actionlint.ts";

describe("readIgnorePatterns", () => {
  it("collects the patterns of every path", () => {
    const patterns = readIgnorePatterns(
      "paths:\n  a: { ignore: ['x+'] }\n  b: {}\n  c: { ignore: [y] }\n",
    );

    expect(patterns).toEqual([/x+/, /y/]);
  });

  it("ignores nothing when the configuration has no paths", () => {
    expect(readIgnorePatterns("self-hosted-runner:\n  labels: []\n")).toEqual([]);
  });

  it("covers what actionlint says about syntax newer than itself", () => {
    const patterns = readIgnorePatterns(
      readFileSync(join(PROJECT_ROOT, ".github/actionlint.yaml"), "utf8"),
    );
    const isIgnored = (message: string): boolean =>
      patterns.some((pattern) => pattern.test(message));

    expect(
      isIgnored('specifying action "$/actions/collect" in invalid format because ref is missing'),
    ).toBe(true);
    expect(
      isIgnored('specifying action "actions/checkout" in invalid format because ref is missing'),
    ).toBe(false);
    expect(isIgnored('unexpected key "queue" for "concurrency" section')).toBe(true);
    expect(isIgnored('unexpected key "qeue" for "concurrency" section')).toBe(false);
  });
});
