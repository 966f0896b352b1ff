import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { removeTree } from "../../../src/adapters/workspace/remove-tree.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { Machine } from "./machine.ts";

describe("what dead attempts leave", () => {
  let machine: Machine;

  beforeEach(async () => {
    machine = await Machine.create();
  });

  it("goes when the next session of that runner starts [N11]", async () => {
    await machine.open(1, "claim-1");
    const worktrees = dirname(machine.placesOf(1, "claim-1").worktree);
    await mkdir(join(worktrees, "issue-99"));
    await writeFile(join(worktrees, "stray"), "x");

    await machine.open(6, "claim-2");

    expect(await readdir(worktrees)).toEqual(["issue-6"]);
  });

  it("is left alone as long as its session lives [F07, F63]", async () => {
    const live = await machine.open(1, "claim-1");
    await live.tryLock();
    await writeFile(join(live.worktree, "work.ts"), "x");

    await machine.open(6, "claim-2");

    expect(await readFile(join(live.worktree, "work.ts"), "utf8")).toBe("x");
    expect((await live.harvest()).files).toEqual([{ path: "work.ts", change: "added" }]);
  });

  it("is never taken from a live session by another claim of the same issue [F07]", async () => {
    const live = await machine.open(1, "claim-1");
    await live.tryLock();

    const second = machine.open(1, "claim-2");

    await expect(second).rejects.toThrow(/still running/);
  });

  it("is replaced when the lock names a process that is gone, or none", async () => {
    for (const text of [String(spawnSync("true").pid), "", "half of a num"]) {
      const { lock } = machine.placesOf(1, "claim-1");
      await machine.open(1, "claim-1");
      await mkdir(dirname(lock), { recursive: true });
      await writeFile(lock, text);

      const next = await machine.open(1, "claim-2");

      expect((await next.harvest()).files).toEqual([]);
      await rm(lock);
    }
  });

  it("includes locks that are a month old, and no younger ones [F04]", async () => {
    const { lock } = machine.placesOf(1, "any");
    await mkdir(dirname(lock), { recursive: true });
    const gone = String(spawnSync("true").pid);
    const old = new Date(Date.now() - 31 * 24 * 60 * 60_000);
    await writeFile(join(dirname(lock), "old"), gone);
    await utimes(join(dirname(lock), "old"), old, old);
    await writeFile(join(dirname(lock), "young"), gone);

    await machine.open(1, "claim-1");

    expect(await readdir(dirname(lock))).toEqual(["young"]);
  });

  it("includes processes that outlived their runner [F70]", async () => {
    const workspace = await machine.open(1, "claim-1");
    const { tail } = await workspace.runCommand(
      "setsid sleep 60 > /dev/null 2>&1 & echo $!",
      10_000,
    );

    await machine.open(6, "claim-2");

    const state = spawnSync("ps", ["-o", "stat=", "-p", tail.trim()]).stdout.toString();
    expect(state).toMatch(/^(Z.*)?\s*$/);
  });

  it("removes a worktree of one issue without touching four others [E06]", async () => {
    const workspaces = await Promise.all(
      [1, 2, 3, 4, 5].map((issue) => machine.open(issue, `c${issue}`)),
    );
    for (const { worktree } of workspaces) {
      await writeFile(join(worktree, "src/old.ts"), worktree);
    }

    await machine.end(1, "c1");

    const others = workspaces.slice(1);
    const texts = others.map(({ worktree }) => readFile(join(worktree, "src/old.ts"), "utf8"));
    expect(await Promise.all(texts)).toEqual(others.map(({ worktree }) => worktree));
    await expect(stat(join(workspaces[0]?.worktree ?? "", "src"))).rejects.toThrow("ENOENT");
  });
});

describe("removeTree", () => {
  it("removes what its owner closed, and follows no link", async () => {
    const directory = await temporaryDirectory();
    const tree = join(directory, "tree");
    await mkdir(join(tree, "closed", "deep"), { recursive: true });
    await writeFile(join(directory, "outside"), "stays");
    spawnSync("ln", ["-s", join(directory, "outside"), join(tree, "closed", "link")]);
    spawnSync("chmod", ["-R", "000", join(tree, "closed")]);

    await removeTree(tree);

    expect(await readdir(directory)).toEqual(["outside"]);
    expect(await readFile(join(directory, "outside"), "utf8")).toBe("stays");
  });

  it("is content when there is nothing", async () => {
    const directory = await temporaryDirectory();

    await removeTree(join(directory, "nothing"));

    expect(await readdir(directory)).toEqual([]);
  });
});
