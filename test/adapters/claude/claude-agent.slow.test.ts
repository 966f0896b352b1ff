import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { ClaudeAgent, type StopLadder } from "../../../src/adapters/claude/claude-agent.ts";
import type { Credential } from "../../../src/adapters/claude/invocation.ts";
import type { AgentRun } from "../../../src/core/session/agent-run.ts";
import type { AgentRequest } from "../../../src/ports/agent.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

/** Steps short enough for a test, in the proportions of the real ones. */
const LADDER: StopLadder = {
  interruptMs: 150,
  inputMs: 75,
  terminateMs: 100,
  graceMs: 150,
  drainMs: 75,
};

/** What every stand-in begins with: it prints events as lines, and listens when it is told to. */
const PREAMBLE = `#!${process.execPath}
const { readFileSync, writeFileSync } = require("node:fs");
const { spawn } = require("node:child_process");
const say = (event) => process.stdout.write(JSON.stringify(event) + "\\n");
const hang = () => setInterval(() => {}, 1000);
const result = (fields) => say({ type: "result", subtype: "success", is_error: false,
  terminal_reason: "completed", structured_output: { status: "done", title: "t", summary: "s" }, ...fields });
`;

describe("ClaudeAgent", () => {
  let directory: string;
  let lines: string[];

  beforeEach(async () => {
    directory = await temporaryDirectory();
    lines = [];
    await mkdir(join(directory, "worktree"));
  });

  interface Options {
    readonly request?: Partial<AgentRequest>;
    readonly credential?: Credential;
    readonly environment?: Readonly<Record<string, string>>;
  }

  /** Runs a script in the place of the CLI. */
  async function run(script: string, options: Options = {}): Promise<AgentRun> {
    const path = join(directory, "claude.cjs");
    await writeFile(path, `${PREAMBLE}${script}\n`);
    await chmod(path, 0o755);
    const agent = new ClaudeAgent({
      binary: { path, version: "2.1.328" },
      credential: options.credential ?? { type: "api-key", value: "sk-secret" },
      places: {
        home: join(directory, "home"),
        configuration: join(directory, "claude"),
        temporary: join(directory, "tmp"),
        settingsFile: join(directory, "settings.json"),
        systemPromptFile: join(directory, "system-prompt.md"),
      },
      environment: { PATH: process.env["PATH"], ...options.environment },
      marker: { WATER_SPIDER_SESSION: "nonce-1" },
      newSessionId: () => "id-1",
      clock: () => new Date("2026-11-20T10:00:00Z"),
      log: { info: () => undefined, notice: () => undefined, warning: () => undefined },
      onLine: (line) => lines.push(line),
      ladder: LADDER,
    });
    return await agent.run({
      worktree: join(directory, "worktree"),
      prompt: "Work item: issue #12, attempt 1.",
      systemPrompt: "Be kind.",
      allowedTools: [],
      model: undefined,
      maxTurns: 5,
      maxBudgetUsd: 1,
      hardLimitMs: 20_000,
      stallMs: 10_000,
      answerSchema: {},
      stop: new AbortController().signal,
      ...options.request,
    });
  }

  async function readJson(name: string): Promise<unknown> {
    return JSON.parse(await readFile(join(directory, name), "utf8")) as unknown;
  }

  async function isAlive(pidFile: string): Promise<boolean> {
    const pid = Number(await readFile(join(directory, pidFile), "utf8"));
    try {
      process.kill(pid, 0);
      // A process that nobody has waited for yet is dead all the same.
      return !/^State:\s+Z/m.test(await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""));
    } catch {
      return false;
    }
  }

  it("gives the prompt to the process and hands back its result", async () => {
    const outcome = await run(`
      say({ type: "system", subtype: "init", claude_code_version: "3.0.0" });
      process.stdin.once("data", (chunk) => {
        writeFileSync("${directory}/input.json", chunk);
        result({ num_turns: 2 });
      });
      process.stdin.once("end", () => process.exit(0));`);

    expect(outcome).toMatchObject({
      exitCode: 0,
      stopReason: undefined,
      version: "3.0.0",
      result: { subtype: "success", turns: 2 },
      startedAt: "2026-11-20T10:00:00.000Z",
    });
    expect(await readJson("input.json")).toEqual({
      type: "user",
      message: { role: "user", content: "Work item: issue #12, attempt 1." },
    });
    expect(lines).toHaveLength(2);
  });

  it("hands the credential over on descriptor 3 and lets no token of the runner through [N14, F72]", async () => {
    const outcome = await run(
      `
      const descriptor = Number(process.env.CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR);
      writeFileSync("${directory}/credential", readFileSync(descriptor, "utf8"));
      writeFileSync("${directory}/seen.json", JSON.stringify([process.env, process.argv]));
      result({});
      process.exit(0);`,
      {
        credential: { type: "oauth-token", value: "sk-secret" },
        environment: { GITHUB_TOKEN: "ghs_x", ACTIONS_RUNTIME_TOKEN: "eyJ", NODE_OPTIONS: "" },
      },
    );

    const seen = await readFile(join(directory, "seen.json"), "utf8");
    expect(outcome.exitCode).toBe(0);
    expect(await readFile(join(directory, "credential"), "utf8")).toBe("sk-secret");
    expect(seen).not.toMatch(/sk-secret|ghs_x|eyJ/);
    expect(seen).toContain('"WATER_SPIDER_SESSION":"nonce-1"');
  });

  it("takes the result for the end although the process goes on [F68]", async () => {
    const outcome = await run(`result({}); process.on("SIGTERM", () => process.exit(7)); hang();`);

    expect(outcome).toMatchObject({ exitCode: 7, stopReason: undefined });
    expect(outcome.result?.subtype).toBe("success");
  });

  it("does not wait for a daemon that left the group and holds the output open [F70]", async () => {
    const outcome = await run(`
      const child = spawn("sleep", ["30"], { detached: true, stdio: ["ignore", "inherit", "inherit"] });
      writeFileSync("${directory}/daemon", String(child.pid));
      child.unref();
      result({});
      process.exit(0);`);

    const pid = Number(await readFile(join(directory, "daemon"), "utf8"));
    process.kill(pid, "SIGKILL");
    expect(outcome).toMatchObject({ exitCode: 0, stopReason: undefined });
  });

  it("ends a process that says nothing for the stall limit [F67]", async () => {
    const outcome = await run(
      `process.stdin.resume(); process.stdin.once("end", () => process.exit(0)); hang();`,
      {
        request: { stallMs: 300 },
      },
    );

    expect(outcome).toMatchObject({ stopReason: "stall", result: undefined });
  });

  it("lets a process live that says something within the limit, however long it takes [F68]", async () => {
    const outcome = await run(
      `
      let left = 8;
      const timer = setInterval(() => {
        say({ type: "user" });
        left -= 1;
        if (left === 0) { clearInterval(timer); result({}); process.exit(0); }
      }, 150);`,
      { request: { stallMs: 900 } },
    );

    expect(outcome).toMatchObject({ exitCode: 0, stopReason: undefined });
  });

  it("interrupts at the hard limit, so that the process can still say what it cost [F69]", async () => {
    const outcome = await run(
      `
      let input = "";
      process.stdin.on("data", (chunk) => {
        input += chunk;
        if (input.includes('"subtype":"interrupt"')) {
          result({ subtype: "error_during_execution", is_error: true, terminal_reason: "aborted_tools", total_cost_usd: 0.3 });
          process.exit(1);
        }
      });`,
      { request: { hardLimitMs: 1_000 } },
    );

    expect(outcome).toMatchObject({
      exitCode: 1,
      stopReason: "hard-limit",
      result: { costUsd: 0.3 },
    });
  });

  it("kills the whole group of a process that ignores everything [F70]", async () => {
    const controller = new AbortController();
    const stopped = run(
      `
      for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) { process.on(signal, () => {}); }
      const child = spawn("bash", ["-c", "trap '' TERM; sleep 30"], { stdio: "ignore" });
      writeFileSync("${directory}/child", String(child.pid));
      say({ type: "system", subtype: "init" });
      hang();`,
      { request: { stop: controller.signal } },
    );
    await expect.poll(() => lines.length).toBe(1);

    controller.abort();

    expect(await stopped).toMatchObject({ signal: "SIGKILL", stopReason: "cancelled" });
    expect(await isAlive("child")).toBe(false);
  });

  it("ends gracefully when it is stopped [F107]", async () => {
    const controller = new AbortController();
    const script = `
      say({ type: "system", subtype: "init" });
      let input = "";
      process.stdin.on("data", (chunk) => {
        input += chunk;
        if (input.includes("interrupt")) { process.exit(1); }
      });`;
    const stopped = run(script, { request: { stop: controller.signal } });
    await expect.poll(() => lines.length).toBe(1);

    controller.abort();

    expect(await stopped).toMatchObject({ stopReason: "cancelled", exitCode: 1 });
  });

  it("ends at once when it was stopped before it began", async () => {
    const outcome = await run(
      `process.stdin.resume(); process.stdin.once("end", () => process.exit(0));`,
      {
        request: { stop: AbortSignal.abort() },
      },
    );

    expect(outcome.stopReason).toBe("cancelled");
  });

  it("ends at the first refused credential instead of waiting for every repetition", async () => {
    const outcome = await run(`
      process.stdin.resume();
      process.stdin.once("end", () => process.exit(1));
      say({ type: "system", subtype: "api_retry", error: "authentication_failed", error_status: 401 });`);

    expect(outcome).toMatchObject({
      stopReason: "credentials-refused",
      modelStatus: 401,
      modelError: "authentication_failed",
    });
  });

  it("keeps the end of what was said on stderr when there is no result", async () => {
    const outcome = await run(`
      process.stderr.write("x".repeat(10000) + "\\nerror: unknown option");
      process.exitCode = 1;`);

    expect(outcome).toMatchObject({ exitCode: 1, result: undefined });
    expect(outcome.stderrTail).toMatch(/x\nerror: unknown option$/);
    expect(outcome.stderrTail.length).toBeLessThanOrEqual(4_096);
  });

  it("reads the result also when it is the last thing before the exit, without line feed", async () => {
    const outcome = await run(
      `process.stdout.write(JSON.stringify({ type: "result", subtype: "success" }));`,
    );

    expect(outcome.result?.subtype).toBe("success");
  });

  it("throws when there is nothing to start", async () => {
    const started = run("", { request: { worktree: join(directory, "nothing") } });

    await expect(started).rejects.toThrow(/ENOENT/);
  });

  it("writes settings that hold for this session only", async () => {
    await run("process.exit(0);");

    expect(await readJson("settings.json")).toMatchObject({ includeCoAuthoredBy: false });
    expect(await readFile(join(directory, "system-prompt.md"), "utf8")).toBe("Be kind.");
  });
});
