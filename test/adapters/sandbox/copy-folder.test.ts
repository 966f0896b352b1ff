import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it } from "vitest";

import { copyFolder } from "../../../src/adapters/sandbox/copy-folder.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

it("copyFolder copies files at any depth, and no link", async () => {
  const directory = await temporaryDirectory();
  const [source, place] = [join(directory, "source"), join(directory, "place")];
  await mkdir(join(source, "a/b"), { recursive: true });
  await mkdir(join(source, "empty"));
  await writeFile(join(source, "a/b/file"), "text");
  await symlink("/etc", join(source, "a/link"));

  await copyFolder(source, place);

  const names = await readdir(place, { recursive: true });
  expect(names.toSorted()).toEqual(["a", "a/b", "a/b/file", "empty"]);
  expect(await readFile(join(place, "a/b/file"), "utf8")).toBe("text");
});
