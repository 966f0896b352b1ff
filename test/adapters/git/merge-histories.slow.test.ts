import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { Git } from "../../../src/adapters/git/git.ts";
import { mergeHistories } from "../../../src/adapters/git/merge-histories.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

let directory: string;
let work: Git;

beforeEach(async () => {
  directory = await temporaryDirectory();
  const git = new Git({ cwd: directory });
  await git.run(["init", "--quiet", "--bare", "--initial-branch=main", "remote.git"]);
  const remote = git.with({ cwd: join(directory, "remote.git") });
  // As GitHub does.
  await remote.run(["config", "uploadpack.allowAnySHA1InWant", "true"]);
  await git.run(["clone", "--quiet", "remote.git", "work"]);
  work = git.with({ cwd: join(directory, "work") });
  await work.run(["checkout", "--quiet", "-b", "main"]);
});

async function commit(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    await writeFile(join(directory, "work", path), text);
  }
  await work.run(["add", "--all"]);
  await work.run(["commit", "--quiet", "--allow-empty", "-m", "change"]);
  return await work.run(["rev-parse", "HEAD"]);
}

/** Asks as the control runner does: with a repository that holds nothing of it yet. */
async function merges(pushed: string, tip: string): Promise<string> {
  await work.run(["push", "--quiet", "--all", "origin"]);
  const path = join(directory, "scratch.git");
  await mkdir(path);
  const git = new Git({ cwd: path });
  await git.run(["init", "--quiet", "--bare", "."]);
  return await mergeHistories(git, `file://${directory}/remote.git`, pushed, tip);
}

async function branchAt(commitish: string, name: string): Promise<void> {
  await work.run(["checkout", "--quiet", "-b", name, commitish]);
}

describe("mergeHistories", () => {
  it("takes a commit that began on an older base than the claim's, when both changed other files", async () => {
    const old = await commit({ "a.txt": "1\n", "b.txt": "1\n" });
    const tip = await commit({ "b.txt": "2\n" });
    await branchAt(old, "fix");
    const fix = await commit({ "a.txt": "2\n" });

    expect(await merges(fix, tip)).toBe("clean");
  });

  it("refuses one that changed the same line", async () => {
    const old = await commit({ "a.txt": "1\n" });
    const tip = await commit({ "a.txt": "2\n" });
    await branchAt(old, "fix");
    const fix = await commit({ "a.txt": "3\n" });

    expect(await merges(fix, tip)).toBe("conflict");
  });

  it("takes one whose author merged the base in and solved the conflict", async () => {
    const old = await commit({ "a.txt": "1\n" });
    const tip = await commit({ "a.txt": "2\n" });
    await branchAt(old, "fix");
    await commit({ "a.txt": "3\n" });
    await work.try(["merge", "--quiet", "main"]);
    const fix = await commit({ "a.txt": "2 and 3\n" });

    expect(await merges(fix, tip)).toBe("clean");
  });

  it("goes back in history as far as it must", async () => {
    const old = await commit({ "a.txt": "1\n", "b.txt": "1\n" });
    let tip = old;
    for (let count = 0; count < 60; count += 1) {
      tip = await commit({ "b.txt": `${count}\n` });
    }
    await branchAt(old, "fix");
    const fix = await commit({ "a.txt": "2\n" });

    expect(await merges(fix, tip)).toBe("clean");
  });

  it("knows one that the base has already, whatever came after it [F102]", async () => {
    const fix = await commit({ "a.txt": "1\n" });
    const tip = await commit({ "b.txt": "2\n" });

    expect(await merges(fix, tip)).toBe("contained");
  });

  it("refuses one that has no history in common with the base", async () => {
    const tip = await commit({ "a.txt": "1\n" });
    await work.run(["checkout", "--quiet", "--orphan", "fix"]);
    const fix = await commit({ "b.txt": "1\n" });

    expect(await merges(fix, tip)).toBe("conflict");
  });
});
