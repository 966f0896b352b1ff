import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { Machine } from "./machine.ts";

const ATTRIBUTES = "* filter=evil diff=evil\n*.txt filter=evil-process\n";

/** Every door that runs a command when somebody uses the repository; each leaves its name. */
async function plant(machine: Machine, worktree: string, evidence: string): Promise<void> {
  const trap = (name: string): string => `touch '${evidence}/${name}'`;
  const git = machine.git.with({ cwd: worktree });
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
    ...["add", "status", "init", "bundle"].map((name) => `\t${name} = "!${trap(`alias-${name}`)}"`),
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
  await writeFile(join(worktree, ".gitattributes"), ATTRIBUTES);
  await writeFile(
    join(worktree, ".gitmodules"),
    `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c '${trap("ext")}'\n\tupdate = !${trap("submodule")}\n`,
  );
}

describe("a repository that the agent has made hostile [F103]", () => {
  let machine: Machine;
  /** Every command that ran leaves a file here. */
  let evidence: string;

  beforeEach(async () => {
    machine = await Machine.create();
    evidence = join(machine.directory, "evidence");
    await mkdir(evidence);
  });

  it("runs nothing in our own commands, for this issue and the next", async () => {
    const workspace = await machine.open(1);
    await plant(machine, workspace.worktree, evidence);
    await writeFile(join(workspace.worktree, "work.ts"), "x\n");
    await writeFile(join(workspace.worktree, "work.txt"), "x\n");

    const { files } = await workspace.harvest();
    await workspace.handOff("{}");
    const next = await machine.open(2);
    await writeFile(join(next.worktree, "work.ts"), "x\n");
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

  it("runs nothing when the session ends, nor in the next one that takes over its files", async () => {
    const workspace = await machine.open(1, "claim-1");
    await plant(machine, workspace.worktree, evidence);
    await workspace.harvest();
    await workspace.handOff("{}");

    await machine.end(1, "claim-1");
    const next = await machine.open(6);

    expect((await next.harvest()).files).toEqual([]);
    await next.handOff("{}");
    expect(await readdir(evidence)).toEqual([]);
  });

  it("runs nothing when its work is rescued, nor where that is taken up again", async () => {
    const workspace = await machine.open(1, "claim-1");
    await workspace.writeContext(new Map([[".agent-context.json", "{}"]]));
    await plant(machine, workspace.worktree, evidence);
    await writeFile(join(workspace.worktree, "work.txt"), "x\n");

    const isRescued = await machine.end(1, "claim-1");
    const again = machine.newWorkspace(1);
    const start = await again.open(machine.request({ issue: 1 }));

    expect([isRescued, start]).toEqual([true, "kept-work"]);
    expect((await again.harvest()).files.map(({ path }) => path)).toContain("work.txt");
    expect(await readdir(evidence)).toEqual([]);
  });

  it("runs nothing when a checkpoint of it is taken, also in a repository inside, nor later", async () => {
    const workspace = await machine.open(1, "claim-1");
    await workspace.writeContext(new Map([[".agent-context.json", "{}"]]));
    await plant(machine, workspace.worktree, evidence);
    await writeFile(join(workspace.worktree, "work.txt"), "x\n");
    const inner = join(workspace.worktree, "inner");
    await machine.git.run(["init", "--quiet", inner]);
    await machine.git.with({ cwd: inner }).run(["commit", "--quiet", "--allow-empty", "-m", "x"]);
    await plant(machine, inner, evidence);

    const isTaken = await workspace.checkpoint();
    await rm(workspace.worktree, { recursive: true });
    const again = machine.newWorkspace(1);
    const start = await again.open(machine.request({ issue: 1 }));

    expect([isTaken, start]).toEqual([true, "kept-work"]);
    expect((await again.harvest()).files.map(({ path }) => path)).toEqual([
      ".gitattributes",
      ".gitmodules",
      "work.txt",
    ]);
    expect(await readdir(evidence)).toEqual([]);
  });

  it("does not lead our commands elsewhere: pointers, alternates, replaced and grafted commits", async () => {
    const workspace = await machine.open(1, "claim-1");
    const { scratch } = machine.placesOf(1, "claim-1");
    const repository = join(scratch, "repository.git");
    const git = machine.git.with({ cwd: workspace.worktree });
    const decoy = join(machine.directory, "decoy");
    await machine.git.run(["init", "--quiet", decoy]);
    await plant(machine, decoy, evidence);
    await git.run(["commit", "--quiet", "--allow-empty", "-m", "x"]);
    await git.run(["replace", machine.baseSha, "HEAD"]);
    await writeFile(join(repository, "info", "grafts"), `${machine.baseSha}\n`);
    await writeFile(join(repository, "objects", "info", "alternates"), `${decoy}/.git/objects\n`);
    await writeFile(join(repository, "worktrees", "issue-1", "commondir"), `${decoy}/.git\n`);
    await writeFile(join(workspace.worktree, ".git"), `gitdir: ${decoy}/.git\n`);
    await writeFile(join(workspace.worktree, "work.ts"), "x\n");

    const { files } = await workspace.harvest();
    await workspace.handOff("{}");
    await machine.end(1, "claim-1");
    const next = await machine.open(6);

    expect(files).toEqual([{ path: "work.ts", change: "added" }]);
    expect((await next.harvest()).files).toEqual([]);
    expect(await readdir(evidence)).toEqual([]);
  });

  it("would have run something if our commands used that repository", async () => {
    const workspace = await machine.open(1);
    await plant(machine, workspace.worktree, evidence);

    await writeFile(join(workspace.worktree, "work.ts"), "x\n");
    await writeFile(join(workspace.worktree, "work.txt"), "x\n");
    const commands = ["git add work.ts", "git commit -m x", "git add work.txt"];

    await workspace.runCommand(commands.join("; "), 10_000);

    expect(await readdir(evidence)).toEqual(
      expect.arrayContaining(["clean", "fsmonitor", "hook-pre-commit", "process"]),
    );
  });

  it("reads no directory that stands in the place of the worktree's `.git` file", async () => {
    const workspace = await machine.open(1);
    await plant(machine, workspace.worktree, evidence);
    const git = machine.git.with({ cwd: workspace.worktree });
    const own = await git.run(["rev-parse", "--path-format=absolute", "--git-common-dir"]);
    await rm(join(workspace.worktree, ".git"));
    await rename(own, join(workspace.worktree, ".git"));
    await writeFile(join(workspace.worktree, "work.ts"), "x\n");

    const { files } = await workspace.harvest();

    expect(files.map(({ path }) => path)).toContain("work.ts");
    expect(files.some(({ path }) => path.startsWith(".git/"))).toBe(false);
    expect(await readdir(evidence)).toEqual([]);
  });
});
