import { mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { REHEARSE, startNode } from "./node-process.ts";
import { listProcesses } from "./processes.ts";

const LONGEST_WAIT_MS = 60_000;

let scratch: string;

beforeAll(async () => {
  // Everything of the rehearsal lies below: its processes are known by this path.
  scratch = await realpath(await mkdtemp(join(tmpdir(), "water-spider-interrupt-")));
});
afterAll(async () => {
  await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
});

/** Waits until an agent works, and returns the processes that there are then. */
async function whenAgentsWork(isOver: () => boolean): Promise<readonly string[]> {
  for (let waitedMs = 0; waitedMs < LONGEST_WAIT_MS && !isOver(); waitedMs += 250) {
    const processes = await listProcesses(scratch);
    if (processes.some((line) => /claude .*-p|claude .*--print/.test(line))) {
      return processes;
    }
    await sleep(250);
  }
  throw new Error("No agent was seen at work.");
}

/** What is left of its processes; one that was just killed may take a moment to go. */
async function listLeftOvers(): Promise<readonly string[]> {
  let processes = await listProcesses(scratch);
  for (let tries = 0; tries < 8 && processes.length > 0; tries += 1) {
    await sleep(250);
    processes = await listProcesses(scratch);
  }
  return processes;
}

describe("SIGINT while sessions run", () => {
  it("ends the rehearsal with exit code 130, and leaves no process and no file [F70]", async () => {
    const rehearsal = startNode([REHEARSE, "--json"], { TMPDIR: scratch });
    const before = await whenAgentsWork(() => rehearsal.child.exitCode !== null);

    rehearsal.child.kill("SIGINT");
    const { exitCode, stdout } = await rehearsal.ended;

    expect(before.length).toBeGreaterThan(4);
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: "" });
    expect(await listLeftOvers()).toEqual([]);
    expect(await readdir(scratch)).toEqual([]);
  });
});
