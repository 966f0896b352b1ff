import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { findToolRoots } from "../../../src/adapters/sandbox/tool-roots.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

describe("findToolRoots", () => {
  let home: string;

  beforeEach(async () => {
    home = await temporaryDirectory();
  });

  async function add(...paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      await mkdir(dirname(join(home, path)), { recursive: true });
      await writeFile(join(home, path), "");
    }
  }

  async function find(...entries: readonly string[]): Promise<readonly string[]> {
    const path = ["/usr/bin", ...entries.map((entry) => join(home, entry))].join(":");
    const roots = await findToolRoots(path, [home], [join(home, "work/temp")]);
    return roots.map((root) => root.slice(home.length + 1)).toSorted();
  }

  it("is the toolchain around a folder of programs", async () => {
    await add(".cargo/bin/cargo", ".nvm/versions/v24/bin/node", ".rbenv/shims/ruby");

    expect(await find(".cargo/bin", ".nvm/versions/v24/bin", ".rbenv/shims")).toEqual([
      ".cargo",
      ".nvm/versions/v24",
      ".rbenv",
    ]);
  });

  it("is the folder alone where much else lies around it", async () => {
    await add("bin/mine", ".local/bin/mine", "sdk/platform-tools/adb", "work/bin/tool");

    expect(await find("bin", ".local/bin", "sdk/platform-tools", "work/bin", "gone/bin")).toEqual([
      ".local/bin",
      "bin",
      "sdk/platform-tools",
      "work/bin",
    ]);
  });

  it("follows the links of such a folder to a program or its toolchain", async () => {
    await add(".local/bin/plain", ".local/share/venvs/black/bin/black", ".local/share/one/tool-3");
    await symlink(join(home, ".local/share/venvs/black/bin/black"), join(home, ".local/bin/black"));
    await symlink(join(home, ".local/share/one/tool-3"), join(home, ".local/bin/tool"));

    expect(await find(".local/bin")).toEqual([
      ".local/bin",
      ".local/share/one/tool-3",
      ".local/share/venvs/black",
    ]);
  });

  it("names the place of a link and what it leads to", async () => {
    await add(".sdk/java/21/bin/java");
    await symlink("21", join(home, ".sdk/java/current"));

    expect(await find(".sdk/java/current/bin")).toEqual([".sdk/java/21", ".sdk/java/current"]);
  });

  it("never opens a hidden folder, or one that must stay closed, as a whole", async () => {
    await add("bin/x", "work/temp/bin/x");

    expect(await find("", "work", "work/temp", "work/temp/bin")).toEqual(["work/temp/bin"]);
  });
});
