import { describe, expect, it } from "vitest";

import { READER, TRIGGER, WRITER } from "../world/an-issue.ts";
import { PureAgent } from "../world/pure-agent.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import { merge, rejectPullRequest, removeLabel, rename, setLabel } from "../world/pure-people.ts";
import { PureWorkspace } from "../world/pure-workspace.ts";

/** A fleet whose one issue is delivered and waits for its merge. */
async function aDelivery(): Promise<PureFleet> {
  const fleet = new PureFleet({ issues: [{}] });
  const [claim] = await fleet.tick();
  if (claim === undefined) {
    throw new Error("Nothing was claimed.");
  }
  const workspace = new PureWorkspace({ claim: claim.nonce });
  await fleet.session(claim, { workspace, agent: new PureAgent() });
  await fleet.finalize(claim, { result: workspace.handedOff });
  fleet.advance(1);
  return fleet;
}

describe("delivered work", () => {
  it("stands although a reader set the label again, until its pull request is closed", async () => {
    const fleet = await aDelivery();
    removeLabel(fleet.world, 1, TRIGGER);
    setLabel(fleet.world, 1, TRIGGER, READER);

    const waiting = await fleet.collect();
    rejectPullRequest(fleet.world, 1);
    const rejected = await fleet.collect();

    expect(waiting.plan.rows).toMatchObject([{ issue: 1, state: "completing" }]);
    expect(waiting.plan.withdrawals).toEqual([]);
    expect(rejected.plan.rows).toMatchObject([{ issue: 1, state: "pending" }]);
    expect(rejected.plan.withdrawals).toMatchObject([{ issue: 1, cause: "label-not-by-writer" }]);
  });

  it("is not begun anew by an edit before its merge, whoever read that late [F11, C17]", async () => {
    const fleet = await aDelivery();
    const readAt = fleet.clock.now();
    fleet.advance(1);
    rename(fleet.world, 1, "A better title", WRITER);
    const late = await fleet.collect();
    fleet.advance(1);
    merge(fleet.world, 1);

    // This tick began to read before the edit, and saw the merge.
    const observe = fleet.world.observe.bind(fleet.world);
    fleet.world.observe = async (query) => ({ ...(await observe(query)), at: readAt });
    await fleet.tick();
    await fleet.dispatch(late);

    expect(late.plan.approvals).toMatchObject([{ issue: 1 }]);
    expect(fleet.journal.facts("approved")).toHaveLength(1);
    expect(fleet.journal.state.issues.get(1)?.ended).toBe("completed");
  });

  it("ends when its issue is transferred or deleted, once", async () => {
    const fleet = await aDelivery();
    fleet.world.issues.delete(1);

    await fleet.tick();
    await fleet.tick();

    expect(fleet.journal.facts("ended").flatMap(({ deliveries }) => deliveries)).toMatchObject([
      { issue: 1, ended: "cancelled" },
    ]);
  });
});
