import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { killProcessesOf } from "../../../local/rehearsal/sweep.ts";

const SLEEPER = ["-e", "console.log('up'); setTimeout(() => {}, 60_000)"];

describe("killProcessesOf", () => {
  let folder: string;
  let children: readonly ChildProcess[];

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "sweep-")));
    children = [];
  });

  afterEach(async () => {
    for (const child of children) {
      child.kill("SIGKILL");
    }
    await rm(folder, { recursive: true });
  });

  it("ends processes in groups of their own, found by environment or working directory", async () => {
    const byEnvironment = spawn(process.execPath, SLEEPER, {
      detached: true,
      env: { MARK: join(folder, "x") },
    });
    const byDirectory = spawn(process.execPath, SLEEPER, { detached: true, cwd: folder, env: {} });
    const stranger = spawn(process.execPath, SLEEPER, { detached: true, env: {} });
    children = [byEnvironment, byDirectory, stranger];
    const ended = [byEnvironment, byDirectory].map((child) => once(child, "exit"));
    await Promise.all(
      [byEnvironment, byDirectory, stranger].map((child) => once(child.stdout, "data")),
    );

    await killProcessesOf(folder);

    await expect(Promise.all(ended)).resolves.toEqual([
      [null, "SIGKILL"],
      [null, "SIGKILL"],
    ]);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });
});
