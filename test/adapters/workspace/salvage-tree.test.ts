import {
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { nameTreeOf } from "../../../src/adapters/workspace/name-tree.ts";
import { recordTree } from "../../../src/adapters/workspace/record-tree.ts";
import { salvageTree } from "../../../src/adapters/workspace/salvage-tree.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const PATHS = ["a.txt", "b.txt", "x/a.txt", "x/b.txt", "x/y/a.txt", "x/y/z/b.txt", "w/a.txt"];
const DIRECTORIES = ["", "x", "x/y", "x/y/z", "w"];

async function writeTree(root: string): Promise<void> {
  for (const path of PATHS) {
    await mkdir(join(root, path, ".."), { recursive: true });
    // Pairs of files share their content, so that one can stand for another.
    await writeFile(join(root, path), path.slice(-5));
  }
}

const path = fc.constantFrom(...PATHS);
const directory = fc.constantFrom(...DIRECTORIES);

/** One thing that a process may do to a tree; what is impossible does nothing. */
const deed = fc.oneof(
  fc.record({ type: fc.constant("rewrite" as const), path }),
  fc.record({ type: fc.constant("rewrite quietly" as const), path }),
  fc.record({ type: fc.constant("remove" as const), path: fc.oneof(path, directory) }),
  fc.record({
    type: fc.constant("move" as const),
    path: fc.oneof(path, directory),
    to: fc.oneof(path, directory),
  }),
  fc.record({ type: fc.constant("link" as const), path, to: path }),
  fc.record({
    type: fc.constant("point" as const),
    path: fc.oneof(path, directory),
    to: directory,
  }),
  fc.record({ type: fc.constant("open" as const), path: fc.oneof(path, directory) }),
  fc.record({ type: fc.constant("add" as const), path: directory }),
);

type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

async function perform(root: string, one: Deed): Promise<void> {
  const at = join(root, one.path);
  switch (one.type) {
    case "rewrite":
      return await writeFile(at, "other");
    case "rewrite quietly": {
      const { atime, mtime } = await stat(at);
      await writeFile(at, "OTHER");
      return await utimes(at, atime, mtime);
    }
    case "remove":
      return await rm(at, { recursive: true });
    case "move":
      return await rename(at, join(root, one.to));
    case "link":
      await rm(join(root, one.to));
      return await link(at, join(root, one.to));
    case "point":
      await rename(at, `${at}.moved`);
      return await symlink(join(root, one.to), at);
    case "open":
      return await chmod(at, 0o777);
    case "add":
      return await writeFile(join(at, "added"), "added");
  }
}

/** Type, permissions, count of names and text of everything below. */
async function describeTree(root: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const at = join(entry.parentPath, entry.name);
    const { mode, nlink } = await lstat(at);
    const text = entry.isFile() ? `${nlink} ${await readFile(at, "utf8")}` : "";
    found.set(at.slice(root.length + 1), `${mode.toString(8)} ${text}`);
  }
  return found;
}

describe("salvageTree", () => {
  it("brings along nothing but what is as it was, whatever was done to the tree [N12]", async () => {
    const base = await temporaryDirectory();
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 6 }), async (deeds) => {
        round += 1;
        const [tree, to, trash] = ["tree", "to", "trash"].map((name) =>
          join(base, `${round}${name}`),
        );
        await Promise.all([tree, to].map((each) => mkdir(each ?? "", { recursive: true })));
        await writeTree(tree ?? "");
        const before = await describeTree(tree ?? "");
        const recorded = await recordTree(tree ?? "", nameTreeOf(PATHS), []);
        for (const one of deeds) {
          await perform(tree ?? "", one).catch(() => undefined);
        }

        const names = recorded && salvageTree(tree ?? "", to ?? "", recorded, trash ?? "");

        const after = await describeTree(to ?? "");
        expect(names).toBeDefined();
        for (const [name, description] of after) {
          expect(`${name}: ${description}`).toBe(`${name}: ${before.get(name) ?? ""}`);
        }
        expect(after.size === before.size || deeds.length > 0).toBe(true);
      }),
      { numRuns: 60 },
    );
  }, 30_000);

  it("tells the names of what came along, and no others", async () => {
    const base = await temporaryDirectory();
    const [tree, to] = [join(base, "tree"), join(base, "to")];
    await mkdir(tree);
    await mkdir(to);
    await writeTree(tree);
    const recorded = await recordTree(tree, nameTreeOf(PATHS), []);
    await writeFile(join(tree, "x/a.txt"), "other");
    await rm(join(tree, "w"), { recursive: true });

    const names = recorded && salvageTree(tree, to, recorded, join(base, "trash"));

    const kept = ["a.txt", "b.txt", "x/b.txt", "x/y/a.txt", "x/y/z/b.txt"];
    expect(names).toEqual(nameTreeOf(kept));
  });
});

describe("recordTree", () => {
  it("records exactly the names that it is told, and nothing when one is missing or too much", async () => {
    const root = await temporaryDirectory();
    await writeTree(root);

    const record = (paths: readonly string[]): ReturnType<typeof recordTree> =>
      recordTree(root, nameTreeOf(paths), []);

    expect(await record(PATHS)).toBeDefined();
    expect(await record(PATHS.slice(1))).toBeUndefined();
    expect(await record([...PATHS, "x/more.txt"])).toBeUndefined();
    expect(await record([...PATHS.slice(0, -1), "w"])).toBeUndefined();
    expect(await record([...PATHS, "x/y/z/b.txt/c"])).toBeUndefined();
  });

  it("ends when the file system's clock, however coarse, has passed the last change", async () => {
    const root = await temporaryDirectory();
    await writeTree(root);
    const latestNs = (await lstat(join(root, "w"), { bigint: true })).ctimeNs;
    const times = [latestNs - 1n, latestNs, latestNs, latestNs + 1n, latestNs + 2n];
    const readClock = (): bigint => times.shift() ?? 0n;

    const recorded = await recordTree(root, nameTreeOf(PATHS), [], readClock);

    expect(recorded).toBeDefined();
    expect(times).toEqual([latestNs + 2n]);
  });
});
