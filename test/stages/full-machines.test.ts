import { beforeEach, describe, expect, it } from "vitest";

import type { ConfigurationFile } from "../../src/adapters/configuration/schema.ts";
import { formatPlanSummary } from "../../src/core/text/plan-summary.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import { PureLoop } from "../world/pure-loop.ts";
import { PureWorkspace } from "../world/pure-workspace.ts";
import { claimSession } from "./claimed-session.ts";
import { nextClaim } from "./claims.ts";

const MEGABYTE = 10 ** 6;

const TWO_MACHINES: ConfigurationFile = {
  checks: { test: "npm test" },
  machines: [
    { name: "mac-1", labels: ["self-hosted", "mac-1"], slots: 1 },
    { name: "mac-2", labels: ["self-hosted", "mac-2"], slots: 1 },
  ],
};

describe("a session on a machine without room", () => {
  it.each([
    ["less than any session needs", 300 * MEGABYTE, {}],
    ["less than the configuration asks for", 19_000 * MEGABYTE, { "min-free-disk": "20g" }],
  ])(
    "gives its claim back for %s, and counts no attempt [W30c]",
    async (_, freeBytes, workspace) => {
      const { fleet, run, outcomeAfter } = await claimSession({}, { workspace });

      const ran = await run({ freeBytes });

      expect(ran.result).toMatchObject({
        ending: "refused",
        cause: "machine-full",
        detail: expect.stringMatching(
          /^mac-1 has too little room\. There are .* GB free at \/machine/,
        ),
      });
      expect(ran.workspace.opened).toEqual([]);
      expect(ran.agent.requests).toEqual([]);
      expect(await outcomeAfter(ran)).toBe("returned");
      expect(fleet.journal.state.fleet.pause).toBeUndefined();
      expect(fleet.journal.state.issues.get(1)?.attempts).toBe(0);
    },
  );

  it("writes nothing where there is no room for anything: no lock, no fetch", async () => {
    const { run } = await claimSession();

    const { workspace } = await run({ freeBytes: 0 });

    expect(workspace.calls).toEqual(["handOff"]);
  });

  it("starts with just enough room", async () => {
    const { run } = await claimSession();

    const { result } = await run({ freeBytes: 1_000 * MEGABYTE });

    expect(result.ending).toBe("worked");
  });
});

describe("a machine that gave a claim back for lack of room", () => {
  let fleet: PureFleet;

  /** Two issues wait; the first went to mac-1 and came back. */
  beforeEach(async () => {
    fleet = new PureFleet({ issues: [{}, {}, {}], configuration: TWO_MACHINES });
    const claim = await nextClaim(fleet);
    const workspace = new PureWorkspace({ claim: claim.nonce, freeBytes: 0 });
    await fleet.session(claim, { workspace, agent: { run: () => Promise.reject(new Error()) } });
    await fleet.finalize(claim, { result: workspace.handedOff });
    fleet.reportJob(claim, "session", { status: "completed", conclusion: "success" });
  });

  async function slotsOfTick(): Promise<readonly string[]> {
    return (await fleet.tick()).map(({ slot }) => slot);
  }

  it("gets nothing for half an hour, then it is tried again [W30c, F16]", async () => {
    const atOnce = await slotsOfTick();
    fleet.advance(29);
    const after29 = await slotsOfTick();
    fleet.advance(1);
    const after30 = await slotsOfTick();

    expect([...atOnce, ...after29]).not.toContain("mac-1/1");
    expect(after30).toContain("mac-1/1");
  });

  it("is named in the summary, and so is what to do [N27]", async () => {
    const tick = await fleet.collect();

    expect(formatPlanSummary(tick)).toMatch(
      /There was too little free disk space on mac-1 \(2026-/,
    );
    expect(tick.plan.rows[0]?.reason).toMatchObject({ type: "no-free-slot", offline: 1 });
    fleet.advance(30);
    expect(formatPlanSummary(await fleet.collect())).not.toContain("too little free disk space");
  });

  it("is tried again at once when a person resumes", async () => {
    await fleet.obey({ type: "resume" });

    expect(await slotsOfTick()).toEqual(["mac-1/1"]);
  });
});

describe("a machine that stays full", () => {
  it("takes no issue away from the others: each is done elsewhere, none is claimed in a storm [F16, W30c]", async () => {
    const issues = Array.from({ length: 12 }, () => ({}));
    const fleet = new PureFleet({ issues, configuration: TWO_MACHINES });
    const loop = new PureLoop(fleet, {
      work: ({ machine }) => (machine === "mac-1" ? { workspace: { freeBytes: 0 } } : {}),
    });

    await loop.settle();

    const claims = fleet.journal.facts("dispatched").flatMap((fact) => fact.claims);
    const onFull = claims.filter(({ machine }) => machine === "mac-1");
    const states = [...fleet.world.issues.keys()].map((issue) => fleet.world.stateLabels(issue));
    expect(new Set(states.flat())).toEqual(new Set(["state:completed"]));
    expect(onFull.length).toBeGreaterThan(0);
    expect(onFull.length).toBeLessThanOrEqual(4);
    expect(fleet.journal.state.fleet.pause).toBeUndefined();
  });
});
