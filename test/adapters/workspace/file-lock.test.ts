import { spawnSync } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";

import { beforeEach, describe, expect, it } from "vitest";

import { tryCreate, withFileLock } from "../../../src/adapters/workspace/file-lock.ts";
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

  it("gives the lock back when the work fails, and leaves nothing behind", async () => {
    const failed = withFileLock(path, () => Promise.reject(new Error("no network")));

    await expect(failed).rejects.toThrow("no network");
    expect(await readdir(dirname(path))).toEqual([]);
  });

  it("returns what the work returns", async () => {
    expect(await withFileLock(path, () => Promise.resolve(7))).toBe(7);
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
