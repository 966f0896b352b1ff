import { spawnSync } from "node:child_process";
import { readdir, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";

import { beforeEach, describe, expect, it } from "vitest";

import { isHeld, tryCreate, withFileLock } from "../../../src/adapters/workspace/file-lock.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

/** Counts how many are inside at the same time. */
function newGauge() {
  let inside = 0;
  let most = 0;
  return {
    enter: async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await setImmediate();
      inside -= 1;
    },
    most: () => most,
  };
}

describe("withFileLock", () => {
  let path: string;

  beforeEach(async () => {
    path = join(await temporaryDirectory(), "lock");
  });

  it("lets one in at a time", async () => {
    const gauge = newGauge();

    await Promise.all([1, 2, 3, 4].map(() => withFileLock(path, gauge.enter)));

    expect(gauge.most()).toBe(1);
  });

  it("takes over the lock of a process that is gone, and still lets one in at a time", async () => {
    await writeFile(path, String(spawnSync("true").pid));
    const gauge = newGauge();

    await Promise.all([1, 2, 3, 4].map(() => withFileLock(path, gauge.enter)));

    expect(gauge.most()).toBe(1);
  });

  it.each([
    ["empty", ""],
    ["half written", "12x"],
    ["of no process", "-1"],
  ])("takes over a lock file that is %s: the machine lost its power", async (_what, text) => {
    await writeFile(path, text);

    expect(await withFileLock(path, () => Promise.resolve("done"))).toBe("done");
  });

  it("takes over a lock from before the machine started: numbers of processes come again", async () => {
    await writeFile(path, String(process.pid));
    const longAgo = new Date(0);
    await utimes(path, longAgo, longAgo);

    expect(await withFileLock(path, () => Promise.resolve("done"))).toBe("done");
  });

  it("gives the lock back when the work fails, and leaves nothing behind", async () => {
    const failed = withFileLock(path, () => Promise.reject(new Error("no network")));

    await expect(failed).rejects.toThrow("no network");
    expect(await readdir(dirname(path))).toEqual([]);
  });

  it("returns what the work returns", async () => {
    expect(await withFileLock(path, () => Promise.resolve(7))).toBe(7);
  });
});

describe("isHeld", () => {
  it("is true for as long as the process that made the file runs", async () => {
    const path = join(await temporaryDirectory(), "claim");

    expect(await isHeld(path)).toBe(false);
    await tryCreate(path);
    expect(await isHeld(path)).toBe(true);
    await writeFile(path, String(spawnSync("true").pid));
    expect(await isHeld(path)).toBe(false);
  });
});

describe("tryCreate", () => {
  it("creates the file once, whoever asks at the same time [F04]", async () => {
    const path = join(await temporaryDirectory(), "claim");

    const created = await Promise.all([1, 2, 3, 4, 5].map(() => tryCreate(path)));

    expect(created.filter(Boolean)).toHaveLength(1);
    expect(await readdir(dirname(path))).toEqual(["claim"]);
  });

  it("fails when the directory is not there", async () => {
    await expect(tryCreate(join(await temporaryDirectory(), "a", "b"))).rejects.toThrow(/ENOENT/);
  });
});
