import { beforeEach, describe, expect, it } from "vitest";

import type { Claim } from "../../src/core/journal/records.ts";
import { formatPlanSummary } from "../../src/core/text/plan-summary.ts";
import { PureFleet } from "../world/pure-fleet.ts";

const ONE_SLOT = { machines: [{ name: "mac-1", labels: ["self-hosted", "mac-1"], slots: 1 }] };

let fleet: PureFleet;
let claim: Claim;

/** A fleet of one slot with one claim whose job no runner took for sixteen minutes. */
beforeEach(async () => {
  fleet = new PureFleet({ issues: [{}, {}], configuration: ONE_SLOT });
  const [first] = await fleet.tick();
  if (first === undefined) {
    throw new Error("Nothing was claimed.");
  }
  claim = first;
  fleet.reportJob(claim, "session", { status: "queued", startedAt: undefined });
  fleet.advance(16);
  await fleet.tick();
});

describe("a slot whose job no runner took", () => {
  it("takes no other job while that one waits; its issue is given back [F54, N36]", async () => {
    fleet.advance(60);

    expect(await fleet.tick()).toEqual([]);
    expect(fleet.journal.state.issues.get(1)).toMatchObject({ attempts: 0, claim: undefined });
    expect(fleet.journal.state.issues.get(1)?.result).toMatchObject({ outcome: "returned" });
  });

  it("is named in the summary, and so is what to do [F54, N27]", async () => {
    const tick = await fleet.collect();

    expect(formatPlanSummary(tick)).toContain("No runner took the last job of mac-1/1.");
    expect(tick.plan.rows[0]?.reason).toMatchObject({ type: "no-free-slot", offline: 1 });
  });

  it("is used again once the late job started, which is refused [F54]", async () => {
    fleet.reportJob(claim, "session", { status: "completed", conclusion: "success" });
    const late = await fleet.finalize(claim, {});

    expect(late.outcome).toBe("returned");
    expect(fleet.world.applied).toContainEqual({ type: "start-tick" });
    expect(await fleet.tick()).toHaveLength(1);
    expect(fleet.journal.state.fleet.offline).toEqual([]);
  });

  it.each([
    ["is cancelled", () => fleet.reportJob(claim, "session", { status: "completed" })],
    ["went with its whole run", () => fleet.reportRun(claim.runId, "completed")],
    ["was deleted", () => fleet.world.runs.splice(0)],
  ])("is used again when the job that waits there %s [F54]", async (_, happen) => {
    happen();

    expect(await fleet.tick()).toHaveLength(1);
  });

  it("is used again when a person resumes [F54]", async () => {
    await fleet.obey({ type: "resume" });

    expect(await fleet.tick()).toHaveLength(1);
  });
});
