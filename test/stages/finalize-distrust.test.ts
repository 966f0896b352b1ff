import { beforeEach, describe, expect, it } from "vitest";

import type { Claim, Result } from "../../src/core/journal/records.ts";
import type { SessionResult } from "../../src/core/session/session-result.ts";
import { READER, sha } from "../world/an-issue.ts";
import type { PureFleet } from "../world/pure-fleet.ts";
import { close, editBody } from "../world/pure-people.ts";
import { BRANCH, claimDelivery, handedOver, resultIn } from "./claimed-delivery.ts";

let fleet: PureFleet;
let claim: Claim;

beforeEach(async () => {
  ({ fleet, claim } = await claimDelivery());
});

function session(fields: Partial<SessionResult> = {}): SessionResult {
  return handedOver(claim, fields);
}

function result(): Result | undefined {
  return resultIn(fleet);
}

describe("finalize: what is not believed", () => {
  it.each([
    ["another digest than the session job put out", { digest: "0".repeat(64) }, {}],
    ["the hand-off of another claim", {}, { claim: "claim-99" }],
    ["the hand-off of another run attempt", {}, { runAttempt: 2 }],
    ["work on another base", {}, { baseSha: "f".repeat(40) }],
    ["the hand-off of another issue", {}, { issue: 2 }],
  ])("delivers nothing with %s [F04, F96]", async (_, options, fields) => {
    await fleet.finalize(claim, { result: session(fields) }, options);

    expect(result()).toMatchObject({ outcome: "needs-human", cause: "handoff-refused" });
    expect(fleet.world.branches.has(BRANCH)).toBe(false);
  });

  it("delivers nothing from a result that cannot be read", async () => {
    await fleet.finalize(claim, { result: `{"v":1}` });

    expect(result()).toMatchObject({ outcome: "needs-human", cause: "handoff-refused" });
  });

  it.each([
    ["run", { runId: 1, runAttempt: 1 }],
    ["run attempt", { runId: 101, runAttempt: 2 }],
  ])("writes nothing for the claim of another %s [F14]", async (_, run) => {
    const before = fleet.journal.state;
    fleet.world.applied.length = 0;

    const report = await fleet.finalize(claim, { result: session() }, { run });

    expect(report.outcome).toBe("returned");
    expect(fleet.journal.state).toBe(before);
    expect(fleet.world.applied).toEqual([]);
  });

  it("writes nothing when the claim was taken back while it delivered", async () => {
    fleet.journal.interloper = {
      before: "result",
      act: () => {
        const lost = { ...returned(), detail: "The run was deleted." };
        fleet.journal.force({ type: "result", issue: 1, claim: claim.nonce, result: lost });
      },
    };
    fleet.world.applied.length = 0;

    const report = await fleet.finalize(claim, { result: session() });

    expect(report.outcome).toBe("returned");
    expect(result()?.detail).toBe("The run was deleted.");
    expect(fleet.world.branches.has(BRANCH)).toBe(false);
    expect(fleet.world.applied).toEqual([]);
  });

  it("does not push over a branch that somebody else has pushed to", async () => {
    fleet.world.branches.set(BRANCH, sha("a person's work"));

    await fleet.finalize(claim, { result: session() });

    expect(result()).toMatchObject({ outcome: "needs-human", cause: "work-refused" });
    expect(fleet.world.branches.get(BRANCH)).toBe(sha("a person's work"));
  });

  it("does not push over a branch that somebody pushes to at the same moment", async () => {
    fleet.journal.interloper = {
      before: "result",
      act: () => void fleet.world.branches.set(BRANCH, sha("a person's work")),
    };

    await fleet.finalize(claim, { result: session() });

    expect(result()).toMatchObject({ outcome: "needs-human", cause: "branch-moved" });
    expect(fleet.world.branches.get(BRANCH)).toBe(sha("a person's work"));
    expect(fleet.world.pullRequests.size).toBe(0);
  });

  it("delivers nothing whose approval was withdrawn while it ran [F28]", async () => {
    fleet.advance(1);
    editBody(fleet.world, 1, "Something else.", READER);
    await fleet.tick();

    await fleet.finalize(claim, { result: session() });

    expect(result()?.outcome).not.toBe("delivered");
    expect(fleet.world.pullRequests.size).toBe(0);
    expect(fleet.world.branches.has(BRANCH)).toBe(false);
  });

  it("delivers nothing whose text a reader edited while it ran, before any tick saw it [F28]", async () => {
    fleet.advance(1);
    editBody(fleet.world, 1, "Something else.", READER);

    await fleet.finalize(claim, { result: session() });

    expect(fleet.world.branches.has(BRANCH)).toBe(false);
    expect(result()?.outcome).toBe("needs-human");
  });

  it("delivers nothing for an issue that was closed meanwhile [F19]", async () => {
    close(fleet.world, 1);

    await fleet.finalize(claim, { result: session() });

    expect(fleet.world.pullRequests.size).toBe(0);
    expect(fleet.world.branches.has(BRANCH)).toBe(false);
  });

  it("writes nothing in a dry run, and says what it would [O11]", async () => {
    const before = fleet.journal.state;
    fleet.world.applied.length = 0;

    const report = await fleet.finalize(claim, { result: session() }, { dryRun: true });

    expect(report.outcome).toBe("delivered");
    expect(fleet.journal.state).toBe(before);
    expect(fleet.world.applied).toEqual([]);
    expect(fleet.log.lines.join("\n")).toContain("Dry run, not done: open a pull request for #1");
  });
});

function returned(): Result {
  return {
    outcome: "returned",
    cause: undefined,
    detail: "",
    score: undefined,
    headSha: undefined,
    pullRequest: undefined,
    keptSha: undefined,
    at: fleet.clock.now(),
    notBefore: undefined,
    startedAt: undefined,
  };
}
