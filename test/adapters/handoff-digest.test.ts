import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { hashHandoff } from "../../src/adapters/handoff-digest.ts";
import { hashText } from "../../src/adapters/text-hash.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

describe("hashHandoff", () => {
  let directory: string;

  beforeEach(async () => {
    directory = await temporaryDirectory();
  });

  async function hashOf(files: Readonly<Record<string, string>>): Promise<string> {
    const place = join(directory, String(Object.entries(files)));
    await mkdir(place, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(place, name), text);
    }
    return await hashHandoff(place);
  }

  it("is a SHA-256 in hex, the same for the same files [N18]", async () => {
    const first = await hashOf({ "result.json": "{}", "changes.bundle": "x" });

    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await hashOf({ "changes.bundle": "x", "result.json": "{}" })).toBe(first);
  });

  it("tells an absent file from an empty one, and one file from the other", async () => {
    const hashes = [
      await hashOf({}),
      await hashOf({ "result.json": "" }),
      await hashOf({ "result.json": "", "changes.bundle": "" }),
      await hashOf({ "result.json": "ab" }),
      await hashOf({ "result.json": "a", "changes.bundle": "b" }),
      await hashOf({ "result.json": "b", "changes.bundle": "a" }),
    ];

    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it("fails when a file is there but cannot be read", async () => {
    await mkdir(join(directory, "result.json"));

    await expect(hashHandoff(directory)).rejects.toThrow(/EISDIR/);
  });
});

describe("hashText", () => {
  it("is the SHA-256 of title, line feed, body [N02]", () => {
    expect(hashText("a", "b")).toBe(
      "7e18f737311b2dc3b2f269dd78396b0351f14fb66efa879f768cb23181883c78",
    );
    expect(hashText("a", "b")).not.toBe(hashText("", "a\nb"));
  });
});
