import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { sweepProcesses } from "../../../src/adapters/workspace/sweep.ts";
import { classifyAgentRun } from "../../../src/core/session/agent-outcome.ts";
import { listProcesses } from "../../e2e/processes.ts";
import { placesIn } from "./an-agent-request.ts";
import { DONE, RealSessions } from "./real-sessions.ts";

/** Compiled before the tests run. */
const AGENT_PROCESS = "build/test/adapters/claude/agent-process.js";

const WRITE = { calls: [{ tool: "Write", input: { file_path: "a.txt", content: "one" } }] };
const SLEEP = { calls: [{ tool: "Bash", input: { command: "sleep 30" } }] };
/** Refused by the CLI unless the same conversation has read or written the file before. */
const EDIT = {
  calls: [
    { tool: "Edit", input: { file_path: "a.txt", old_string: "one", new_string: "one, two" } },
  ],
};

let sessions: RealSessions;

beforeAll(async () => {
  sessions = await RealSessions.open();
});

afterAll(() => sessions.close());

describe.concurrent("a conversation of the real Claude Code", () => {
  it("goes on after its process was killed, in a session whose own places are new [F70]", async () => {
    const cut = await sessions.run([WRITE, SLEEP, DONE], {
      onTool: (pid, count) => void (count === 2 && process.kill(pid, "SIGKILL")),
    });
    const resumed = await sessions.run([EDIT, DONE], { after: cut });

    expect(cut.run).toMatchObject({ signal: "SIGKILL", isResumed: false, result: undefined });
    expect(resumed.run).toMatchObject({ exitCode: 0, isResumed: true });
    expect(classifyAgentRun(resumed.run).type).toBe("answered");
    expect(await readFile(join(cut.worktree, "a.txt"), "utf8")).toBe("one, two");
  });

  it("goes on after its supervisor was killed too, once what that left was swept [F70]", async () => {
    const directory = await sessions.newDirectory();
    const { worktree, conversations } = { ...placesIn(directory), worktree: join(directory, "w") };
    await mkdir(worktree);
    const issue = await sessions.addScript([WRITE, SLEEP, DONE]);
    const order = { directory, worktree, url: sessions.url, issue, mark: directory };
    const supervisor = spawn(process.execPath, [AGENT_PROCESS, JSON.stringify(order)]);
    await expect
      .poll(() => listProcesses(directory), { timeout: 30_000, interval: 100 })
      .toContainEqual(expect.stringContaining("sleep 30"));

    supervisor.kill("SIGKILL");
    await once(supervisor, "exit");
    const orphans = await listProcesses(directory);
    await sweepProcesses({ claim: directory, directories: [worktree] });
    const left = await listProcesses(directory);
    const resumed = await sessions.run([EDIT, DONE], { after: { worktree, conversations } });

    expect(orphans.join("\n")).toContain("claude");
    expect(left).toEqual([]);
    expect(resumed.run).toMatchObject({ exitCode: 0, isResumed: true });
    expect(await readFile(join(worktree, "a.txt"), "utf8")).toBe("one, two");
  });

  it("begins anew when there is none to go on with", async () => {
    const { run } = await sessions.run([DONE], { request: { resume: true } });

    expect(run).toMatchObject({ exitCode: 0, isResumed: false });
  });

  it("begins anew when the earlier one cannot be read", async () => {
    const cut = await sessions.run([SLEEP, DONE], {
      onTool: (pid) => void process.kill(pid, "SIGKILL"),
    });
    const folder = join(cut.conversations, "x");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${crypto.randomUUID()}.jsonl`), "no conversation\n");

    const resumed = await sessions.run([DONE], { after: cut });

    expect(resumed.run).toMatchObject({ exitCode: 0, isResumed: false });
    expect(classifyAgentRun(resumed.run).type).toBe("answered");
  });

  it("is forgotten when it ended well, and when a session begins anew", async () => {
    const done = await sessions.run([DONE]);
    const again = await sessions.run([DONE], { after: done });

    expect(again.run).toMatchObject({ exitCode: 0, isResumed: false });
  });
});
