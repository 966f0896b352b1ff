import { access, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { ConfigurationError } from "../../../src/core/failure.ts";
import { Machine } from "./machine.ts";

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

describe("workspace.sparse", () => {
  const settings = { sparse: ["packages/shop", "tools"] };
  let machine: Machine;

  beforeEach(async () => {
    machine = await Machine.create(
      new Map([
        ["packages/package.json", "{}\n"],
        ["packages/shop/index.ts", "shop\n"],
        ["packages/shop/deep/er.ts", "deep\n"],
        ["packages/other/index.ts", "other\n"],
        ["tools/build.sh", "build\n"],
      ]),
    );
  });

  it("checks out those directories and the files beside the way to them", async () => {
    const workspace = machine.newWorkspace();
    await workspace.open(machine.request({ settings }));

    const git = machine.git.with({ cwd: workspace.worktree });
    expect((await readdir(workspace.worktree)).toSorted()).toEqual([
      ".git",
      ".gitignore",
      "README.md",
      "packages",
      "tools",
    ]);
    expect((await readdir(join(workspace.worktree, "packages"))).toSorted()).toEqual([
      "package.json",
      "shop",
    ]);
    expect(await exists(join(workspace.worktree, "packages/shop/deep/er.ts"))).toBe(true);
    expect(await git.run(["status", "--porcelain"])).toBe("");
    expect(await git.run(["sparse-checkout", "list"])).toBe("packages/shop\ntools");
  });

  it("deletes nothing of what was not checked out [F62]", async () => {
    const workspace = machine.newWorkspace();
    await workspace.open(machine.request({ settings }));
    await writeFile(join(workspace.worktree, "packages/shop/index.ts"), "changed\n");
    await rm(join(workspace.worktree, "tools/build.sh"));

    const { files } = await workspace.harvest();

    expect(files).toEqual([
      { path: "packages/shop/index.ts", change: "modified" },
      { path: "tools/build.sh", change: "deleted" },
    ]);
    await workspace.resetToBase();
    expect(await exists(join(workspace.worktree, "tools/build.sh"))).toBe(true);
    expect(await exists(join(workspace.worktree, "packages/other"))).toBe(false);
  });

  it("collects what a session made outside of those directories", async () => {
    const workspace = machine.newWorkspace();
    await workspace.open(machine.request({ settings }));
    await mkdir(join(workspace.worktree, "packages/other"));
    await writeFile(join(workspace.worktree, "packages/other/index.ts"), "by the agent\n");
    await writeFile(join(workspace.worktree, "packages/other/new.ts"), "new\n");

    const { files } = await workspace.harvest();

    expect(files).toEqual([
      { path: "packages/other/index.ts", change: "modified" },
      { path: "packages/other/new.ts", change: "added" },
    ]);
  });

  it("holds for work that is rescued, and for where that goes on", async () => {
    const first = machine.newWorkspace(1, "claim-1");
    await first.open(machine.request({ issue: 1, settings }));
    await first.writeContext(new Map([[".agent-context.json", "{}"]]));
    await writeFile(join(first.worktree, "tools/new.sh"), "new\n");
    await machine.end(1, "claim-1");

    const again = machine.newWorkspace(1, "claim-2");
    const start = await again.open(machine.request({ issue: 1, settings }));

    expect(start).toBe("kept-work");
    expect((await again.harvest()).files).toEqual([{ path: "tools/new.sh", change: "added" }]);
  });

  it("holds for a recycled worktree, and when the setting changed in between", async () => {
    const first = machine.newWorkspace(1, "claim-1");
    await first.open(machine.request({ issue: 1, settings }));
    await machine.end(1, "claim-1");
    const second = machine.newWorkspace(6, "claim-2");
    await second.open(machine.request({ issue: 6, settings }));
    const seen = await readdir(join(second.worktree, "packages"));
    await machine.end(6, "claim-2");

    const third = machine.newWorkspace(11, "claim-3");
    await third.open(machine.request({ issue: 11 }));

    expect(seen.toSorted()).toEqual(["package.json", "shop"]);
    expect(await exists(join(third.worktree, "packages/other/index.ts"))).toBe(true);
    expect((await third.harvest()).files).toEqual([]);
  });
});

async function addSubmodule(
  to: Machine,
  url: string,
  commit: string,
  path: string,
): Promise<string> {
  const git = to.git.with({ cwd: join(to.directory, "source") });
  await git.run(["update-index", "--add", "--cacheinfo", `160000,${commit},${path}`]);
  const text = `[submodule "${path}"]\n\tpath = ${path}\n\turl = ${url}\n`;
  await mkdir(join(to.directory, "source", path), { recursive: true });
  return await to.commit({ ".gitmodules": text });
}

describe("workspace.submodules", () => {
  let machine: Machine;
  let inner: Machine;

  /** A repository with a submodule in it, whose commit holds a submodule of its own. */
  beforeEach(async () => {
    const innermost = await Machine.create(new Map([["innermost.txt", "innermost\n"]]));
    inner = await Machine.create(new Map([["inner.txt", "inner\n"]]));
    await addSubmodule(inner, innermost.remoteUrl, innermost.baseSha, "nested");
    machine = await Machine.create();
  });

  async function withSubmodule(url = inner.remoteUrl): Promise<string> {
    const head = inner.git.with({ cwd: join(inner.directory, "source") });
    return await addSubmodule(machine, url, await head.run(["rev-parse", "HEAD"]), "libs/inner");
  }

  it("leaves submodules empty when it is off", async () => {
    const workspace = machine.newWorkspace();
    await workspace.open(machine.request({ baseSha: await withSubmodule() }));

    expect(await readdir(join(workspace.worktree, "libs/inner"))).toEqual([]);
    expect((await workspace.harvest()).files).toEqual([]);
  });

  it("checks out submodules, and theirs, as plain files", async () => {
    const baseSha = await withSubmodule();
    const workspace = machine.newWorkspace();
    await workspace.open(machine.request({ baseSha, settings: { submodules: true } }));

    const read = async (path: string): Promise<string> =>
      await readFile(join(workspace.worktree, "libs/inner", path), "utf8");
    expect(await read("inner.txt")).toBe("inner\n");
    expect(await read("nested/innermost.txt")).toBe("innermost\n");
    expect(await exists(join(workspace.worktree, "libs/inner/.git"))).toBe(false);
  });

  it("collects the work beside them, and nothing inside", async () => {
    const baseSha = await withSubmodule();
    const workspace = machine.newWorkspace();
    await workspace.open(machine.request({ baseSha, settings: { submodules: true } }));
    await writeFile(join(workspace.worktree, "libs/inner/inner.txt"), "changed\n");
    await writeFile(join(workspace.worktree, "libs/inner/new.txt"), "new\n");
    await writeFile(join(workspace.worktree, "libs/beside.txt"), "new\n");

    const { files } = await workspace.harvest();

    expect(files).toEqual([{ path: "libs/beside.txt", change: "added" }]);
  });

  it("runs nothing of a submodule that the agent made a repository of [F103]", async () => {
    const baseSha = await withSubmodule();
    const workspace = machine.newWorkspace();
    await workspace.open(machine.request({ baseSha, settings: { submodules: true } }));
    const evidence = join(machine.directory, "evidence");
    const place = join(workspace.worktree, "libs/inner");
    await machine.git.run(["init", "--quiet", place]);
    await writeFile(join(place, ".git/config"), `[core]\n\tfsmonitor = touch ${evidence}\n`);

    await workspace.harvest();

    expect(await exists(evidence)).toBe(false);
  });

  it("leaves nothing of them in the next worktree", async () => {
    const baseSha = await withSubmodule();
    const first = machine.newWorkspace(1, "claim-1");
    await first.open(machine.request({ issue: 1, baseSha, settings: { submodules: true } }));
    await machine.end(1, "claim-1");

    const next = machine.newWorkspace(6, "claim-2");
    await next.open(machine.request({ issue: 6, baseSha }));

    expect(await readdir(join(next.worktree, "libs/inner"))).toEqual([]);
  });

  it.each([
    ["ext::sh -c 'touch /tmp/x'", /libs\/inner has the URL/],
    ["/somewhere/local", /libs\/inner has the URL/],
    ["file:///nowhere", /cannot be checked out from file:\/\/\/nowhere.*reads its own/],
  ])("says what is wrong with %s", async (url, message) => {
    const baseSha = await withSubmodule(url);
    const workspace = machine.newWorkspace();

    const opened = workspace.open(machine.request({ baseSha, settings: { submodules: true } }));

    await expect(opened).rejects.toThrow(message);
    await expect(opened).rejects.toThrow(ConfigurationError);
  });
});

describe("readFreeSpace", () => {
  it("looks where worktree and mirror will lie, also before they are there [W30c]", async () => {
    const machine = await Machine.create();
    const { worktree, mirror } = machine.placesOf(12, "claim-1");

    const spaces = await machine.newWorkspace(12, "claim-1").readFreeSpace();

    expect(spaces.map(({ directory }) => directory)).toEqual([worktree, mirror]);
    spaces.forEach(({ freeBytes }) => expect(freeBytes).toBeGreaterThan(0));
  });
});
