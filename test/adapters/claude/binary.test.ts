import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { findAgentBinary } from "../../../src/adapters/claude/binary.ts";
import { ConfigurationError } from "../../../src/core/failure.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

const PLATFORM = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`;
const PACKAGE = "node_modules/@anthropic-ai/claude-code";

describe("findAgentBinary", () => {
  let directory: string;

  beforeEach(async () => {
    directory = await temporaryDirectory();
  });

  async function install(path: string, answer = "2.1.328 (Claude Code)"): Promise<string> {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `#!/bin/sh\necho '${answer}'\n`);
    await chmod(file, 0o755);
    return file;
  }

  /** What npm makes of a package: a manifest beside the binary. */
  async function installPackage(path: string): Promise<string> {
    const binary = await install(`${path}/${PLATFORM}/claude`);
    await writeFile(join(dirname(binary), "package.json"), JSON.stringify({ name: PLATFORM }));
    return binary;
  }

  function find(input = "") {
    return findAgentBinary({
      input,
      environment: { PATH: `${directory}/nothing:${directory}/bin` },
      packageRoots: [join(directory, "lib")],
    });
  }

  it("takes the input before everything else", async () => {
    const given = await install("given/claude", "9.9.9 (Claude Code)");
    await installPackage("lib/node_modules");
    await install("bin/claude");

    expect(await find(given)).toEqual({ path: given, version: "9.9.9", origin: "input" });
  });

  it("takes an installed package before the PATH", async () => {
    const packaged = await installPackage("lib/node_modules");
    await install("bin/claude");

    expect(await find()).toEqual({ path: packaged, version: "2.1.328", origin: "package" });
  });

  it("finds the binary inside a package that was installed globally", async () => {
    const packaged = await installPackage(`lib/${PACKAGE}/node_modules`);

    expect(await find()).toMatchObject({ path: packaged, origin: "package" });
  });

  it("takes the PATH last", async () => {
    const onPath = await install("bin/claude");

    expect(await find()).toMatchObject({ path: onPath, origin: "PATH" });
  });

  it("says where it looked and what to do when there is none [F65]", async () => {
    const found = find();

    await expect(found).rejects.toThrow(ConfigurationError);
    await expect(found).rejects.toThrow(/npm install -g @anthropic-ai\/claude-code.*'claude-path'/);
  });

  it("takes nothing else when the input names something that does not run", async () => {
    await install("bin/claude");

    await expect(find(join(directory, "nothing"))).rejects.toThrow(ConfigurationError);
  });

  it("refuses a launcher that answers without a version", async () => {
    await install("bin/claude", "claude native binary not installed");

    await expect(find()).rejects.toThrow(/answered 'claude native binary not installed'/);
  });
});
