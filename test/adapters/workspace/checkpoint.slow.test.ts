import { statSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import type { MachineWorkspace } from "../../../src/adapters/workspace/machine-workspace.ts";
import { removeTree } from "../../../src/adapters/workspace/remove-tree.ts";
import { Machine } from "./machine.ts";

let machine: Machine;

beforeEach(async () => {
  machine = await Machine.create();
});

/** An attempt in the middle of its work, with the files that are no work. */
async function work(files: Readonly<Record<string, string>>): Promise<MachineWorkspace> {
  const workspace = await machine.open(1, "claim-1");
  await workspace.writeContext(new Map([[".agent-context.json", "{}"]]));
  await write(workspace, files);
  return workspace;
}

async function write(
  { worktree }: MachineWorkspace,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(worktree, path)), { recursive: true });
    await writeFile(join(worktree, path), text);
  }
}

/** The next attempt of the issue on this machine: where it starts, and with which work. */
async function nextAttempt(runner?: number): Promise<{
  readonly start: string;
  readonly files: readonly { readonly path: string }[];
  readonly workspace: MachineWorkspace;
}> {
  const workspace = machine.newWorkspace(1, "claim-2", runner);
  const start = await workspace.open(machine.request({ issue: 1 }));
  return { start, files: (await workspace.harvest()).files, workspace };
}

/** Names in the machine's folder of rescued work; an empty file stands for work that was handed over. */
async function listRescued(): Promise<readonly string[]> {
  const folder = machine.placesOf(1, "claim-1").rescued;
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => statSync(join(folder, name)).size > 0);
}

