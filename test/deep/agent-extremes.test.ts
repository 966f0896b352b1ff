import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { classifyAgentRun } from "../../src/core/session/agent-outcome.ts";
import { DONE, RealSessions } from "../adapters/claude/real-sessions.ts";
import { flood, StandIn } from "../adapters/claude/stand-in.ts";

describe("an agent that writes 1 GB", () => {
  it.each([
    ["in lines", "garbage ".repeat(500) + "\n"],
    ["in one line", "garbage "],
    ["in events", `${JSON.stringify({ type: "user", text: "x".repeat(4_000) })}\n`],
  ])("%s is read to its end, in little memory", async (_, text) => {
    const standIn = await StandIn.make();
    const before = process.memoryUsage.rss();
    let peak = before;
    const script = `${flood("stdout", text, 1_024)} pour(() => { process.stdout.write("\\n"); result({}); });`;

    const run = await standIn.run(script, {
      onLine: () => (peak = Math.max(peak, process.memoryUsage.rss())),
    });

    expect(classifyAgentRun(run).type).toBe("answered");
    expect((peak - before) / 2 ** 20).toBeLessThan(200);
  });
});

describe("the real Claude Code", () => {
  let sessions: RealSessions;

  beforeAll(async () => {
    sessions = await RealSessions.open();
  });

  afterAll(() => sessions.close());

  it("gives up calls that are never answered before it counts as hung [F68]", async () => {
    const { run } = await sessions.run([{ silence: {} }, DONE], { request: { stallMs: 20_000 } });

    expect(run).toMatchObject({ stopReason: undefined, exitCode: 1, retryCount: 3 });
    expect(classifyAgentRun(run)).toMatchObject({ cause: "model-unavailable" });
  });
});
