import { spawnSync } from "node:child_process";
import {
  appendFile,
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import type { MachineWorkspace } from "../../../src/adapters/workspace/machine-workspace.ts";
import { Machine } from "./machine.ts";

/** Issues 1 and 6 are worked on by the same runner, one after the other. */
const [FIRST, NEXT] = [1, 6];

/** Shows by its inode that files were recycled, and not written again. */
const UNTOUCHED = "untouched/file.txt";

const FILES: ReadonlyMap<string, string> = new Map([
  ["src/deep/er/a.ts", "export const a = 1;\n"],
  ["src/deep/er/b.ts", "export const a = 1;\n"],
  ["src/deep/c.ts", "export const c = 1;\n"],
  ["tools/run.sh", "#!/bin/sh\n"],
  ["docs/guide.md", "# Guide\n"],
  [UNTOUCHED, "nobody comes here\n"],
]);

/** Everything below a directory but `.git`: type, permissions, links and text of each. */
async function describeTree(root: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(root.length + 1);
    if (name !== ".git" && !name.startsWith(".git/")) {
      const { mode, nlink } = await lstat(path);
      const text = entry.isFile() ? await readFile(path, "utf8") : "";
      found[name] = `${mode.toString(8)} ${entry.isFile() ? nlink : "-"} ${text}`;
    }
  }
  return found;
}

/** What a file that is written again does not have any more; inodes alone come again. */
async function identity(path: string): Promise<string> {
  const { ino, mtimeNs } = await stat(path, { bigint: true });
  return `${ino} ${mtimeNs}`;
}

