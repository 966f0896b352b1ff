import { beforeEach, describe, expect, it } from "vitest";

import type { Claim } from "../../src/core/journal/records.ts";
import type { AgentRun } from "../../src/core/session/agent-run.ts";
import type { Agent, AgentRequest } from "../../src/ports/agent.ts";
import { anAgentRun } from "../world/pure-agent.ts";
import type { PureFleet } from "../world/pure-fleet.ts";
import { PureWorkspace, type PureWorkspaceOptions } from "../world/pure-workspace.ts";
import { claimSession } from "./claimed-session.ts";

let fleet: PureFleet;
let claim: Claim;

beforeEach(async () => {
  ({ fleet, claim } = await claimSession());
});

/** Runs the session with an agent that calls back in this way. */
async function run(
  act: (request: AgentRequest) => Promise<void> | void,
  left: AgentRun = anAgentRun(),
  options: PureWorkspaceOptions = {},
): Promise<{ readonly workspace: PureWorkspace; readonly ending: string }> {
  const workspace = new PureWorkspace({ claim: claim.nonce, ...options });
  const agent: Agent = {
    run: async (request) => {
      await act(request);
      return left;
    },
  };
  await fleet.session(claim, { workspace, agent });
  const { ending } = JSON.parse(workspace.handedOff ?? "{}");
  return { workspace, ending };
}

function checkpointsOf({ calls }: PureWorkspace): number {
  return calls.filter((call) => call === "checkpoint").length;
}

describe("runSession: checkpoints", () => {
  it("are taken once at the soft limit, and the agent works on [R11a, N11]", async () => {
    const { workspace, ending } = await run(({ onSoftLimit }) => onSoftLimit());

    expect(checkpointsOf(workspace)).toBe(1);
    expect(ending).toBe("worked");
    expect(fleet.log.lines.join("\n")).toContain("checkpoint of the work lies on this machine");
  });

  it("are not taken of a session that ends before the soft limit", async () => {
    const { workspace } = await run(() => undefined);

    expect(checkpointsOf(workspace)).toBe(0);
  });

  it("are taken again before the hard limit, and there before the work is collected [R11a]", async () => {
    const cut = anAgentRun({}, { stopReason: "hard-limit", result: undefined });

    const { workspace } = await run(
      ({ onSoftLimit, onGracefulEnd }) => {
        onSoftLimit();
        onGracefulEnd();
      },
      cut,
      { checkpointTurns: 1_000 },
    );

    expect(checkpointsOf(workspace)).toBe(2);
    const untilSweep = workspace.calls.slice(0, workspace.calls.indexOf("sweep"));
    expect(untilSweep).toContain("checkpoint taken");
  });

  it("cost the session nothing when they fail, and say so", async () => {
    const { workspace, ending } = await run(({ onSoftLimit }) => onSoftLimit(), anAgentRun(), {
      broken: ["checkpoint"],
    });

    expect(workspace.calls.at(-1)).toBe("handOff");
    expect(ending).toBe("worked");
    expect(fleet.log.lines.join("\n")).toContain("checkpoint was told to break");
  });
});
