import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { classifyAgentRun } from "../../src/core/session/agent-outcome.ts";
import { DONE, type ModelStep, RealSessions } from "../adapters/claude/real-sessions.ts";

/** A command that the model allows ten minutes. */
function sleepFor(seconds: number): ModelStep {
  return { calls: [{ tool: "Bash", input: { command: `sleep ${seconds}`, timeout: 600_000 } }] };
}

describe("the real Claude Code", () => {
  let sessions: RealSessions;

  beforeAll(async () => {
    sessions = await RealSessions.open();
  });

  afterAll(() => sessions.close());

  it("lives through a command that is silent for most of the stall limit, and cuts a longer one [F68]", async () => {
    const { run, lines } = await sessions.run([sleepFor(4), sleepFor(60), DONE], {
      request: { stallMs: 8_000 },
    });

    expect(run).toMatchObject({ stopReason: undefined, exitCode: 0 });
    expect(lines.join("\n")).toMatch(/Command timed out after 6/);
  });

  it("gives up calls that are never answered before it counts as hung [F68]", async () => {
    const { run } = await sessions.run([{ silence: {} }, DONE], { request: { stallMs: 20_000 } });

    expect(run).toMatchObject({ stopReason: undefined, exitCode: 1, retryCount: 3 });
    expect(classifyAgentRun(run)).toMatchObject({ cause: "model-unavailable" });
  });
});
