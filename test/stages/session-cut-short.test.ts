import { beforeEach, describe, expect, it } from "vitest";

import type { Claim } from "../../src/core/journal/records.ts";
import type { AgentRun } from "../../src/core/session/agent-run.ts";
import { aRefusedRun, PureAgent } from "../world/pure-agent.ts";
import type { PureFleet } from "../world/pure-fleet.ts";
import { PureWorkspace } from "../world/pure-workspace.ts";
import { type ClaimedSession, claimSession } from "./claimed-session.ts";

let fleet: PureFleet;
let claim: Claim;
let run: ClaimedSession["run"];
let outcomeAfter: ClaimedSession["outcomeAfter"];

beforeEach(async () => {
  ({ fleet, claim, run, outcomeAfter } = await claimSession());
});

describe("runSession: an account's limit", () => {
  it("makes the fleet wait until the reset that the agent named, and costs no attempt [F55, N24]", async () => {
    const refused = aRefusedRun(429, "rate_limit");
    const resetsAtSeconds = Date.parse(refused.finishedAt) / 1_000 + 90 * 60;
    const limited: AgentRun = { ...refused, rateLimit: { of: "account", resetsAtSeconds } };

    const ran = await run({}, new PureAgent(limited));

    expect(ran.result).toMatchObject({ cause: "account-limit", resetsInMinutes: 90 });
    expect(await outcomeAfter(ran)).toBe("returned");
    expect(fleet.journal.state.issues.get(1)?.attempts).toBe(0);
    expect(fleet.journal.state.fleet.pause).toMatchObject({
      reason: "account-limit",
      until: expect.stringMatching(/^2026-11-20T10:30/),
    });
  });
});

describe("runSession: a cancelled job", () => {
  const CALLS = [
    "tryLock",
    "fetch",
    "open",
    "writeContext",
    "harvest",
    "runCommand npm run build",
    "runCommand npm test",
  ];

  it.each(CALLS)("ends without a verdict when it is cancelled at %s [F09, F70]", async (call) => {
    const cancelled = new AbortController();
    const workspace = new PureWorkspace({
      claim: claim.nonce,
      commands: { "npm test": { exitCode: 1 } },
      onCall: (made) => {
        if (made === call) {
          cancelled.abort();
        }
      },
    });

    const agent = new PureAgent();
    await fleet.session(claim, { workspace, agent, stop: cancelled.signal });
    await fleet.finalize(claim, { result: workspace.handedOff });

    expect(workspace.calls.at(-1)).toBe("handOff");
    expect(workspace.calls.slice(workspace.calls.indexOf(call) + 1).join()).not.toContain(
      "runCommand",
    );
    expect(fleet.journal.state.issues.get(1)).toMatchObject({
      attempts: 0,
      claim: undefined,
      result: { outcome: "returned", cause: "cancelled" },
    });
  });

  it("starts no agent when it is cancelled before", async () => {
    const agent = new PureAgent();
    const workspace = new PureWorkspace({ claim: claim.nonce });

    await fleet.session(claim, { workspace, agent, stop: AbortSignal.abort() });

    expect(agent.requests).toEqual([]);
  });
});