describe("a recycled worktree", () => {
  let machine: Machine;

  beforeEach(async () => {
    machine = await Machine.create(FILES);
  });

  /** What a worktree looks like that has nothing to do with any earlier one. */
  async function fresh(baseSha = machine.baseSha): Promise<Readonly<Record<string, string>>> {
    const workspace = machine.newWorkspace(3, "fresh-claim");
    await workspace.open(machine.request({ issue: 3, baseSha, settings: { recycle: false } }));
    return await describeTree(workspace.worktree);
  }

  /** Lets an agent do what it likes in a worktree; returns the next one of the same runner. */
  async function playAgent(
    play: (worktree: string) => Promise<unknown>,
    { baseSha = machine.baseSha, isEnded = true, isRecycled = true } = {},
  ): Promise<MachineWorkspace> {
    const workspace = await machine.open(FIRST, "claim-1");
    const before = await identity(join(workspace.worktree, UNTOUCHED));
    await play(workspace.worktree);
    if (isEnded) {
      await machine.end(FIRST, "claim-1");
    }
    const next = machine.newWorkspace(NEXT, "claim-2");
    await next.open(machine.request({ issue: NEXT, baseSha }));
    expect((await identity(join(next.worktree, UNTOUCHED))) === before).toBe(isRecycled);
    return next;
  }

  it("uses the files of the one before that nobody touched", async () => {
    const next = await playAgent((worktree) =>
      writeFile(join(worktree, "src/old.ts"), "// changed\n"),
    );

    expect(await describeTree(next.worktree)).toEqual(await fresh());
  });

  it("is used when the step that ends a session never ran, too", async () => {
    const next = await playAgent(
      (worktree) => writeFile(join(worktree, "src/new.ts"), "// new\n"),
      { isEnded: false },
    );

    expect(await describeTree(next.worktree)).toEqual(await fresh());
    expect(await readdir(dirname(next.worktree))).toEqual(["issue-6"]);
  });

  it("has the files of the new base, whatever was added, changed or deleted there", async () => {
    const baseSha = await machine.commit({
      "src/old.ts": undefined,
      "src/kept.ts": "export const kept = 2;\n",
      "src/brand/new.ts": "new\n",
      "docs/guide.md": undefined,
    });

    const next = await playAgent(
      (worktree) => writeFile(join(worktree, "src/kept.ts"), "// the agent's\n"),
      { baseSha },
    );

    expect(await describeTree(next.worktree)).toEqual(await fresh(baseSha));
    expect((await next.harvest()).files).toEqual([]);
  });

  const leftovers: readonly (readonly [string, (worktree: string) => Promise<unknown>])[] = [
    [
      "ignored files",
      async (root) => {
        await mkdir(join(root, "ignored/deep"), { recursive: true });
        await writeFile(join(root, "ignored/deep/secret.txt"), "secret");
      },
    ],
    [
      "files ignored by rules of its own",
      async (root) => {
        await mkdir(join(root, "src/deep/mine"));
        await writeFile(join(root, "src/deep/mine/.gitignore"), "*\n");
        await writeFile(join(root, "src/deep/mine/x"), "x");
        await appendFile(join(root, ".git", "..", ".gitignore"), "*.log\n");
        await writeFile(join(root, "src/a.log"), "x");
      },
    ],
    ["untracked files", (root) => writeFile(join(root, "src/deep/er/untracked.ts"), "x")],
    ["empty directories", (root) => mkdir(join(root, "src/empty/deep"), { recursive: true })],
    [
      "nested repositories",
      async (root) => {
        await machine.git.run(["init", "--quiet", join(root, "src/nested")]);
        await machine.git.run(["init", "--quiet", join(root, "src/deep")]);
        await writeFile(join(root, "src/nested/file.ts"), "x");
        await writeFile(join(root, "docs/.git"), "gitdir: /nowhere\n");
      },
    ],
    [
      "a change whose size and time are as before",
      async (root) => {
        const path = join(root, "src/deep/c.ts");
        const { atime, mtime } = await stat(path);
        await writeFile(path, "export const c = 2;\n");
        await utimes(path, atime, mtime);
      },
    ],
    [
      "a file of the same size, time and name that was moved into its place",
      async (root) => {
        const path = join(root, "src/deep/c.ts");
        const { atime, mtime } = await stat(path);
        await writeFile(join(root, "x"), "export const c = 2;\n");
        await utimes(join(root, "x"), atime, mtime);
        await rename(join(root, "x"), path);
      },
    ],
    [
      "two files of one content that became one",
      async (root) => {
        await rm(join(root, "src/deep/er/b.ts"));
        await link(join(root, "src/deep/er/a.ts"), join(root, "src/deep/er/b.ts"));
      },
    ],
    [
      "a link from outside to a file of the worktree",
      (root) => link(join(root, "src/deep/c.ts"), join(root, "..", "..", "outside.ts")),
    ],
    [
      "a directory that became a link to a copy of itself",
      async (root) => {
        spawnSync("cp", ["-Rp", join(root, "src/deep"), join(root, "..", "..", "copy")]);
        await rm(join(root, "src/deep"), { recursive: true });
        await symlink(join(root, "..", "..", "copy"), join(root, "src/deep"));
      },
    ],
    [
      "a directory that was replaced by a copy of itself",
      async (root) => {
        spawnSync("cp", ["-Rp", join(root, "src/deep"), join(root, "src/copy")]);
        await rm(join(root, "src/deep"), { recursive: true });
        await rename(join(root, "src/copy"), join(root, "src/deep"));
      },
    ],
    [
      "permissions",
      async (root) => {
        await chmod(join(root, "tools/run.sh"), 0o6777);
        await chmod(join(root, "src/deep"), 0o1777);
        await chmod(join(root, "docs"), 0o000);
      },
    ],
    [
      "files instead of directories, and the other way round",
      async (root) => {
        await rm(join(root, "src/deep"), { recursive: true });
        await writeFile(join(root, "src/deep"), "a file");
        await rm(join(root, "docs/guide.md"));
        await mkdir(join(root, "docs/guide.md/deep"), { recursive: true });
      },
    ],
    [
      "deleted, emptied and renamed files",
      async (root) => {
        await rm(join(root, "src/kept.ts"));
        await truncate(join(root, "docs/guide.md"));
        await rename(join(root, "tools/run.sh"), join(root, "tools/RUN.sh"));
      },
    ],
    [
      "a pipe, a socket's place and names that look like options",
      async (root) => {
        spawnSync("mkfifo", [join(root, "src/pipe")]);
        await writeFile(join(root, "--force"), "x");
        await writeFile(join(root, "src/deep/new\nline"), "x");
        await writeFile(join(root, ".trash"), "x");
      },
    ],
    ["a link where our own things could be put", (root) => symlink("/tmp", join(root, ".trash"))],
    [
      "attributes, submodules and sparse patterns of its own",
      async (root) => {
        await writeFile(join(root, ".gitattributes"), "* text eol=crlf\n");
        await writeFile(join(root, "src/deep/.gitattributes"), "* ident\n");
        await writeFile(join(root, ".gitmodules"), '[submodule "x"]\n\tpath = src\n\turl = ./x\n');
      },
    ],
  ];

  it.each(leftovers)("keeps nothing of %s", async (_what, leave) => {
    const next = await playAgent(leave);

    expect(await describeTree(next.worktree)).toEqual(await fresh());
    expect((await next.harvest()).files).toEqual([]);
    expect(await readdir(dirname(next.worktree))).toEqual(["issue-6"]);
  });

  it("keeps nothing of what the agent told its git: flags, split index, sparse rules, hooks", async () => {
    const next = await playAgent(async (worktree) => {
      const git = machine.git.with({ cwd: worktree });
      await git.run(["update-index", "--assume-unchanged", "src/old.ts"]);
      await git.run(["update-index", "--skip-worktree", "src/kept.ts"]);
      await writeFile(join(worktree, "src/old.ts"), "// hidden\n");
      await rm(join(worktree, "src/kept.ts"));
      await git.run(["update-index", "--split-index"]);
      await git.run(["config", "core.fileMode", "false"]);
      await git.run(["config", "core.trustctime", "false"]);
      await git.run(["sparse-checkout", "set", "--no-cone", "/docs/", "/untouched/"]);
      await git.run(["update-ref", "refs/heads/main", "HEAD"]);
    });

    const git = machine.git.with({ cwd: next.worktree });
    expect(await describeTree(next.worktree)).toEqual(await fresh());
    expect(await git.run(["ls-files", "-v"])).not.toMatch(/^[a-zS]/m);
    expect(await git.run(["status", "--porcelain", "--ignored"])).toBe("");
    expect(await git.run(["config", "--list", "--local"])).not.toMatch(/sparse|trustctime/);
    expect(await git.run(["for-each-ref", "--format=%(refname)"])).toBe(
      "refs/heads/feature/issue-6",
    );
  });

  it.each(["checkout.tree", "checkout.index"])("is made anew when %s is damaged", async (file) => {
    const { runner } = machine.placesOf(FIRST, "claim-1");

    const next = await playAgent(
      async (worktree) => {
        await truncate(join(runner, file), 200);
        await writeFile(join(worktree, "src/left.ts"), "x");
      },
      { isRecycled: false },
    );

    expect(await describeTree(next.worktree)).toEqual(await fresh());
  });

  it("is made anew when the base has other attributes: files then look different", async () => {
    const baseSha = await machine.commit({ ".gitattributes": "*.md text eol=crlf\n" });

    const next = await playAgent(() => Promise.resolve(), { baseSha, isRecycled: false });

    expect(await readFile(join(next.worktree, "docs/guide.md"), "utf8")).toBe("# Guide\r\n");
    expect(await describeTree(next.worktree)).toEqual(await fresh(baseSha));
  });

  it("goes when recycling is switched off", async () => {
    await machine.open(FIRST, "claim-1");
    await machine.end(FIRST, "claim-1");

    const next = machine.newWorkspace(NEXT, "claim-2");
    await next.open(machine.request({ issue: NEXT, settings: { recycle: false } }));

    const worktrees = dirname(next.worktree);
    expect(await readdir(worktrees)).toEqual(["issue-6"]);
    await machine.end(NEXT, "claim-2");
    expect(await readdir(worktrees)).toEqual([]);
  });

  it("is remembered where no session writes", async () => {
    const { runner, worktree, scratch } = machine.placesOf(FIRST, "claim-1");

    await machine.open(FIRST, "claim-1");

    expect((await readdir(runner)).toSorted()).toEqual([
      "attempts",
      "checkout.index",
      "checkout.tree",
    ]);
    expect(runner.startsWith(join(worktree, "..", ".."))).toBe(false);
    expect(runner.startsWith(scratch)).toBe(false);
  });
});
