import { spawnSync } from "node:child_process";
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { makeRepository } from "../../../src/adapters/workspace/git-repository.ts";
import { Mirror } from "../../../src/adapters/workspace/mirror.ts";
import { Machine } from "./machine.ts";

const CONFIGURATION = ".github/water-spider.yml";

describe("Mirror", () => {
  let machine: Machine;
  let path: string;

  const newMirror = (claim: string, remoteUrl?: string, maxObjectFiles = 1_000): Mirror =>
    new Mirror({
      path,
      scratch: join(machine.directory, claim),
      git: machine.git,
      remoteUrl: remoteUrl ?? machine.remoteUrl,
      maxObjectFiles,
    });

  const objectFiles = async (): Promise<readonly string[]> =>
    (await readdir(join(path, "objects"), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));

  /** Whether everything that a commit needs can be read through alternates. */
  const isComplete = async (commit: string): Promise<boolean> => {
    const alternates = [join(path, "objects")];
    const place = join(machine.directory, "check.git");
    const git = await makeRepository(machine.git, { path: place, alternates, shallow: [commit] });
    const archive = ["archive", "--format=tar", "--output=/dev/null", commit];
    return (await git.try(archive)).exitCode === 0;
  };

  beforeEach(async () => {
    machine = await Machine.create(new Map([[CONFIGURATION, "max-parallel: 3\n"]]));
    path = join(machine.directory, "machine", "mirror.git");
  });

  it("gives everybody what they asked for when many fetch at once, cold [N12, E06]", async () => {
    const commits = [machine.baseSha];
    for (const text of ["2", "3", "4", "5"]) {
      commits.push(await machine.commit({ "src/old.ts": text }));
    }

    await Promise.all(commits.map((commit) => newMirror(commit).fetch([commit])));

    for (const commit of commits) {
      expect(await isComplete(commit)).toBe(true);
    }
    expect(await readdir(join(path, "incoming"))).toEqual([]);
  });

  it("asks the server for nothing that is here already", async () => {
    await newMirror("first").fetch([machine.baseSha]);

    const again = newMirror("second", "file:///nowhere");

    await again.fetch([machine.baseSha]);
    expect(await again.readFile(machine.baseSha, "README.md")).toBe("# Sample\n");
  });

  it("takes over from a fetch that was killed, whatever it left", async () => {
    const abandoned = join(path, "incoming", "abandoned", "objects", "pack");
    await mkdir(abandoned, { recursive: true });
    await writeFile(join(abandoned, "tmp_pack_x"), "half");
    await writeFile(join(path, "fetch.lock"), String(spawnSync("true").pid));
    for (const lock of ["shallow.lock", "packed-refs.lock", "config.lock", "config"]) {
      await writeFile(join(path, lock), "half");
    }

    await newMirror("next").fetch([machine.baseSha]);

    expect(await isComplete(machine.baseSha)).toBe(true);
    expect(await readdir(join(path, "incoming"))).toEqual([]);
  });

  it("fetches again what a killed fetch brought over in part", async () => {
    await newMirror("first").fetch([machine.baseSha]);
    const view = await newMirror("view").open();
    const blob = await view.run(["rev-parse", `${machine.baseSha}:README.md`]);
    await rm(join(path, "objects", blob.slice(0, 2), blob.slice(2)));
    await rm(join(path, "commits", machine.baseSha));

    await newMirror("next").fetch([machine.baseSha]);

    expect(await isComplete(machine.baseSha)).toBe(true);
  });

  it("reads no configuration that somebody put into it [F103]", async () => {
    await mkdir(path, { recursive: true });
    const evidence = join(machine.directory, "evidence");
    await writeFile(
      join(path, "config"),
      `[core]\n\tfsmonitor = touch ${evidence}\n\tsshCommand = touch ${evidence}\n[include]\n\tpath = /nowhere\n`,
    );
    await writeFile(join(path, "HEAD"), "ref: refs/heads/main\n");

    await newMirror("next").fetch([machine.baseSha]);

    await expect(stat(evidence)).rejects.toThrow("ENOENT");
  });

  it("packs what is in use when there are too many files, and forgets the rest", async () => {
    const old = await machine.commit({ "src/old.ts": "long ago\n" });
    await newMirror("old").fetch([old]);
    const longAgo = new Date(Date.now() - 40 * 24 * 60 * 60_000);
    await utimes(join(path, "commits", old), longAgo, longAgo);
    await newMirror("first").fetch([machine.baseSha]);
    const next = await machine.commit({ "src/old.ts": "now\n" });

    await newMirror("next", machine.remoteUrl, 5).fetch([next]);

    expect(await readdir(join(path, "commits"))).toEqual([machine.baseSha, next].toSorted());
    expect((await objectFiles()).map((file) => file.replace(/^.*\./, "")).toSorted()).toEqual([
      "idx",
      "pack",
    ]);
    expect(await isComplete(machine.baseSha)).toBe(true);
    expect(await isComplete(next)).toBe(true);
    expect(await isComplete(old)).toBe(false);
  });

  describe("heals itself", () => {
    const damages: readonly (readonly [string, (file: string) => Promise<void>])[] = [
      ["missing", (file) => rm(file)],
      ["empty", (file) => truncate(file)],
      ["cut off", async (file) => truncate(file, Math.floor((await stat(file)).size / 2))],
      ["overwritten", async (file) => writeFile(file, Buffer.alloc((await stat(file)).size, "x"))],
    ];

    it.each(damages)("when its object files are %s, loose or packed", async (_what, damage) => {
      const many = Array.from({ length: 150 }, (_one, index) => [`many/${index}`, `${index}`]);
      const packed = await machine.commit(Object.fromEntries(many));
      await newMirror("packed").fetch([packed]);
      await newMirror("first").fetch([machine.baseSha]);
      for (const file of await objectFiles()) {
        await chmod(file, 0o600);
        await damage(file);
      }

      const mirror = newMirror("second");
      await mirror.fetch([machine.baseSha]);
      const text = await mirror.readFile(machine.baseSha, CONFIGURATION);

      expect(text).toBe("max-parallel: 3\n");
      expect(await isComplete(machine.baseSha)).toBe(true);
      expect(await isComplete(packed)).toBe(true);
    });

    it("when one object is missing that a checkout needs", async () => {
      await newMirror("first").fetch([machine.baseSha]);
      const view = await newMirror("view").open();
      const blob = await view.run(["rev-parse", `${machine.baseSha}:src/kept.ts`]);
      await rm(join(path, "objects", blob.slice(0, 2), blob.slice(2)));

      const workspace = machine.newWorkspace();
      const { mirror } = machine.placesOf(12, "any");
      await rm(mirror, { recursive: true, force: true });
      await mkdir(join(mirror, ".."), { recursive: true });
      spawnSync("cp", ["-R", path, mirror]);
      await workspace.open(machine.request());

      expect(await readFile(join(workspace.worktree, "src/kept.ts"), "utf8")).toContain("kept = 1");
    });

    it("and never takes a damaged configuration for one that is not there", async () => {
      const mirror = newMirror("first");
      await mirror.fetch([machine.baseSha]);
      const view = await mirror.open();
      const blob = await view.run(["rev-parse", `${machine.baseSha}:${CONFIGURATION}`]);
      await rm(join(path, "objects", blob.slice(0, 2), blob.slice(2)));
      await rm(join(machine.directory, "remote.git"), { recursive: true });

      const read = mirror.readFile(machine.baseSha, CONFIGURATION);

      await expect(read).rejects.toThrow(/git fetch failed/);
    });

    it("without taking away what another live session uses", async () => {
      const other = await machine.commit({ "src/other.ts": "other\n" });
      await newMirror("live").fetch([other]);
      const mirror = newMirror("damaged");
      await mirror.fetch([machine.baseSha]);
      const view = await mirror.open();
      const blob = await view.run(["rev-parse", `${machine.baseSha}:README.md`]);
      await rm(join(path, "objects", blob.slice(0, 2), blob.slice(2)));

      await mirror.readFile(machine.baseSha, "README.md");

      expect(await isComplete(machine.baseSha)).toBe(true);
      expect(await isComplete(other)).toBe(true);
    });

    it("once, when several meet the same damage", async () => {
      const mirrors = ["a", "b", "c"].map((claim) => newMirror(claim));
      await Promise.all(mirrors.map((mirror) => mirror.fetch([machine.baseSha])));
      const view = await newMirror("view").open();
      const blob = await view.run(["rev-parse", `${machine.baseSha}:README.md`]);
      await rm(join(path, "objects", blob.slice(0, 2), blob.slice(2)));
      await mirrors[0]?.readFile(machine.baseSha, "README.md");
      const repaired = await readFile(join(path, "repaired"), "utf8");

      const failing = mirrors[1]?.repairing([machine.baseSha], () =>
        view.run(["cat-file", "-e", "f".repeat(40)]),
      );

      await expect(failing).rejects.toThrow(/cat-file/);
      expect(await readFile(join(path, "repaired"), "utf8")).toBe(repaired);
    });
  });

  it("says what is wrong when the server cannot be reached, and changes nothing", async () => {
    await newMirror("first").fetch([machine.baseSha]);
    const before = await objectFiles();

    const fetched = newMirror("second", "http://127.0.0.1:9/x").fetch(["f".repeat(40)]);

    await expect(fetched).rejects.toThrow(/unable to access/);
    expect(await objectFiles()).toEqual(before);
  });
});
