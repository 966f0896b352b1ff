import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { SessionSandbox } from "../../../src/adapters/sandbox/session-sandbox.ts";
import type { MachineWorkspace } from "../../../src/adapters/workspace/machine-workspace.ts";
import { hasBubblewrap } from "../sandbox/working-sandbox.ts";
import { Machine } from "./machine.ts";

const REQUIRED = { sandbox: { mode: "required", readable: [], hosts: [] } } as const;

const ignore = (): void => undefined;

const NO_LOG = { info: ignore, notice: ignore, warning: ignore };

/** How many processes have this text in their command lines. */
function count(text: string): number {
  const lines = execFileSync("ps", ["axww", "-o", "args="], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.includes(text)).length;
}

describe.runIf(hasBubblewrap)("MachineWorkspace.runCommand in the sandbox", () => {
  let machine: Machine;
  let workspace: MachineWorkspace;
  /** A name for processes of this test. */
  let mark: string;

  beforeEach(async () => {
    machine = await Machine.create();
    workspace = await machine.open(12, randomUUID(), REQUIRED);
    mark = `mark-${randomUUID()}`;
  });

  it("tells a failure from a limit, and keeps the last words of both", async () => {
    const failed = await workspace.runCommand("echo broken >&2; exit 3", 10_000);
    const late = await workspace.runCommand("echo slow; sleep 30", 1_500);

    expect(failed).toMatchObject({ exitCode: 3, timedOut: false, tail: "broken\n" });
    expect(late).toMatchObject({ exitCode: undefined, timedOut: true, tail: "slow\n" });
  });

  it("leaves no daemon behind, not even for the sweep [F70]", async () => {
    const daemon = `setsid bash -c 'exec -a ${mark} sleep 60' > /dev/null 2>&1 < /dev/null &`;

    const run = await workspace.runCommand(`${daemon} sleep 0.2; ps ax`, 10_000);

    expect(run.exitCode).toBe(0);
    expect(run.tail).toContain(mark);
    await expect.poll(() => count(mark)).toBe(0);
  });

  it("ends at its limit what ignores every request to end [F70]", async () => {
    const deaf = `trap '' TERM INT HUP; exec -a ${mark} sleep 60`;

    const run = await workspace.runCommand(`setsid bash -c "${deaf}" & ${deaf}`, 1_000);

    expect(run).toMatchObject({ exitCode: undefined, timedOut: true });
    await expect.poll(() => count(mark)).toBe(0);
  });

  it("ends when it is stopped, also before it began [F70]", async () => {
    const stop = new AbortController();
    const command = `setsid bash -c 'exec -a ${mark} sleep 60' & exec -a ${mark} sleep 60`;

    const running = workspace.runCommand(command, 60_000, { stop: stop.signal });
    await expect.poll(() => count(mark), { timeout: 10_000 }).toBeGreaterThan(1);
    stop.abort();
    const stopped = await running;
    const late = await workspace.runCommand(command, 60_000, { stop: stop.signal });

    expect(stopped).toMatchObject({ exitCode: undefined, timedOut: false });
    expect(late).toMatchObject({ exitCode: undefined, timedOut: false });
    await expect.poll(() => count(mark)).toBe(0);
  });

  it("is found by the sweep while it runs", async () => {
    const running = workspace.runCommand(`exec -a ${mark} sleep 60`, 60_000);
    await expect.poll(() => count(mark), { timeout: 10_000 }).toBeGreaterThan(0);

    await workspace.sweep();

    expect(await running).toMatchObject({ timedOut: false });
    expect(count(mark)).toBe(0);
  });

  it("writes in the worktree, its home and its temporary folders, and nowhere else", async () => {
    const places = ["inside", "~/x", "$TMPDIR/x", "/tmp/x"].map((place) => `touch ${place}`);
    const outside = join(machine.directory, "outside");

    const run = await workspace.runCommand(
      `${places.join(" && ")} && echo fine; touch ${outside}; touch /usr/${mark} || echo refused`,
      10_000,
    );

    expect(run.tail).toMatch(/^fine\n.*Read-only file system\nrefused\n$/);
    expect(await readFile(join(workspace.worktree, "inside"), "utf8")).toBe("");
    await expect(readFile(outside)).rejects.toThrow("ENOENT");
  });

  it("sees no process but those of its own [F72]", async () => {
    const run = await workspace.runCommand("cat /proc/1/comm; ps ax -o args=", 10_000);

    expect(run.tail).toMatch(/^bwrap\n/);
    expect(run.tail).not.toContain("vitest");
  });

  it("cannot go out by a descriptor that the runner left open [F72]", async () => {
    const places = machine.placesOf(12, "any");
    const sandbox = new SessionSandbox({ places, environment: process.env, log: NO_LOG });
    const look = ["bash", "-c", "ls /proc/self/fd/200/"];
    const line = await sandbox.wrap(look, REQUIRED.sandbox, workspace.worktree, []);
    const open = ["-c", `exec 200< ${machine.directory}; exec "$@"`, "bash"];

    const without = spawnSync("bash", [...open, ...look], { encoding: "utf8" });
    const within = spawnSync("bash", [...open, ...line], { encoding: "utf8" });

    expect(without.stdout).toContain("remote.git");
    expect(within.stdout).toBe("");
    expect(within.stderr).toContain("No such file or directory");
  });

  it("cannot connect to a socket of the user's, also where the folder is shown [F72]", async () => {
    const folder = join(machine.directory, "shown");
    await mkdir(folder);
    await writeFile(join(folder, "file"), "shown");
    const path = join(folder, "agent.sock");
    const server = createServer((connection) => connection.end("answer"));
    server.listen(path);
    await once(server, "listening");
    const sandbox = { ...REQUIRED.sandbox, readable: [folder] };
    const session = await machine.open(3, randomUUID(), { sandbox });
    const ask = `cat ${folder}/file; node -e 'require("net").connect("${path}").pipe(process.stdout)'`;

    const asked = await session.runCommand(ask, 10_000);
    server.close();
    const after = await session.runCommand(`cat ${folder}/file`, 10_000);

    expect(asked.tail).toMatch(/^shown[^]*ECONNREFUSED/);
    expect(asked.tail).not.toContain("answer");
    expect(after).toMatchObject({ exitCode: 0, tail: "shown" });
  });

  it("cannot write settings of the kernel, whoever the user is [F72]", async () => {
    const mounts = `awk '$5 == "/proc/sys" { print $6 }' /proc/self/mountinfo`;

    const run = await workspace.runCommand(mounts, 10_000);

    expect(run.tail).toMatch(/^ro,/);
  });

  it("sees nothing of another session, of the runner or of what the machine remembers", async () => {
    const other = await machine.open(3);
    const mirror = machine.placesOf(12, "any").mirror;
    const rescued = machine.placesOf(12, "any").rescued;
    await mkdir(rescued, { recursive: true });
    await writeFile(join(rescued, "work"), "work");
    const paths = [
      join(other.worktree, "README.md"),
      join(rescued, "work"),
      join(dirname(mirror), "..", "runners"),
    ];

    const run = await workspace.runCommand(`ls -d ${paths.join(" ")} || ls ${mirror}`, 10_000);

    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.tail.match(/No such file or directory/g)).toHaveLength(3);
    expect(run.tail).toMatch(/\nobjects\n$/);
  });

  it("gets a copy of git's repository, so that the agent's git obeys nothing that it wrote", async () => {
    const write = "git config core.fsmonitor ./evil && git add --all && git config core.fsmonitor";
    const redirect = "echo 'gitdir: evil' > .git || mv .git gone || rm .git || echo kept";

    const run = await workspace.runCommand(`touch new && ${write}; ${redirect}`, 10_000);
    const after = await workspace.runCommand("git config core.fsmonitor; git status -s", 10_000);

    expect(run.tail).toMatch(/^\.\/evil$/m);
    expect(run.tail).toMatch(/\nkept\n$/);
    expect(after.tail).toBe("?? new\n");
  });

  it("shares downloads with the machine only when it is told to", async () => {
    const { downloads } = machine.placesOf(12, "any");
    const write = "date > $npm_config_cache/_cacache/piece";

    const shared = await workspace.runCommand(write, 10_000, { sharesDownloads: true });
    const apart = await workspace.runCommand(`cat ${downloads}/npm/_cacache/piece`, 10_000);

    expect(shared.exitCode).toBe(0);
    expect(await readFile(join(downloads, "npm/_cacache/piece"), "utf8")).not.toBe("");
    expect(apart.tail).toContain("No such file or directory");
  });
});
