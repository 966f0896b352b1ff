import { describe, expect, it } from "vitest";

import { PureFleet } from "../world/pure-fleet.ts";
import { must } from "./claims.ts";

describe("dispatch: claims that died", () => {
  it("gives the slot and the issue back when the run ended before the session began [F06, F09]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    const [claim] = await fleet.tick();
    fleet.reportRun(claim?.runId ?? 0, "completed");

    const [again] = await fleet.tick();

    expect(again).toMatchObject({ issue: 1, attempt: 1, slot: "mac-1/1" });
    expect(fleet.journal.facts("result")).toEqual([
      expect.objectContaining({ result: expect.objectContaining({ outcome: "returned" }) }),
    ]);
  });

  it("counts the attempt of a session that had begun, and waits before the next [F06, F32]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    const [claim] = await fleet.tick();
    fleet.reportJob(must(claim), "session", { conclusion: "failure", status: "completed" });
    fleet.reportRun(must(claim).runId, "completed");

    const soon = await fleet.tick();
    fleet.advance(6);
    const later = await fleet.tick();

    expect(soon).toEqual([]);
    expect(fleet.world.stateLabels(1)).toEqual(["state:dispatched"]);
    expect(later).toEqual([expect.objectContaining({ issue: 1, attempt: 2 })]);
  });

  it("hands an issue to a person when its last attempt was lost [F13]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      const [claim] = await fleet.tick();
      fleet.reportJob(must(claim), "session", { conclusion: "failure", status: "completed" });
      fleet.reportRun(must(claim).runId, "completed");
      await fleet.tick();
      fleet.advance(60);
    }

    for (let tick = 0; tick < 100; tick += 1) {
      await fleet.tick();
    }

    expect(fleet.journal.facts("dispatched")).toHaveLength(4);
    expect(fleet.world.stateLabels(1)).toEqual(["state:failed"]);
  });

  it("takes a claim back that no runner took within fifteen minutes [F54]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    await fleet.tick();

    fleet.advance(14);
    expect(await fleet.tick()).toEqual([]);
    fleet.advance(2);
    expect(await fleet.tick()).toEqual([expect.objectContaining({ issue: 1, attempt: 1 })]);
  });

  it.each([
    ["is not listed yet", undefined],
    ["waits for its runner", { status: "queued", startedAt: undefined }],
    ["runs, for hours and in silence", { status: "in_progress" }],
  ] as const)("never touches a claim whose session %s [F07, F102]", async (_, job) => {
    const fleet = new PureFleet({ issues: [{}] });
    const [claim] = await fleet.tick();
    if (job !== undefined) {
      fleet.reportJob(must(claim), "session", job);
    }
    fleet.advance(job?.status === "in_progress" ? 600 : 14);

    await fleet.tick();

    expect(fleet.claims()).toEqual([claim]);
  });

  it("never touches a claim between its session and its finalize [F102]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    const [claim] = await fleet.tick();
    const ended = { status: "completed", completedAt: fleet.clock.now() } as const;
    fleet.reportJob(must(claim), "session", { ...ended, conclusion: "success" });
    fleet.advance(29);
    await fleet.tick();
    expect(fleet.claims()).toEqual([claim]);

    fleet.reportJob(must(claim), "finalize", { status: "in_progress" });
    fleet.advance(19);
    await fleet.tick();

    expect(fleet.claims()).toEqual([claim]);
  });

  it("journals a death once when two ticks see it [F10]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    const [claim] = await fleet.tick();
    fleet.reportRun(must(claim).runId, "completed");
    const tick = await fleet.collect();

    await fleet.dispatch(tick, { credential: "missing" });
    await fleet.dispatch(tick, { credential: "missing" });

    expect(fleet.journal.facts("result")).toHaveLength(1);
    expect(fleet.journal.state.issues.get(1)?.attempts).toBe(0);
  });
});
