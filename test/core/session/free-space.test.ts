import { describe, expect, it } from "vitest";

import { findShortage } from "../../../src/core/session/free-space.ts";

const space = (directory: string, freeBytes: number) => ({ directory, freeBytes });

describe("findShortage", () => {
  it("asks for 1 GB everywhere, whatever the configuration says [W30c]", () => {
    const spaces = [space("/work", 10 ** 9), space("/mirror", 10 ** 9 - 1)];

    expect(findShortage(spaces.slice(0, 1), undefined)).toBeUndefined();
    expect(findShortage(spaces, undefined)).toBe(
      "There are 1.0 GB free at /mirror, less than the 1.0 GB that every session needs. Remove old runner folders (_work, _diag) or caches.",
    );
    expect(findShortage(spaces, 500_000_000)).toContain("/mirror");
  });

  it("asks for what the configuration says where that is more, and names the setting [W30c]", () => {
    const spaces = [space("/work", 19_900_000_000)];

    expect(findShortage(spaces, 19_900_000_000)).toBeUndefined();
    expect(findShortage(spaces, 20_000_000_000)).toMatch(
      /^There are 19\.9 GB free at \/work, less than the 20\.0 GB of 'workspace\.min-free-disk'\. Remove/,
    );
  });

  it("finds nothing where nothing is asked for", () => {
    expect(findShortage([], undefined)).toBeUndefined();
  });
});
