import { describe, expect, it } from "vitest";

import { compareFolders } from "../../scripts/folder-files.ts";

function aFolder(files: Readonly<Record<string, string>>): ReadonlyMap<string, Buffer> {
  return new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));
}

describe("compareFolders", () => {
  it("finds nothing in equal folders", () => {
    const folder = { "index.js": "1", "post/index.js": "2" };

    expect(compareFolders(aFolder(folder), aFolder(folder))).toEqual([]);
  });

  it("lists changed, missing and stale files in the order of their paths [F81]", () => {
    const built = aFolder({ "a.js": "new", "c.js": "1", "same.js": "1" });
    const committed = aFolder({ "a.js": "old", "b.js": "1", "same.js": "1" });

    expect(compareFolders(built, committed)).toEqual([
      "a.js differs from what the sources build",
      "b.js is stale: the build does not make it any more",
      "c.js is missing",
    ]);
  });
});
