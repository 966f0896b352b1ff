import { describe, expect, it } from "vitest";

import {
  parseSubmodules,
  resolveSubmoduleUrl,
} from "../../../src/adapters/workspace/submodule-url.ts";

const PARENT = "https://github.com/octo/shop";

describe("resolveSubmoduleUrl", () => {
  it.each([
    ["https://github.com/octo/lib", "https://github.com/octo/lib"],
    ["https://example.org/lib.git", "https://example.org/lib.git"],
    ["../lib.git", "https://github.com/octo/lib.git"],
    ["../../other/lib", "https://github.com/other/lib"],
    ["./lib", "https://github.com/octo/shop/lib"],
    ["git@github.com:octo/lib.git", "https://github.com/octo/lib.git"],
    ["ssh://git@github.com/octo/lib", "https://github.com/octo/lib"],
  ])("fetches %s from %s", (url, expected) => {
    expect(resolveSubmoduleUrl(url, PARENT)).toBe(expected);
  });

  it.each([
    "ext::sh -c 'rm -rf /'",
    "file:///etc",
    "/etc",
    "http://example.org/x",
    "../../../../x",
    "-u",
    "git@host:/etc/x",
    "",
  ])("refuses %j", (url) => {
    expect(resolveSubmoduleUrl(url, PARENT)).toBeUndefined();
  });
});

describe("parseSubmodules", () => {
  it("reads path and URL, whatever else and in whatever order", () => {
    const listing = [
      "submodule.a.b.url\nhttps://x/y",
      "submodule.a.b.path\nlibs/a b",
      "submodule.a.b.update\n!touch x",
      "submodule.other.path\nno-url",
      "core.bare\ntrue",
      "",
    ].join("\0");

    expect(parseSubmodules(listing)).toEqual([{ path: "libs/a b", url: "https://x/y" }]);
  });
});
