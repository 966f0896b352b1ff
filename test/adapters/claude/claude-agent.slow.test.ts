import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { StandIn } from "./stand-in.ts";

describe("ClaudeAgent", () => {
  let standIn: StandIn;

  beforeEach(async () => {
    standIn = await StandIn.make();
  });

  it("gives the prompt to the process and hands back its result", async () => {
    const outcome = await standIn.run(`
      say({ type: "system", subtype: "init", claude_code_version: "3.0.0" });
      process.stdin.once("data", (chunk) => {
        writeFileSync("${standIn.directory}/input.json", chunk);
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
    expect(JSON.parse(await standIn.read("input.json"))).toEqual({
      type: "user",
      message: { role: "user", content: "Work item: issue #12, attempt 1." },
    });
    expect(standIn.lines).toHaveLength(2);
  });

  it("hands the credential over on descriptor 3 and lets no token of the runner through [N14, F72]", async () => {
    const outcome = await standIn.run(
      `
      const descriptor = Number(process.env.CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR);
      writeFileSync("${standIn.directory}/credential", readFileSync(descriptor, "utf8"));
      writeFileSync("${standIn.directory}/seen.json", JSON.stringify([process.env, process.argv]));
      result({});
      process.exit(0);`,
      {
        credential: { type: "oauth-token", value: "sk-secret" },
        environment: { GITHUB_TOKEN: "ghs_x", ACTIONS_RUNTIME_TOKEN: "eyJ", NODE_OPTIONS: "" },
      },
    );

    const seen = await standIn.read("seen.json");
    expect(outcome.exitCode).toBe(0);
    expect(await standIn.read("credential")).toBe("sk-secret");
    expect(seen).not.toMatch(/sk-secret|ghs_x|eyJ/);
    expect(seen).toContain(`"WATER_SPIDER_SESSION":"${standIn.marker}"`);
  });

  it("takes the result for the end although the process goes on [F68]", async () => {
    const outcome = await standIn.run(
      `result({}); process.on("SIGTERM", () => process.exit(7)); hang();`,
    );

    expect(outcome).toMatchObject({ exitCode: 7, stopReason: undefined });
    expect(outcome.result?.subtype).toBe("success");
  });

  it("does not wait for a daemon that left the group and holds the output open [F70]", async () => {
    const outcome = await standIn.run(`
      const child = spawn("sleep", ["30"], { detached: true, stdio: ["ignore", "inherit", "inherit"] });
      writeFileSync("${standIn.directory}/daemon", String(child.pid));
      child.unref();
      result({});
      process.exit(0);`);

    const pid = Number(await standIn.read("daemon"));
    process.kill(pid, "SIGKILL");
    expect(outcome).toMatchObject({ exitCode: 0, stopReason: undefined });
  });

  it("ends a process that says nothing for the stall limit [F67]", async () => {
    const outcome = await standIn.run(
      `process.stdin.resume(); process.stdin.once("end", () => process.exit(0)); hang();`,
      {
        request: { stallMs: 300 },
      },
    );

    expect(outcome).toMatchObject({ stopReason: "stall", result: undefined });
  });

  it("lets a process live that says something within the limit, however long it takes [F68]", async () => {
    const outcome = await standIn.run(
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
    const outcome = await standIn.run(
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
    const stopped = standIn.run(
      `
      for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) { process.on(signal, () => {}); }
      const child = spawn("bash", ["-c", "trap '' TERM; sleep 30"], { stdio: "ignore" });
      writeFileSync("${standIn.directory}/child", String(child.pid));
      say({ type: "system", subtype: "init" });
      hang();`,
      { request: { stop: controller.signal } },
    );
    await expect.poll(() => standIn.lines.length, { timeout: 10_000 }).toBe(1);

    controller.abort();

    expect(await stopped).toMatchObject({ signal: "SIGKILL", stopReason: "cancelled" });
    expect(await standIn.isAlive("child")).toBe(false);
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
    const stopped = standIn.run(script, { request: { stop: controller.signal } });
    await expect.poll(() => standIn.lines.length, { timeout: 10_000 }).toBe(1);

    controller.abort();

    expect(await stopped).toMatchObject({ stopReason: "cancelled", exitCode: 1 });
  });

  it("ends at once when it was stopped before it began", async () => {
    const outcome = await standIn.run(
      `process.stdin.resume(); process.stdin.once("end", () => process.exit(0));`,
      {
        request: { stop: AbortSignal.abort() },
      },
    );

    expect(outcome.stopReason).toBe("cancelled");
  });

  it("ends at the first refused credential instead of waiting for every repetition", async () => {
    const outcome = await standIn.run(`
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
    const outcome = await standIn.run(`
      process.stderr.write("x".repeat(10000) + "\\nerror: unknown option");
      process.exitCode = 1;`);

    expect(outcome).toMatchObject({ exitCode: 1, result: undefined });
    expect(outcome.stderrTail).toMatch(/x\nerror: unknown option$/);
    expect(outcome.stderrTail.length).toBeLessThanOrEqual(4_096);
  });

  it("reads the result also when it is the last thing before the exit, without line feed", async () => {
    const outcome = await standIn.run(
      `process.stdout.write(JSON.stringify({ type: "result", subtype: "success" }));`,
    );

    expect(outcome.result?.subtype).toBe("success");
  });

  it("throws when there is nothing to start", async () => {
    const started = standIn.run("", { request: { worktree: join(standIn.directory, "nothing") } });

    await expect(started).rejects.toThrow(/ENOENT/);
  });

  it("writes settings that hold for this session only", async () => {
    await standIn.run("process.exit(0);");

    expect(JSON.parse(await standIn.read("settings.json"))).toMatchObject({
      includeCoAuthoredBy: false,
    });
    expect(await standIn.read("system-prompt.md")).toBe("Be kind.");
  });
});
