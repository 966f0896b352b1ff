import { mkdir, readdir, readFile, rm, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { Machine } from "./machine.ts";

const REF = "refs/water-spider/wip/1";

async function read(worktree: string, path: string): Promise<string> {
  return await readFile(join(worktree, path), "utf8");
}

describe("work of an earlier attempt", () => {
  let machine: Machine;

  beforeEach(async () => {
    machine = await Machine.create();
  });

  /** Puts work on the base under the ref, as finalize does: one commit. */
  async function keepOnServer(
    files: Readonly<Record<string, string>>,
    at = "2026-11-20T10:00:00Z",
  ): Promise<string> {
    const source = join(machine.directory, "source");
    const git = machine.git.with({ cwd: source, environment: { GIT_COMMITTER_DATE: at } });
    await git.run(["checkout", "--quiet", "-b", "kept", machine.baseSha]);
    for (const [path, text] of Object.entries(files)) {
      await writeFile(join(source, path), text);
    }
    await git.run(["add", "--all"]);
    await git.run(["commit", "--quiet", "-m", "kept"]);
    await git.run(["push", "--quiet", machine.remoteUrl, `HEAD:${REF}`]);
    const commit = await git.run(["rev-parse", "HEAD"]);
    await git.run(["checkout", "--quiet", "main"]);
    return commit;
  }

  describe("that finalize kept on the server", () => {
    it("is where the next attempt starts, on the same branch [F61]", async () => {
      const kept = await keepOnServer({ "src/new.ts": "new\n" });
      const workspace = machine.newWorkspace(1);

      const start = await workspace.open(machine.request({ issue: 1, keptSha: kept }));

      const git = machine.git.with({ cwd: workspace.worktree });
      expect(start).toBe("kept-work");
      expect(await git.run(["rev-parse", "HEAD"])).toBe(kept);
      expect(await git.run(["branch", "--show-current"])).toBe("feature/issue-1");
      expect(await git.run(["log", "--format=%H"])).toBe(`${kept}\n${machine.baseSha}`);
      expect(await git.run(["status", "--porcelain"])).toBe("");
      expect((await workspace.harvest()).files).toEqual([{ path: "src/new.ts", change: "added" }]);
    });

    it("goes onto the new base when that has moved", async () => {
      const keptSha = await keepOnServer({
        "src/new.ts": "new\n",
        "src/kept.ts": "// by the agent\n",
      });
      const baseSha = await machine.commit({ "src/old.ts": "// by somebody else\n" });
      const workspace = machine.newWorkspace(1);

      const start = await workspace.open(machine.request({ issue: 1, baseSha, keptSha }));

      expect(start).toBe("kept-work");
      expect(await read(workspace.worktree, "src/old.ts")).toBe("// by somebody else\n");
      expect(await read(workspace.worktree, "src/kept.ts")).toBe("// by the agent\n");
      const git = machine.git.with({ cwd: workspace.worktree });
      expect(await git.run(["rev-parse", "HEAD~1"])).toBe(baseSha);
      expect((await workspace.harvest()).files).toEqual([
        { path: "src/kept.ts", change: "modified" },
        { path: "src/new.ts", change: "added" },
      ]);
    });

    it("is left out, and said so, when it conflicts with the new base", async () => {
      const keptSha = await keepOnServer({ "src/old.ts": "// by the agent\n" });
      const baseSha = await machine.commit({ "src/old.ts": "// by somebody else\n" });
      const workspace = machine.newWorkspace(1);

      const start = await workspace.open(machine.request({ issue: 1, baseSha, keptSha }));

      expect(start).toBe("conflict");
      expect(await read(workspace.worktree, "src/old.ts")).toBe("// by somebody else\n");
      expect((await workspace.harvest()).files).toEqual([]);
    });

    it("is not missed when its ref was removed", async () => {
      const workspace = machine.newWorkspace(1);

      const start = await workspace.open(machine.request({ issue: 1, keptSha: "d".repeat(40) }));

      expect(start).toBe("base");
    });

    it("does not keep a session from starting when it is no commit of ours", async () => {
      const git = machine.git.with({ cwd: join(machine.directory, "source") });
      const tree = await git.run(["rev-parse", "HEAD^{tree}"]);
      const orphan = await git.run(["commit-tree", tree, "-m", "no parent"]);
      await git.run(["push", "--quiet", machine.remoteUrl, `${orphan}:${REF}`]);
      const workspace = machine.newWorkspace(1);

      const start = await workspace.open(machine.request({ issue: 1, keptSha: orphan }));

      expect(start).toBe("base");
      expect((await workspace.harvest()).files).toEqual([]);
    });
  });

  /** An attempt in the middle of its work: committed, uncommitted and untracked. */
  async function workAndDie(issue = 1): Promise<void> {
    const workspace = await machine.open(issue, "claim-1");
    await workspace.tryLock();
    await workspace.writeContext(new Map([[".agent-context.json", "{}"]]));
    const git = machine.git.with({ cwd: workspace.worktree });
    await writeFile(join(workspace.worktree, "committed.ts"), "1\n");
    await git.run(["add", "committed.ts"]);
    await git.run(["commit", "--quiet", "-m", "by the agent"]);
    await writeFile(join(workspace.worktree, "src/old.ts"), "// uncommitted\n");
    await unlink(join(workspace.worktree, "src/kept.ts"));
    await mkdir(join(workspace.worktree, "new"));
    await writeFile(join(workspace.worktree, "new/untracked.ts"), "2\n");
    // The lock names a process that is gone: as if this one were.
    const { lock } = machine.placesOf(issue, "claim-1");
    await rm(lock, { force: true });
  }

  describe("whose process was killed", () => {
    const WORK = [
      { path: "committed.ts", change: "added" },
      { path: "new/untracked.ts", change: "added" },
      { path: "src/kept.ts", change: "deleted" },
      { path: "src/old.ts", change: "modified" },
    ];

    it("is rescued by the step that ends a session, for any runner of the machine [F69, N11]", async () => {
      await workAndDie();

      const isRescued = await machine.end(1, "claim-1");
      const elsewhere = machine.newWorkspace(1, "claim-2", 2);
      const start = await elsewhere.open(machine.request({ issue: 1 }));

      expect(isRescued).toBe(true);
      expect(start).toBe("kept-work");
      expect((await elsewhere.harvest()).files).toEqual(WORK);
    });

    it("is rescued by the next session of that runner, when even that step did not run [F69]", async () => {
      await workAndDie();

      await machine.open(6, "claim-2");
      const again = machine.newWorkspace(1, "claim-3", 2);
      const start = await again.open(machine.request({ issue: 1 }));

      expect(start).toBe("kept-work");
      expect((await again.harvest()).files).toEqual(WORK);
    });

    it("is rescued for the same issue on the same runner", async () => {
      await workAndDie();
      const again = machine.newWorkspace(1, "claim-2");

      const start = await again.open(machine.request({ issue: 1 }));

      expect(start).toBe("kept-work");
      expect((await again.harvest()).files).toEqual(WORK);
    });

    it("gives way to what finalize kept of a later attempt [N11]", async () => {
      await workAndDie();
      await machine.end(1, "claim-1");
      const keptSha = await keepOnServer({ "later.ts": "3\n" }, "2099-01-01T00:00:00Z");
      const again = machine.newWorkspace(1, "claim-3");

      const start = await again.open(machine.request({ issue: 1, keptSha }));

      expect(start).toBe("kept-work");
      expect((await again.harvest()).files).toEqual([{ path: "later.ts", change: "added" }]);
    });

    it("comes before what finalize kept of an earlier attempt [N11]", async () => {
      const keptSha = await keepOnServer({ "earlier.ts": "0\n" }, "2001-01-01T00:00:00Z");
      await workAndDie();
      await machine.end(1, "claim-1");
      const again = machine.newWorkspace(1, "claim-2");

      await again.open(machine.request({ issue: 1, keptSha }));

      expect((await again.harvest()).files).toEqual(WORK);
    });

    it("is not taken up when a later attempt handed over its work before it was found [N11]", async () => {
      await workAndDie();
      const later = machine.newWorkspace(1, "claim-2", 2);
      await later.open(machine.request({ issue: 1 }));
      await later.harvest();
      await later.handOff("{}");

      // Its own runner finds it when it takes its next session.
      await machine.open(6, "claim-3");
      const third = machine.newWorkspace(1, "claim-4", 3);
      const start = await third.open(machine.request({ issue: 1 }));

      expect(start).toBe("base");
    });

    it("does not take the place of a later attempt's checkpoint [N11, R11a]", async () => {
      await workAndDie();
      const later = machine.newWorkspace(1, "claim-2", 2);
      await later.open(machine.request({ issue: 1 }));
      await later.writeContext(new Map([[".agent-context.json", "{}"]]));
      await writeFile(join(later.worktree, "later.ts"), "3\n");
      await later.checkpoint();

      await machine.open(6, "claim-3");
      const third = machine.newWorkspace(1, "claim-4", 3);
      await third.open(machine.request({ issue: 1 }));

      expect((await third.harvest()).files).toEqual([{ path: "later.ts", change: "added" }]);
    });

    it("is handed over once, and then forgotten", async () => {
      await workAndDie();
      await machine.end(1, "claim-1");
      const again = machine.newWorkspace(1, "claim-2");
      await again.open(machine.request({ issue: 1 }));
      await again.harvest();
      await again.handOff("{}");
      await machine.end(1, "claim-2");

      const third = machine.newWorkspace(1, "claim-3");
      const start = await third.open(machine.request({ issue: 1 }));

      expect(start).toBe("base");
    });

    it("is given to no other issue", async () => {
      await workAndDie();
      await machine.end(1, "claim-1");
      const other = machine.newWorkspace(2, "claim-2");

      const start = await other.open(machine.request({ issue: 2 }));

      expect(start).toBe("base");
      expect((await other.harvest()).files).toEqual([]);
    });

    it("is not taken up when the issue's text is another one now", async () => {
      await workAndDie();
      await machine.end(1, "claim-1");
      const again = machine.newWorkspace(1, "claim-2");

      const start = await again.open(machine.request({ issue: 1, textHash: "b".repeat(64) }));

      expect(start).toBe("base");
      expect((await again.harvest()).files).toEqual([]);
    });

    it("is given up after a day", async () => {
      await workAndDie();
      await machine.end(1, "claim-1");
      const { rescued } = machine.placesOf(1, "claim-1");
      const yesterday = new Date(Date.now() - 25 * 60 * 60_000);
      for (const name of await readdir(rescued)) {
        await utimes(join(rescued, name), yesterday, yesterday);
      }
      const again = machine.newWorkspace(1, "claim-2");

      const start = await again.open(machine.request({ issue: 1 }));

      expect(start).toBe("base");
    });

    it("is removed after a day by any session of the machine, half a copy as well, and no younger work", async () => {
      await workAndDie();
      await machine.end(1, "claim-1");
      const { rescued } = machine.placesOf(1, "claim-1");
      const old = [...(await readdir(rescued)), "issue-9-aa.bundle.claim-9"];
      const yesterday = new Date(Date.now() - 25 * 60 * 60_000);
      for (const name of old) {
        await writeFile(join(rescued, name), "x");
        await utimes(join(rescued, name), yesterday, yesterday);
      }
      await writeFile(join(rescued, "issue-8-bb.bundle"), "x");

      await machine.open(2, "claim-2");

      expect(await readdir(rescued)).toEqual(["issue-8-bb.bundle"]);
    });

    it("does not keep the next attempt from starting when it cannot be read", async () => {
      await workAndDie();
      await machine.end(1, "claim-1");
      const { rescued } = machine.placesOf(1, "claim-1");
      const path = join(rescued, (await readdir(rescued))[0] ?? "");
      const bundle = await readFile(path);
      await writeFile(path, bundle.subarray(0, bundle.length - 40));
      const again = machine.newWorkspace(1, "claim-2");

      const start = await again.open(machine.request({ issue: 1 }));

      expect(start).toBe("base");
      expect((await again.harvest()).files).toEqual([]);
    });
  });

  it("that was handed over is not rescued: finalize has it", async () => {
    const workspace = await machine.open(1, "claim-1");
    await workspace.writeContext(new Map([[".agent-context.json", "{}"]]));
    await writeFile(join(workspace.worktree, "new.ts"), "1\n");
    await workspace.harvest();
    await workspace.handOff("{}");

    expect(await machine.end(1, "claim-1")).toBe(false);
  });

  it("does not include what lay there before the agent began", async () => {
    const workspace = await machine.open(1, "claim-1");
    await writeFile(join(workspace.worktree, "half-prepared"), "1\n");

    expect(await machine.end(1, "claim-1")).toBe(false);
  });
});
