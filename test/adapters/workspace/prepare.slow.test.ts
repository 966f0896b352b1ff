import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import type { MachineWorkspace } from "../../../src/adapters/workspace/machine-workspace.ts";
import { Machine } from "./machine.ts";

const LIMIT_MS = 20_000;

describe("MachineWorkspace: preparing", () => {
  let machine: Machine;
  let workspace: MachineWorkspace;

  beforeEach(async () => {
    machine = await Machine.create();
    workspace = await machine.open();
  });

  async function prepare(command: string): ReturnType<MachineWorkspace["settlePrepared"]> {
    await workspace.beginPrepare();
    const run = await workspace.runCommand(command, LIMIT_MS, { sharesDownloads: true });
    expect(run).toMatchObject({ exitCode: 0 });
    return await workspace.settlePrepared();
  }

  it("puts back every tracked file that a command changed, deleted or replaced [F111, N28]", async () => {
    const { reset } = await prepare(
      "echo x >> README.md; rm src/old.ts src/kept.ts; mkdir src/kept.ts; touch src/kept.ts/x",
    );

    expect(reset).toEqual(["README.md", "src/kept.ts", "src/old.ts"]);
    expect(await readFile(join(workspace.worktree, "README.md"), "utf8")).toBe("# Sample\n");
    expect(await readFile(join(workspace.worktree, "src/kept.ts"), "utf8")).toContain("kept = 1");
    expect((await workspace.harvest()).files).toEqual([]);
  });

  it("takes what a command left for no work, wherever the agent works beside it", async () => {
    const { left } = await prepare(
      "mkdir -p tools ignored 'a dir*'; touch tools/a generated.ts ignored/b 'a dir*/x'",
    );
    await writeFile(join(workspace.worktree, "generated.ts"), "by the agent too");
    await writeFile(join(workspace.worktree, "generated.ts.txt"), "work");
    await mkdir(join(workspace.worktree, "a dirX"));
    await writeFile(join(workspace.worktree, "a dirX/x"), "work");

    const { files } = await workspace.harvest();

    expect(left).toEqual(["a dir*/", "generated.ts", "tools/"]);
    expect(files.map(({ path }) => path)).toEqual(["a dirX/x", "generated.ts.txt"]);
  });

  it("puts back a tracked file that is ignored as well", async () => {
    const other = await Machine.create(new Map([["ignored/tracked.txt", "as in the base\n"]]));
    workspace = await other.open();

    const { reset } = await prepare("echo x > ignored/tracked.txt; echo x > ignored/other.txt");

    expect(reset).toEqual(["ignored/tracked.txt"]);
    expect((await workspace.harvest()).files).toEqual([]);
  });

  it("keeps work that lay there before, and it stays work", async () => {
    await writeFile(join(workspace.worktree, "README.md"), "# By an earlier attempt\n");
    await writeFile(join(workspace.worktree, "kept.ts"), "kept\n");
    await rm(join(workspace.worktree, "src/old.ts"));

    const { reset, left } = await prepare("echo x > README.md; echo x > kept.ts; touch other.ts");

    expect([reset, left]).toEqual([["README.md", "kept.ts"], ["other.ts"]]);
    expect((await workspace.harvest()).files).toEqual([
      { path: "README.md", change: "modified" },
      { path: "kept.ts", change: "added" },
      { path: "src/old.ts", change: "deleted" },
    ]);
    expect(await readFile(join(workspace.worktree, "kept.ts"), "utf8")).toBe("kept\n");
  });

  it("does not ask the worktree's own git configuration [F103]", async () => {
    const marker = join(machine.directory, "marker");

    await prepare(
      `git config filter.own.clean "touch ${marker}; cat"; echo "* filter=own" > .gitattributes; echo x >> README.md`,
    );

    expect((await workspace.harvest()).files).toEqual([]);
    await expect(readFile(marker)).rejects.toThrow("ENOENT");
  });

  it("shares the machine's downloads with prepare alone, and none of npm's programs", async () => {
    const put = 'cd "$npm_config_cache" && echo x > _cacache/kept && echo x > other';
    const look = 'echo "$npm_config_cache"; ls "$npm_config_cache" "$npm_config_cache/_cacache"';
    await workspace.runCommand(put, LIMIT_MS, { sharesDownloads: true });

    const later = await workspace.runCommand('echo "[$npm_config_cache]"', LIMIT_MS);
    const other = await machine.open(13);
    const elsewhere = await other.runCommand(look, LIMIT_MS, { sharesDownloads: true });

    expect(later.tail).toBe("[]\n");
    expect(elsewhere.tail).toContain("kept");
    expect(elsewhere.tail).not.toContain("other");
  });

  it("gives prepare and everything after it one home, which no other session has", async () => {
    const show = 'echo "$HOME"';
    const prepared = await workspace.runCommand(show, LIMIT_MS, { sharesDownloads: true });

    const later = await workspace.runCommand(show, LIMIT_MS);
    const elsewhere = await (await machine.open(13)).runCommand(show, LIMIT_MS);

    expect(later.tail).toBe(prepared.tail);
    expect(elsewhere.tail).not.toBe(prepared.tail);
  });
});
