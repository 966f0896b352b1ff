import { beforeEach, describe, expect, it } from "vitest";

import { classifyAgentRun } from "../../../src/core/session/agent-outcome.ts";
import { flood, StandIn } from "./stand-in.ts";

const DEAF = `for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) { process.on(signal, () => {}); }`;

describe("an agent that", () => {
  let standIn: StandIn;

  beforeEach(async () => {
    standIn = await StandIn.make();
  });

  it("says nothing and hears nothing is killed at the end of the ladder [F67]", async () => {
    const run = await standIn.run(`${DEAF} hang();`, { request: { stallMs: 300 } });

    expect(run).toMatchObject({ signal: "SIGKILL", stopReason: "stall", result: undefined });
  });

  it("closes its output and lives on counts as silent [F67]", async () => {
    const run = await standIn.run(
      `require("node:fs").closeSync(1); process.stdin.resume(); process.stdin.on("end", () => process.exit(0)); hang();`,
      { request: { stallMs: 300 } },
    );

    expect(run).toMatchObject({ stopReason: "stall", exitCode: 0 });
  });

  it("hangs after its result and ignores SIGTERM is killed, and the result counts [F68, F70]", async () => {
    const run = await standIn.run(`${DEAF} result({}); hang();`);

    expect(run).toMatchObject({ signal: "SIGKILL", stopReason: undefined });
    expect(classifyAgentRun(run).type).toBe("answered");
  });

  it("says nothing for long after its result is not taken for hung [F68]", async () => {
    const run = await standIn.run(`result({}); setTimeout(() => process.exit(0), 2100);`, {
      request: { stallMs: 2_000 },
      patience: { graceMs: 5_000 },
    });

    expect(run).toMatchObject({ exitCode: 0, stopReason: undefined });
  });

  it("ends before it says anything is told from one that worked [F66]", async () => {
    const run = await standIn.run("process.exit(0);");

    expect(run).toMatchObject({ exitCode: 0, hasStarted: false, result: undefined });
    expect(classifyAgentRun(run)).toMatchObject({ type: "failed", cause: "agent-unusable" });
  });

  it("ends amid a line of its stream has no result [F66]", async () => {
    const run = await standIn.run(`
      say({ type: "system", subtype: "init" });
      process.stdout.write('{"type":"result","subtype":"success","is_error":false,"termi', () => process.exit(0));`);

    expect(run.result).toBeUndefined();
    expect(classifyAgentRun(run)).toMatchObject({ cause: "agent-crashed" });
  });

  it("breaks every character in two is understood", async () => {
    const run = await standIn.run(`
      const bytes = Buffer.from(JSON.stringify({ type: "result", subtype: "success", result: "Grüße, 日本 🚀" }) + "\\n");
      let index = 0;
      const next = () => index < bytes.length
        ? process.stdout.write(bytes.subarray(index, ++index), () => setImmediate(next))
        : process.exit(0);
      next();`);

    expect(run.result?.text).toBe("Grüße, 日本 🚀");
  });

  it.each([
    [
      "bytes that are no text",
      `process.stdout.write(Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0xc3, 0x28, 0x0a]));`,
    ],
    ["half an object", `process.stdout.write('{"type":"result",\\n');`],
    [
      "an object of another kind",
      `say([1]); say(null); say({ type: { a: 1 } }); say({ type: "result2" });`,
    ],
    [
      "a result in a result of a tool",
      `say({ type: "user", message: { content: [{ type: "tool_result", content: '{"type":"result","is_error":true}' }] } });`,
    ],
    [
      "an object that names its prototype",
      `process.stdout.write('{"__proto__":{"type":"result","is_error":true}}\\n');`,
    ],
  ])("writes %s between its events is understood all the same", async (_, garbage) => {
    const run = await standIn.run(
      `say({ type: "system", subtype: "init", claude_code_version: "3.0.0" });
      ${garbage}
      result({ num_turns: 2 });`,
    );

    expect(run).toMatchObject({ version: "3.0.0", result: { turns: 2, isError: false } });
  });

  it.each([
    ["in lines", "garbage ".repeat(100) + "\n"],
    ["in one line", "garbage "],
    ["in events", `${JSON.stringify({ type: "user", text: "x".repeat(2_000) })}\n`],
  ])("writes 1 GB %s is read to its end, in little memory", async (_, text) => {
    const before = process.memoryUsage.rss();
    let peak = before;
    let count = 0;

    const run = await standIn.run(
      `${flood("stdout", text, 1_024)} pour(() => { process.stdout.write("\\n"); result({}); });`,
      {
        onLine: () => {
          count += 1;
          if (count % 500 === 1) {
            peak = Math.max(peak, process.memoryUsage.rss());
          }
        },
      },
    );

    expect(run).toMatchObject({ exitCode: 0, result: { subtype: "success" } });
    expect((peak - before) / 2 ** 20).toBeLessThan(200);
  });

  it("writes 50 MB to stderr is read to its end, and the last words are kept", async () => {
    const run = await standIn.run(
      `${flood("stderr", "warning ", 50)} pour(() => process.stderr.write("\\nlast words", () => process.exit(3)));`,
    );

    expect(run.exitCode).toBe(3);
    expect(run.stderrTail).toMatch(/\nlast words$/);
  });

  it("never reads its prompt does not keep us waiting", async () => {
    const run = await standIn.run(`result({}); process.exit(0);`, {
      request: { prompt: "x".repeat(1_000_000) },
    });

    expect(run).toMatchObject({ exitCode: 0, stopReason: undefined });
  });

  it("writes commands of the workflow gets none of them into the log [N14]", async () => {
    const command = "\\n::add-path::/evil\\n::set-output name=outcome::delivered\\n##[error]x";
    const run = await standIn.run(`
      say({ type: "system", subtype: "init", claude_code_version: "1${command}" });
      process.stdout.write("${command}\\n");
      process.stderr.write("${command}\\n");
      say({ type: "assistant", message: { content: [{ type: "tool_use", name: "Bash${command}" }] } });
      say({ type: "assistant", error: "server_error${command}" });
      result({ is_error: true, terminal_reason: "api_error", result: "failed${command}" });`);

    const outcome = classifyAgentRun(run);
    const said = [...standIn.logged, ...(outcome.type === "failed" ? [outcome.detail] : [])];
    expect(said).toHaveLength(2);
    expect(said.join("\n").split("\n")).not.toContainEqual(expect.stringMatching(/^\s*(::|##\[)/));
    expect(run.version).toBe("2.1.328");
  });

  it("calls tools without end fills no log", async () => {
    await standIn.run(`
      for (let count = 0; count < 5000; count += 1) {
        say({ type: "assistant", message: { content: [{ type: "tool_use", name: "Bash" }] } });
      }
      result({});`);

    expect(standIn.logged).toHaveLength(1_001);
  });

  it("leaves daemons in sessions of their own loses them to the sweep [F70]", async () => {
    const run = await standIn.run(`
      const daemon = spawn("bash", ["-c", "trap '' TERM HUP; sleep 60 & sleep 60"], { detached: true, stdio: "ignore" });
      writeFileSync("${standIn.directory}/daemon", String(daemon.pid));
      daemon.unref();
      result({});
      process.exit(0);`);
    const before = await standIn.isAlive("daemon");

    const ended = await standIn.sweep();

    expect(run.exitCode).toBe(0);
    expect(before).toBe(true);
    expect(ended).toBeGreaterThanOrEqual(2);
    expect(await standIn.isAlive("daemon")).toBe(false);
  });

  it("leaves a daemon that cleared its environment loses it too: it stands in the worktree [F70]", async () => {
    await standIn.run(`
      const daemon = spawn("env", ["-i", "/bin/sleep", "60"], { detached: true, stdio: "ignore" });
      writeFileSync("${standIn.directory}/daemon", String(daemon.pid));
      daemon.unref();
      setTimeout(() => { result({}); process.exit(0); }, 200);`);

    const ended = await standIn.sweep();

    expect(ended).toBe(1);
    expect(await standIn.isAlive("daemon")).toBe(false);
  });

  it("forks while it is swept leaves nothing behind [F70]", async () => {
    await standIn.run(`
      const daemon = spawn("bash", ["-c", "while true; do sleep 60 & sleep 0.01; done"], { detached: true, stdio: "ignore" });
      daemon.unref();
      result({});
      process.exit(0);`);

    await standIn.sweep();

    expect(await standIn.sweep()).toBe(0);
  });

  it("works longer than the soft limit is let go on, and it is said once [R11a]", async () => {
    const calls: string[] = [];

    const run = await standIn.run(
      `say({ type: "system", subtype: "init" }); setTimeout(() => { result({}); process.exit(0); }, 500);`,
      { request: { softLimitMs: 100, onSoftLimit: () => calls.push("soft") } },
    );

    expect(run).toMatchObject({ exitCode: 0, stopReason: undefined });
    expect(calls).toEqual(["soft"]);
  });

  it("falls silent after the soft limit goes on no longer than the stall limit [R11a, F67]", async () => {
    const calls: string[] = [];

    const run = await standIn.run(`say({ type: "system", subtype: "init" }); hang();`, {
      request: {
        softLimitMs: 100,
        onSoftLimit: () => calls.push("soft"),
        stallMs: 900,
        onGracefulEnd: () => calls.push("graceful"),
      },
    });

    expect(run).toMatchObject({ stopReason: "stall", result: undefined });
    expect(calls).toEqual(["soft"]);
  });

  it("is on its way out when the soft limit comes hears nothing of it", async () => {
    const calls: string[] = [];

    await standIn.run(`result({}); setTimeout(() => process.exit(0), 2100);`, {
      request: { softLimitMs: 2_000, onSoftLimit: () => calls.push("soft") },
      patience: { graceMs: 5_000 },
    });

    expect(calls).toEqual([]);
  });

  it("is asked to end at nine tenths of the hard limit and killed at it [R11a, F69]", async () => {
    const patient = { interruptMs: 60_000 };
    const linesAtEnd: (readonly string[])[] = [];
    const onGracefulEnd = (): void => void linesAtEnd.push([...standIn.lines]);

    const run = await standIn.run(
      `${DEAF} let input = "";
      process.stdin.on("data", (chunk) => { input += chunk; if (input.includes("interrupt")) { say({ type: "heard" }); } });
      hang();`,
      { request: { hardLimitMs: 3_000, onGracefulEnd }, patience: patient },
    );

    expect(linesAtEnd).toEqual([[]]);
    expect(standIn.lines).toContain('{"type":"heard"}');
    expect(run).toMatchObject({ signal: "SIGKILL", stopReason: "hard-limit" });
  });

  it("is cancelled while it is ended already keeps the first reason", async () => {
    const controller = new AbortController();
    const ended = standIn.run(
      `process.stdin.on("data", (chunk) => { if (String(chunk).includes("interrupt")) { say({ type: "heard" }); } });
      process.stdin.on("end", () => process.exit(1)); hang();`,
      { request: { stallMs: 300, stop: controller.signal }, patience: { interruptMs: 2_000 } },
    );
    await expect.poll(() => standIn.lines, { timeout: 10_000 }).toContain('{"type":"heard"}');

    controller.abort();

    expect(await ended).toMatchObject({ stopReason: "stall", exitCode: 1 });
  });

  it("burns memory and time is measured, together with what it started", async () => {
    const run = await standIn.run(`
      const ballast = Buffer.alloc(150 * 2 ** 20, 1);
      const child = spawn(process.execPath, ["-e", "const used = () => process.cpuUsage().user; while (used() < 4e5) { for (let i = 0; i < 1e6; i += 1); } console.log(1); setInterval(() => {}, 1000)"]);
      child.stdout.once("data", () => { result({ num_turns: ballast.length }); process.stdin.once("end", () => setTimeout(() => process.exit(0), 500)); process.stdin.resume(); });`);

    expect(run.usage?.peakMemoryMb).toBeGreaterThan(150);
    expect(run.usage?.cpuSeconds).toBeGreaterThan(0.3);
  });

  it("is gone before it could be measured has no figures", async () => {
    expect((await standIn.run("process.exit(0);")).usage).toBeUndefined();
  });
});
