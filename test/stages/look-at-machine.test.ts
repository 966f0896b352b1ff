import { describe, expect, it } from "vitest";

import { withDefaults } from "../../src/adapters/configuration/defaults.ts";
import { ConfigurationError } from "../../src/core/failure.ts";
import type { MachineFacts } from "../../src/core/session/preflight.ts";
import type { Agent } from "../../src/ports/agent.ts";
import { lookAtMachine } from "../../src/stages/run-session/preflight.ts";
import { aRefusedRun, PureAgent } from "../world/pure-agent.ts";
import { A_FIT_MACHINE } from "../world/pure-fleet.ts";
import { PureWorkspace } from "../world/pure-workspace.ts";

const CONFIGURATION = withDefaults({
  session: { model: "no-such-model" },
  workspace: { "min-free-disk": "20g" },
});

async function look(
  openAgent: () => Promise<Agent>,
  facts: Partial<MachineFacts> = {},
  freeBytes?: number,
): Promise<string> {
  const findings = await lookAtMachine(
    {
      inspectMachine: async () => ({ ...A_FIT_MACHINE, ...facts }),
      openAgent,
      workspace: new PureWorkspace(freeBytes === undefined ? {} : { freeBytes }),
      probeDirectory: "/probe",
    },
    CONFIGURATION,
    undefined,
  );
  return findings
    .filter(({ level }) => level !== "info")
    .map(({ level, message }) => `${level}: ${message}`)
    .join("\n");
}

describe("lookAtMachine", () => {
  it("finds nothing wrong when the model answers, and asks it for next to nothing", async () => {
    const agent = new PureAgent();

    expect(await look(async () => agent)).toBe("");
    expect(agent.requests).toHaveLength(1);
    expect(agent.requests[0]).toMatchObject({ model: "no-such-model", worktree: "/probe" });
    expect(agent.requests[0]?.maxBudgetUsd).toBeLessThan(1);
  });

  it.each([
    [401, "authentication_failed", /The credential is wrong or has expired.*setup-token/],
    [404, "model_not_found", /Set 'session\.model'.*it is 'no-such-model'/],
    [529, "overloaded", /The agent did not answer \(model-unavailable\)/],
  ])("tells what a model's answer %i means and what to do", async (status, error, message) => {
    expect(await look(async () => new PureAgent(aRefusedRun(status, error)))).toMatch(message);
  });

  it("says that a machine has less room than the configuration asks for: no session starts there [W30c]", async () => {
    expect(await look(async () => new PureAgent(), {}, 19 * 10 ** 9)).toMatch(
      /^error: There are 19\.0 GB free at \/machine, less than the 20\.0 GB of 'workspace\.min-free-disk'/,
    );
  });

  it("names everything at once: what is wrong with the machine and with the agent", async () => {
    const told = await look(
      () => Promise.reject(new ConfigurationError("The Claude Code CLI was not found.")),
      { git: undefined },
      0,
    );

    expect(told.split("\n")).toEqual([
      expect.stringContaining("error: git was not found"),
      expect.stringContaining("error: There are 0.0 GB free at /machine, less than the 20.0 GB"),
      "error: The Claude Code CLI was not found.",
    ]);
  });
});
