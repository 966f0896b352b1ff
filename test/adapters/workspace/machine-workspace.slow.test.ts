import {
  access,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  unlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { hashHandoff } from "../../../src/adapters/handoff-digest.ts";
import type { MachineWorkspace } from "../../../src/adapters/workspace/machine-workspace.ts";
import { Machine } from "./machine.ts";

const ATTRIBUTES = "* filter=evil diff=evil\n*.txt filter=evil-process\n";

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

describe("MachineWorkspace", () => {
  let machine: Machine;

  beforeEach(async () => {
    machine = await Machine.create();
  });

  async function write(workspace: MachineWorkspace, path: string, text: string): Promise<void> {
    await writeFile(join(workspace.worktree, path), text);
  }

  it("makes a worktree at the base commit, on the issue's branch [V08, F60]", async () => {
    const workspace = await machine.open(443);

    expect(workspace.worktree).toMatch(/\.worktrees\/issue-443$/);
    expect(await readFile(join(workspace.worktree, "src/old.ts"), "utf8")).toContain("old = 1");
    const git = machine.git.with({ cwd: workspace.worktree });
    expect(await git.run(["rev-parse", "HEAD"])).toBe(machine.baseSha);
    expect(await git.run(["branch", "--show-current"])).toBe("feature/issue-443");
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

  describe("a repository that the agent has made hostile [F103]", () => {
    /** Every door that runs a command when somebody uses the repository; each leaves its name. */
    async function plant(workspace: MachineWorkspace, evidence: string): Promise<void> {
      const trap = (name: string): string => `touch '${evidence}/${name}'`;
      const git = machine.git.with({ cwd: workspace.worktree });
      const common = await git.run(["rev-parse", "--path-format=absolute", "--git-common-dir"]);
      const own = await git.run(["rev-parse", "--absolute-git-dir"]);
      const included = join(evidence, "..", "included.config");
      await writeFile(included, `[core]\n\tfsmonitor = "${trap("include")}"\n`);
      const script = (name: string): string => `#!/bin/sh\n${trap(name)}\nexit 0\n`;
      const configuration = [
        "[include]",
        `\tpath = ${included}`,
        "[core]",
        `\tfsmonitor = "${trap("fsmonitor")}; false"`,
        `\thooksPath = ${join(common, "evil-hooks")}`,
        `\tsshCommand = "${trap("ssh")}"`,
        `\tpager = "${trap("pager")}"`,
        `\teditor = "${trap("editor")}"`,
        `\talternateRefsCommand = "${trap("alternate-refs")}"`,
        '[filter "evil"]',
        `\tclean = "${trap("clean")}; cat"`,
        `\tsmudge = "${trap("smudge")}; cat"`,
        '[filter "evil-process"]',
        `\tprocess = "${trap("process")}"`,
        '[diff "evil"]',
        `\ttextconv = "${trap("textconv")}; cat"`,
        `\tcommand = "${trap("diff-command")}"`,
        "[diff]",
        `\texternal = "${trap("diff-external")}"`,
        "[user]",
        "\tname = Eve",
        "\temail = eve@example.org",
        "[alias]",
        ...["add", "status", "init", "bundle"].map(
          (name) => `\t${name} = "!${trap(`alias-${name}`)}"`,
        ),
        "[credential]",
        `\thelper = "!${trap("credential")}"`,
        "[gpg]",
        `\tprogram = ${join(common, "evil-hooks", "pre-commit")}`,
        "[commit]",
        "\tgpgSign = true",
        "[extensions]",
        "\tworktreeConfig = true",
      ].join("\n");
      for (const directory of new Set([common, own])) {
        await writeFile(join(directory, "config"), `${configuration}\n`);
        await writeFile(join(directory, "config.worktree"), `${configuration}\n`);
        for (const hooks of ["hooks", "evil-hooks"]) {
          await mkdir(join(directory, hooks), { recursive: true });
          for (const hook of [
            "pre-commit",
            "post-checkout",
            "post-index-change",
            "fsmonitor-watchman",
            "reference-transaction",
            "post-commit",
          ]) {
            await writeFile(join(directory, hooks, hook), script(`hook-${hook}`), { mode: 0o755 });
          }
        }
        await mkdir(join(directory, "info"), { recursive: true });
        await writeFile(join(directory, "info", "attributes"), ATTRIBUTES);
      }
      await write(workspace, ".gitattributes", ATTRIBUTES);
      await write(
        workspace,
        ".gitmodules",
        `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c '${trap("ext")}'\n\tupdate = !${trap("submodule")}\n`,
      );
    }

    it("runs nothing in our own commands, for this issue and the next", async () => {
      const evidence = join(machine.directory, "evidence");
      await mkdir(evidence);
      const workspace = await machine.open(1);
      await plant(workspace, evidence);
      await write(workspace, "work.ts", "x\n");
      await write(workspace, "work.txt", "x\n");

      const { files } = await workspace.harvest();
      await workspace.handOff("{}");
      const next = await machine.open(2);
      await write(next, "work.ts", "x\n");
      const harvest = await next.harvest();
      await next.handOff("{}");
      const again = await machine.open(1);

      expect(files.map(({ path }) => path)).toEqual([
        ".gitattributes",
        ".gitmodules",
        "work.ts",
        "work.txt",
      ]);
      expect(harvest.files).toEqual([{ path: "work.ts", change: "added" }]);
      expect((await again.harvest()).files).toEqual([]);
      expect(await readdir(evidence)).toEqual([]);
    });

    it("would have run something if our commands used that repository", async () => {
      const evidence = join(machine.directory, "evidence");
      await mkdir(evidence);
      const workspace = await machine.open(1);
      await plant(workspace, evidence);

      await write(workspace, "work.ts", "x\n");
      await write(workspace, "work.txt", "x\n");
      const commands = ["git add work.ts", "git commit -m x", "git add work.txt"];

      await workspace.runCommand(commands.join("; "), 10_000);

      expect(await readdir(evidence)).toEqual(
        expect.arrayContaining(["clean", "fsmonitor", "hook-pre-commit", "process"]),
      );
    });

    it("reads no directory that stands in the place of the worktree's `.git` file", async () => {
      const evidence = join(machine.directory, "evidence");
      await mkdir(evidence);
      const workspace = await machine.open(1);
      await plant(workspace, evidence);
      const git = machine.git.with({ cwd: workspace.worktree });
      const own = await git.run(["rev-parse", "--path-format=absolute", "--git-common-dir"]);
      await rm(join(workspace.worktree, ".git"));
      await rename(own, join(workspace.worktree, ".git"));
      await write(workspace, "work.ts", "x\n");

      const { files } = await workspace.harvest();

      expect(files.map(({ path }) => path)).toContain("work.ts");
      expect(files.some(({ path }) => path.startsWith(".git/"))).toBe(false);
      expect(await readdir(evidence)).toEqual([]);
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

  describe("runCommand", () => {
    it("runs in the worktree, with a home of its own and no token of the runner [N14]", async () => {
      const workspace = await machine.open();

      const run = await workspace.runCommand('pwd; echo "$HOME|$GITHUB_TOKEN|$CI"', 10_000);

      expect(run).toMatchObject({ exitCode: 0, timedOut: false });
      const [pwd, environment] = run.tail.split("\n");
      expect(pwd).toBe(workspace.worktree);
      expect(environment).toMatch(/checks-home\|\|true$/);
    });

    it("tells a failure from a limit, and keeps the last words of both", async () => {
      const workspace = await machine.open();

      const failed = await workspace.runCommand("echo broken >&2; exit 3", 10_000);
      const late = await workspace.runCommand("echo slow; sleep 30", 300);

      expect(failed).toMatchObject({ exitCode: 3, timedOut: false, tail: "broken\n" });
      expect(late).toMatchObject({ exitCode: undefined, timedOut: true, tail: "slow\n" });
    });

    it("keeps the end of a long output", async () => {
      const workspace = await machine.open();

      const { tail } = await workspace.runCommand("seq 1 100000; echo the end", 10_000);

      expect(tail).toHaveLength(8_000);
      expect(tail).toMatch(/\n100000\nthe end\n$/);
    });

    it("does not wait for a daemon, and the sweep ends it [F70]", async () => {
      const workspace = await machine.open();
      const run = await workspace.runCommand("setsid sleep 60 & echo $!", 10_000);
      const pid = Number(run.tail.trim());

      await workspace.sweep();

      expect(run.exitCode).toBe(0);
      await expect.poll(() => isAlive(pid)).toBe(false);
    });

    it("is found by the sweep of its own claim only", async () => {
      const [mine, theirs] = [await machine.open(1), await machine.open(2)];
      const run = await theirs.runCommand("setsid sleep 60 & echo $!", 10_000);
      const pid = Number(run.tail.trim());

      await mine.sweep();
      const survived = await isAlive(pid);
      await theirs.sweep();

      expect(survived).toBe(true);
      await expect.poll(() => isAlive(pid)).toBe(false);
    });

    /** A process that was killed but not waited for is dead. */
    async function isAlive(pid: number): Promise<boolean> {
      const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "State:\tZ");
      return !/^State:\s+Z/m.test(status);
    }
  });
});
