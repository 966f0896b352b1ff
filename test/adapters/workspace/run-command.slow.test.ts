import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { Machine } from "./machine.ts";

/** A process that was killed but not waited for is dead. */
async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "State:\tZ");
  return !/^State:\s+Z/m.test(status);
}

/** Leaves a process that has left the group, and prints its id once it has. */
const DAEMON =
  "setsid sh -c 'echo $$ > ../daemon; exec sleep 60' > /dev/null 2>&1 & " +
  "until [ -s ../daemon ]; do sleep 0.01; done; cat ../daemon";

describe("MachineWorkspace.runCommand", () => {
  let machine: Machine;

  beforeEach(async () => {
    machine = await Machine.create();
  });

  it("runs in the worktree, with a home of its own and no token of the runner [N14]", async () => {
    const workspace = await machine.open();

    const run = await workspace.runCommand('pwd; echo "$HOME|$GITHUB_TOKEN|$CI"', 10_000);

    expect(run).toMatchObject({ exitCode: 0, timedOut: false });
    const [pwd, environment] = run.tail.split("\n");
    expect(pwd).toBe(workspace.worktree);
    expect(environment).toMatch(/home\|\|true$/);
  });

  it("ends a command with its children when it is stopped, also before it began [F70]", async () => {
    const workspace = await machine.open();
    const stop = new AbortController();
    const command = "echo $$ > ../shell; sleep 60 & sleep 60";

    const running = workspace.runCommand(command, 60_000, { stop: stop.signal });
    const shell = join(dirname(workspace.worktree), "shell");
    await expect
      .poll(() => readFile(shell, "utf8").catch(() => ""), { timeout: 10_000 })
      .toMatch(/\d/);
    stop.abort();
    const stopped = await running;
    const late = await workspace.runCommand("sleep 60", 60_000, { stop: stop.signal });

    expect(stopped).toMatchObject({ exitCode: undefined, timedOut: false });
    expect(late).toMatchObject({ exitCode: undefined, timedOut: false });
    expect(await isAlive(Number(await readFile(shell, "utf8")))).toBe(false);
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
    const run = await workspace.runCommand(DAEMON, 10_000);
    const pid = Number(run.tail.trim());

    await workspace.sweep();

    expect(run.exitCode).toBe(0);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it("is found by the sweep of its own claim only", async () => {
    const [mine, theirs] = [await machine.open(1), await machine.open(2)];
    const run = await theirs.runCommand(DAEMON, 10_000);
    const pid = Number(run.tail.trim());

    await mine.sweep();
    const survived = await isAlive(pid);
    await theirs.sweep();

    expect(survived).toBe(true);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});