describe("a checkpoint", () => {
  it("is where the next attempt starts when the worktree was deleted [N11, R11a]", async () => {
    const workspace = await work({ "new/deep.ts": "1\n", "src/old.ts": "// changed\n" });
    await unlink(join(workspace.worktree, "src/kept.ts"));

    const isTaken = await workspace.checkpoint();
    await removeTree(workspace.worktree);
    const isRescued = await machine.end(1, "claim-1");
    const { start, files, workspace: next } = await nextAttempt(2);

    expect(isTaken).toBe(true);
    expect(isRescued).toBe(false);
    expect(start).toBe("kept-work");
    expect(files).toEqual([
      { path: "new/deep.ts", change: "added" },
      { path: "src/kept.ts", change: "deleted" },
      { path: "src/old.ts", change: "modified" },
    ]);
    expect(await readFile(join(next.worktree, "src/old.ts"), "utf8")).toBe("// changed\n");
  });

  it("is where it starts when even the last step of the session did not run", async () => {
    const workspace = await work({ "new.ts": "1\n" });
    await workspace.checkpoint();
    await removeTree(dirname(workspace.worktree));
    await removeTree(machine.placesOf(1, "claim-1").scratch);

    const { start, files } = await nextAttempt();

    expect(start).toBe("kept-work");
    expect(files).toEqual([{ path: "new.ts", change: "added" }]);
  });

  it.each([
    [
      "was emptied",
      async (worktree: string) => {
        for (const name of await readdir(worktree)) {
          await rm(join(worktree, name), { recursive: true });
        }
      },
    ],
    [
      "is a file now",
      async (worktree: string) => {
        await removeTree(worktree);
        await writeFile(worktree, "x");
      },
    ],
    [
      "has lost its changes",
      async (worktree: string) => {
        await rm(join(worktree, "new.ts"));
      },
    ],
  ])("outlives a worktree that %s", async (_, spoil) => {
    const workspace = await work({ "new.ts": "1\n" });
    await workspace.checkpoint();
    await spoil(workspace.worktree);

    await machine.end(1, "claim-1");
    const { start, files } = await nextAttempt();

    expect(start).toBe("kept-work");
    expect(files).toEqual([{ path: "new.ts", change: "added" }]);
  });

  it("gives way to the worktree when that can be read: it is newer", async () => {
    const workspace = await work({ "new.ts": "1\n" });
    await workspace.checkpoint();
    await write(workspace, { "new.ts": "2\n", "later.ts": "3\n" });

    await machine.end(1, "claim-1");
    const { files, workspace: next } = await nextAttempt();

    expect(files.map(({ path }) => path)).toEqual(["later.ts", "new.ts"]);
    expect(await readFile(join(next.worktree, "new.ts"), "utf8")).toBe("2\n");
  });

  it("replaces the one before", async () => {
    const workspace = await work({ "new.ts": "1\n" });
    await workspace.checkpoint();
    await rm(join(workspace.worktree, "new.ts"));
    await write(workspace, { "other.ts": "2\n" });
    await workspace.checkpoint();
    await removeTree(workspace.worktree);

    const { files } = await nextAttempt();

    expect(files).toEqual([{ path: "other.ts", change: "added" }]);
  });

  it("goes when the work is handed over, also one that is being taken then", async () => {
    const workspace = await work({ "new.ts": "1\n" });
    await workspace.checkpoint();
    await workspace.harvest();

    const late = workspace.checkpoint();
    await workspace.handOff("{}");
    await late;

    expect(await workspace.checkpoint()).toBe(false);
    expect(await listRescued()).toEqual([]);
  });

  it("is never one of the base that checks are tried on", async () => {
    const workspace = await work({ "src/old.ts": "// changed\n" });
    await workspace.checkpoint();
    await workspace.harvest();
    await workspace.resetToBase();
    await write(workspace, { "artifact.txt": "x\n" });

    const isTaken = await workspace.checkpoint();
    await removeTree(workspace.worktree);
    const { files } = await nextAttempt();

    expect(isTaken).toBe(false);
    expect(files).toEqual([{ path: "src/old.ts", change: "modified" }]);
  });

  it("is not made of nothing", async () => {
    const workspace = await work({});

    expect(await workspace.checkpoint()).toBe(false);
    expect(await listRescued()).toEqual([]);
  });

  it("changes nothing in the worktree, and leaves out what the agent's own repositories hold [F103]", async () => {
    const workspace = await work({ "new.ts": "1\n", "nested/file.ts": "2\n", "ignored/x": "3\n" });
    const { worktree } = workspace;
    await machine.git.run(["init", "--quiet", join(worktree, "nested")]);
    await machine.git.run(["init", "--quiet", join(worktree, "empty")]);
    const before = await readdir(worktree, { recursive: true });

    await workspace.checkpoint();
    const after = await readdir(worktree, { recursive: true });
    await removeTree(worktree);
    const { files } = await nextAttempt();

    expect(after.toSorted()).toEqual(before.toSorted());
    expect(files).toEqual([{ path: "new.ts", change: "added" }]);
  });

  it("has files in the place of folders, folders in the place of files, and links", async () => {
    const workspace = await work({ "new.ts": "1\n" });
    const { worktree } = workspace;
    await rm(join(worktree, "README.md"));
    await write(workspace, { "README.md/inner.md": "2\n" });
    await rm(join(worktree, "src"), { recursive: true });
    await mkdir(join(worktree, "elsewhere"));
    await write(workspace, { "elsewhere/old.ts": "3\n" });
    await symlink("elsewhere", join(worktree, "src"));
    const { files: harvested } = await workspace.harvest();

    await workspace.checkpoint();
    await removeTree(worktree);
    const { files } = await nextAttempt();

    expect(files).toEqual(harvested);
    expect(files.map(({ path }) => path)).toContain("src");
  });

  it("leaves out a file that cannot be read, and has the others", async () => {
    const workspace = await work({ "new.ts": "1\n", "closed.ts": "2\n" });
    const path = join(workspace.worktree, "closed.ts");
    await chmod(path, 0o000);
    const isRoot = await readFile(path).then(
      () => true,
      () => false,
    );

    const isTaken = await workspace.checkpoint();
    await removeTree(workspace.worktree);
    const { files } = await nextAttempt();

    expect(isTaken).toBe(true);
    expect(files.map(({ path: name }) => name)).toEqual([
      ...(isRoot ? ["closed.ts"] : []),
      "new.ts",
    ]);
  });

  it("is taken while files come, change and vanish", async () => {
    const workspace = await work({ "new.ts": "1\n" });
    const { worktree } = workspace;
    const over = new AbortController();
    const churn = async (name: string): Promise<void> => {
      while (!over.signal.aborted) {
        await writeFile(join(worktree, `${name}.tmp`), name.repeat(10_000));
        await mkdir(join(worktree, name), { recursive: true });
        await writeFile(join(worktree, name, "deep.tmp"), name);
        await rm(join(worktree, name), { recursive: true, force: true });
        await rm(join(worktree, `${name}.tmp`));
      }
    };
    const churning = Promise.all(["a", "b", "c", "d"].map(churn));

    const taken: boolean[] = [];
    for (let turn = 1; turn <= 5; turn += 1) {
      taken.push(await workspace.checkpoint());
    }
    over.abort();
    await churning;
    await removeTree(worktree);
    const { files } = await nextAttempt();

    expect(taken).toEqual([true, true, true, true, true]);
    expect(files.map(({ path }) => path)).toContain("new.ts");
  });

  it("fails without a trace when there is no worktree", async () => {
    const workspace = await work({ "new.ts": "1\n" });
    await removeTree(workspace.worktree);

    await expect(workspace.checkpoint()).rejects.toThrow("ENOENT");
    expect(await listRescued()).toEqual([]);
  });
});
