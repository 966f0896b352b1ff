import { access, mkdir, readdir, readFile, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { hashHandoff } from "../../../src/adapters/handoff-digest.ts";
import type { MachineWorkspace } from "../../../src/adapters/workspace/machine-workspace.ts";
import { Machine } from "./machine.ts";

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function write(workspace: MachineWorkspace, path: string, text: string): Promise<void> {
  await writeFile(join(workspace.worktree, path), text);
}

describe("MachineWorkspace", () => {
  let machine: Machine;

  beforeEach(async () => {
    machine = await Machine.create();
  });

  it("makes a worktree at the base commit, on the issue's branch [V08, F60]", async () => {
    const workspace = await machine.open(443);

    expect(workspace.worktree).toMatch(/\.worktrees\/issue-443$/);
    expect(await readFile(join(workspace.worktree, "src/old.ts"), "utf8")).toContain("old = 1");
    const git = machine.git.with({ cwd: workspace.worktree });
    expect(await git.run(["rev-parse", "HEAD"])).toBe(machine.baseSha);
    expect(await git.run(["branch", "--show-current"])).toBe("feature/issue-443");
  });

  it("checks out what people pushed, on whatever base, and tells how it differs [E29a]", async () => {
    const git = machine.git.with({ cwd: join(machine.directory, "source") });
    await git.run(["checkout", "--quiet", "-b", "theirs"]);
    await writeFile(join(machine.directory, "source/src/old.ts"), "// by people\n");
    await git.run(["commit", "--quiet", "--all", "-m", "one"]);
    await git.run(["commit", "--quiet", "--allow-empty", "-m", "two"]);
    await git.run(["push", "--quiet", machine.remoteUrl, "HEAD:refs/heads/feature/issue-12"]);
    const pushedSha = await git.run(["rev-parse", "HEAD"]);
    await git.run(["checkout", "--quiet", "main"]);
    const baseSha = await machine.commit({ "README.md": "# Moved\n" });
    const claim = "the-checks";
    const workspace = machine.newWorkspace(12, claim);

    const start = await workspace.open(machine.request({ baseSha, pushedSha }));
    const { files } = await workspace.harvest();
    const before = await readFile(join(workspace.worktree, "src/old.ts"), "utf8");
    await workspace.resetToBase();
    await workspace.handOff("{}");

    expect([start, before]).toEqual(["pushed", "// by people\n"]);
    const { handoff } = machine.placesOf(12, claim);
    expect(await readdir(handoff)).toEqual(["result.json"]);
    expect(files).toEqual([
      { path: "README.md", change: "modified" },
      { path: "src/old.ts", change: "modified" },
    ]);
    expect(await readFile(join(workspace.worktree, "README.md"), "utf8")).toBe("# Moved\n");
    expect(await readFile(join(workspace.worktree, "src/old.ts"), "utf8")).toContain("old = 1");
  });

  it("replaces what an earlier attempt left, with the same names [F61, N11]", async () => {
    const first = await machine.open();
    await write(first, "left-over.txt", "x");

    const second = await machine.open();

    expect(second.worktree).toBe(first.worktree);
    expect(await exists(join(second.worktree, "left-over.txt"))).toBe(false);
  });

  it("reads files of the fetched commits, and knows which are not there", async () => {
    const workspace = machine.newWorkspace();
    await workspace.fetch([machine.baseSha]);

    expect(await workspace.readFile(machine.baseSha, "README.md")).toBe("# Sample\n");
    expect(await workspace.readFile(machine.baseSha, "nothing.md")).toBeUndefined();
    expect(await workspace.readFile("f".repeat(40), "README.md")).toBeUndefined();
  });

  it("exports a folder of a commit in the place of whatever lay there [N31]", async () => {
    const other = await Machine.create(
      new Map([
        ["tools/setup/action.yml", "name: x\n"],
        ["tools/setup/bin/run ä.sh", "exit\n"],
        ["tools/setup2/no.txt", ""],
      ]),
    );
    const workspace = other.newWorkspace();
    const into = join(other.directory, "into");
    await mkdir(join(into, "tools/setup/old"), { recursive: true });
    await workspace.fetch([other.baseSha]);

    const found = await workspace.exportFolder(other.baseSha, "tools/setup", into);
    const none = await workspace.exportFolder(other.baseSha, "tools/nothing", into);

    expect([found, none]).toEqual([true, false]);
    expect((await readdir(into, { recursive: true })).toSorted()).toEqual([
      "tools",
      "tools/setup",
      "tools/setup/action.yml",
      "tools/setup/bin",
      "tools/setup/bin/run ä.sh",
    ]);
    expect(await readFile(join(into, "tools/setup/action.yml"), "utf8")).toBe("name: x\n");
  });

  it("lets five claims start at once, and none sees the work of another [E06, F63, F64]", async () => {
    const issues = [1, 2, 3, 4, 5];

    const workspaces = await Promise.all(issues.map((issue) => machine.open(issue)));

    await Promise.all(
      workspaces.map((workspace, index) => write(workspace, "src/old.ts", `// ${index}\n`)),
    );
    const harvests = await Promise.all(workspaces.map((workspace) => workspace.harvest()));
    expect(harvests.map(({ files }) => files)).toEqual(
      issues.map(() => [{ path: "src/old.ts", change: "modified" }]),
    );
    const texts = await Promise.all(
      workspaces.map(({ worktree }) => readFile(join(worktree, "src/old.ts"), "utf8")),
    );
    expect(texts).toEqual(issues.map((_issue, index) => `// ${index}\n`));
  });

  it("puts the tracked files back to the base and keeps what is ignored and what was collected [N29]", async () => {
    const workspace = await machine.open();
    await write(workspace, ".gitignore", "installed/\n");
    await mkdir(join(workspace.worktree, "installed"));
    await write(workspace, "installed/package.txt", "here");
    await write(workspace, "src/old.ts", "// changed\n");
    await write(workspace, "src/new.ts", "// new\n");
    const { files } = await workspace.harvest();

    await workspace.resetToBase();

    expect(files.map(({ path }) => path)).toEqual([".gitignore", "src/new.ts", "src/old.ts"]);
    expect(await readFile(join(workspace.worktree, "src/old.ts"), "utf8")).toContain("old = 1");
    expect(await exists(join(workspace.worktree, "src/new.ts"))).toBe(false);
    expect(await exists(join(workspace.worktree, "installed/package.txt"))).toBe(true);
  });

  it("takes the lock of a claim once, whoever asks a second time [F04]", async () => {
    const [first, again, other] = [
      machine.newWorkspace(12, "claim-1"),
      machine.newWorkspace(12, "claim-1"),
      machine.newWorkspace(12, "claim-2"),
    ];

    const locks = await Promise.all([first.tryLock(), again.tryLock(), first.tryLock()]);

    expect(locks.filter(Boolean)).toHaveLength(1);
    expect(await other.tryLock()).toBe(true);
  });

  describe("harvest", () => {
    it("finds untracked, changed and deleted files, and nothing that is ignored [F78]", async () => {
      const workspace = await machine.open();
      await write(workspace, "new file ä.ts", "new\n");
      await write(workspace, "src/kept.ts", "changed\n");
      await unlink(join(workspace.worktree, "src/old.ts"));
      await mkdir(join(workspace.worktree, "ignored"));
      await write(workspace, "ignored/build.js", "x");

      const { files } = await workspace.harvest();

      expect(files).toEqual([
        { path: "new file ä.ts", change: "added" },
        { path: "src/kept.ts", change: "modified" },
        { path: "src/old.ts", change: "deleted" },
      ]);
    });

    it("finds what the agent committed as well [F66]", async () => {
      const workspace = await machine.open();
      await write(workspace, "committed.ts", "x\n");
      const git = machine.git.with({ cwd: workspace.worktree });
      await git.run(["add", "--all"]);
      await git.run(["commit", "--quiet", "-m", "by the agent"]);
      await write(workspace, "uncommitted.ts", "x\n");

      const { files } = await workspace.harvest();

      expect(files.map(({ path }) => path)).toEqual(["committed.ts", "uncommitted.ts"]);
    });

    it("finds what the agent merged, and what it was in the middle of merging [F66]", async () => {
      const workspace = await machine.open();
      const git = machine.git.with({ cwd: workspace.worktree });
      const commit = async (path: string, text: string): Promise<void> => {
        await write(workspace, path, text);
        await git.run(["add", "--all"]);
        await git.run(["commit", "--quiet", "-m", path]);
      };
      for (const side of ["side", "other"]) {
        await git.run(["checkout", "--quiet", "-b", side, machine.baseSha]);
        await commit(`${side}.ts`, "x\n");
        await commit("src/old.ts", `// ${side}\n`);
      }
      await git.run(["checkout", "--quiet", "feature/issue-12"]);
      await commit("own.ts", "x\n");
      await git.run(["merge", "--quiet", "--no-ff", "-m", "merge", "side"]);
      expect((await git.try(["merge", "other"])).exitCode).toBe(1);

      const { files } = await workspace.harvest();

      expect(files).toEqual([
        { path: "other.ts", change: "added" },
        { path: "own.ts", change: "added" },
        { path: "side.ts", change: "added" },
        { path: "src/old.ts", change: "modified" },
      ]);
    });

    it("does not need the agent's repository: it may be gone", async () => {
      const workspace = await machine.open(12, "claim-1");
      await write(workspace, "new.ts", "x\n");
      await rm(join(workspace.worktree, ".git"));
      const { scratch } = machine.placesOf(12, "claim-1");
      await rm(join(scratch, "repository.git"), { recursive: true, force: true });

      expect((await workspace.harvest()).files).toEqual([{ path: "new.ts", change: "added" }]);
    });

    it("is empty when nothing changed", async () => {
      expect(await (await machine.open()).harvest()).toEqual({ files: [] });
    });

    it("never holds the context files [F62]", async () => {
      const workspace = await machine.open();
      await workspace.writeContext(
        new Map([
          [".agent-context.json", "{}"],
          ["EXECUTION_CONTEXT.md", "# x"],
        ]),
      );

      expect(await readFile(join(workspace.worktree, "EXECUTION_CONTEXT.md"), "utf8")).toBe("# x");
      expect((await workspace.harvest()).files).toEqual([]);
    });

    it("leaves a file alone that the base has under the name of a context file [F62]", async () => {
      const other = await Machine.create(new Map([["EXECUTION_CONTEXT.md", "the project's own"]]));
      const workspace = await other.open();
      await workspace.writeContext(new Map([["EXECUTION_CONTEXT.md", "# ours"]]));
      await write(workspace, "new.ts", "x");

      expect((await workspace.harvest()).files).toEqual([{ path: "new.ts", change: "added" }]);
    });

    it("shows a symbolic link as what it is, and does not follow it", async () => {
      const workspace = await machine.open();
      await symlink("/etc/passwd", join(workspace.worktree, "link"));

      const { files } = await workspace.harvest();

      expect(files).toEqual([{ path: "link", change: "added" }]);
    });

    it("takes files beside a repository that the agent made for files [F103]", async () => {
      const workspace = await machine.open();
      await mkdir(join(workspace.worktree, "nested"));
      await write(workspace, "nested/file.ts", "x\n");
      await machine.git.run(["init", "--quiet", join(workspace.worktree, "nested")]);

      const { files } = await workspace.harvest();

      expect(files).toEqual([{ path: "nested/file.ts", change: "added" }]);
    });

    it("needs a worktree", async () => {
      await expect(machine.newWorkspace().harvest()).rejects.toThrow("no worktree");
    });
  });

  describe("handOff", () => {
    it("writes a bundle that a repository with the base at depth 1 can fetch [N18]", async () => {
      const workspace = await machine.open();
      await write(workspace, "new.ts", "new\n");
      await workspace.harvest();

      const digest = await workspace.handOff('{"v":1}');

      const { handoff } = machine.placesOf(12, "any");
      const control = machine.git.with({ cwd: join(machine.directory, "control.git") });
      await machine.git.run(["init", "--quiet", "--bare", "control.git"]);
      await control.run(["fetch", "--quiet", "--depth=1", machine.remoteUrl, machine.baseSha]);
      await control.run([
        "fetch",
        "--quiet",
        join(handoff, "changes.bundle"),
        "refs/water-spider/work",
      ]);
      expect(await control.run(["show", "FETCH_HEAD:new.ts"])).toBe("new");
      expect(await control.run(["rev-parse", "FETCH_HEAD~1"])).toBe(machine.baseSha);
      expect(digest).toBe(await hashHandoff(handoff));
      expect(await readFile(join(handoff, "result.json"), "utf8")).toBe('{"v":1}');
    });

    it("takes away the bundle of an earlier claim when there is no work", async () => {
      const first = await machine.open();
      await write(first, "new.ts", "new\n");
      await first.harvest();
      const withWork = await first.handOff("{}");

      const without = await machine.newWorkspace().handOff("{}");

      const { handoff } = machine.placesOf(12, "any");
      expect(await exists(join(handoff, "changes.bundle"))).toBe(false);
      expect(without).not.toBe(withWork);
    });
  });
});
