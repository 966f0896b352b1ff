import { beforeEach, describe, expect, it } from "vitest";

import type { Command } from "../../src/core/fleet/commands.ts";
import type { Claim } from "../../src/core/journal/records.ts";
import { aSession } from "../arbitraries/session.ts";
import { READER, TRIGGER, WRITER } from "../world/an-issue.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import { editBody, removeLabel, setLabel } from "../world/pure-people.ts";

let fleet: PureFleet;

beforeEach(() => {
  fleet = new PureFleet({ issues: [{}] });
});

async function say(command: Command, by = WRITER.login, at = fleet.clock.now()): Promise<void> {
  await fleet.obey(command, { by, at });
}

async function claimed(): Promise<Claim> {
  const [claim] = await fleet.tick();
  if (claim === undefined) {
    throw new Error("Nothing was claimed.");
  }
  return claim;
}

/** One issue whose work is on its branch, as a pull request that is ready or a draft. */
async function delivered(checks: "green" | "none" = "green"): Promise<void> {
  if (checks === "none") {
    fleet = new PureFleet({ issues: [{}], configuration: {} });
  }
  const { issue, attempt, nonce, runId, runAttempt, baseSha, ...claim } = await claimed();
  const session = aSession({ issue, attempt, claim: nonce, runId, runAttempt, baseSha });
  const result = checks === "none" ? { ...session, checks: [] } : session;
  await fleet.finalize({ issue, attempt, nonce, runId, runAttempt, baseSha, ...claim }, { result });
  fleet.advance(1);
}

function pullRequest(): unknown {
  return [...fleet.world.pullRequests.values()][0];
}

function stateOf(issue: number): readonly string[] {
  return fleet.world.stateLabels(issue);
}

describe.each(["cancel", "reject"] as const)("/%s", (type) => {
  it("ends a delivery that waits, and it does not start again by itself [N37]", async () => {
    await say({ type, issue: 1 });

    expect(await fleet.tick()).toEqual([]);
    expect(fleet.journal.state.issues.get(1)).toMatchObject({
      ended: "cancelled",
      endedBy: WRITER.login,
    });
    expect(fleet.journal.state.history).toMatchObject([{ ended: "cancelled", by: WRITER.login }]);
    expect(stateOf(1)).toEqual(["state:cancelled"]);
  });

  it("closes the open pull request with a comment, once", async () => {
    await delivered();

    await say({ type, issue: 1 });
    await fleet.tick();
    await fleet.tick();

    expect(pullRequest()).toMatchObject({ state: "closed" });
    expect(fleet.world.comments.get(2)).toEqual([
      expect.stringContaining("The work on #1 was stopped"),
    ]);
  });

  it("asks a session that runs to end, and leaves the claim to its finalize [N37]", async () => {
    const claim = await claimed();

    await say({ type, issue: 1 });

    expect(fleet.journal.state.issues.get(1)).toMatchObject({
      claim: { nonce: claim.nonce },
      stop: { reason: "cancelled", by: WRITER.login },
      ended: undefined,
    });
  });

  it("leaves the way open: the trigger label set again starts a new delivery", async () => {
    await say({ type, issue: 1 });
    await fleet.tick();
    fleet.advance(1);
    removeLabel(fleet.world, 1, TRIGGER);
    setLabel(fleet.world, 1, TRIGGER, WRITER);

    expect(await fleet.tick()).toMatchObject([{ issue: 1, delivery: 2, attempt: 1 }]);
  });

  it("changes nothing about work that is over", async () => {
    await say({ type, issue: 1 });
    const before = fleet.journal.events.length;

    await say({ type, issue: 1 });

    expect(fleet.journal.events).toHaveLength(before);
  });
});

describe("/approve", () => {
  it("stands for a text that a reader edited, as the label set again does [N02]", async () => {
    fleet.advance(1);
    editBody(fleet.world, 1, "Please do more.", READER);
    expect(await fleet.tick()).toEqual([]);
    fleet.advance(1);

    await say({ type: "approve", issue: 1 });

    expect(await fleet.tick()).toMatchObject([
      { issue: 1, textHash: fleet.world.issue(1).textHash },
    ]);
    expect(fleet.journal.state.issues.get(1)?.approval).toMatchObject({ by: WRITER.login });
  });

  it("counts for the text as it was then: a later edit by a reader voids it [F104, F28]", async () => {
    fleet.advance(1);
    editBody(fleet.world, 1, "Please do more.", READER);
    fleet.advance(1);
    await say({ type: "approve", issue: 1 });
    editBody(fleet.world, 1, "Please do something else.", READER);

    expect(await fleet.tick()).toEqual([]);
    expect(stateOf(1)).toEqual(["state:pending"]);
  });

  it("is nothing when somebody says it who may not write [N01, F30]", async () => {
    fleet.advance(1);
    editBody(fleet.world, 1, "Please do more.", READER);
    fleet.advance(1);

    await say({ type: "approve", issue: 1 }, READER.login);

    expect(await fleet.tick()).toEqual([]);
  });

  it("does not outlast the permission of whoever said it [N01]", async () => {
    fleet.advance(1);
    editBody(fleet.world, 1, "Please do more.", READER);
    fleet.advance(1);
    fleet.journal.force({
      type: "approve-requested",
      issue: 1,
      by: READER.login,
      at: fleet.clock.now(),
    });

    expect(await fleet.tick()).toEqual([]);
  });

  it("does not turn back time when it is journalled late", async () => {
    const earlier = fleet.clock.now();
    fleet.advance(5);
    await say({ type: "approve", issue: 1 });
    const before = fleet.journal.events.length;

    await say({ type: "approve", issue: 1 }, WRITER.login, earlier);

    expect(fleet.journal.events).toHaveLength(before);
  });
});

describe("/approve-anyway", () => {
  it("makes a draft ready for review, and records who said it and the score [E21]", async () => {
    await delivered("none");
    expect(pullRequest()).toMatchObject({ isDraft: true });

    await say({ type: "approve-anyway", issue: 1 });
    await fleet.tick();
    await fleet.tick();

    expect(pullRequest()).toMatchObject({ isDraft: false });
    expect(stateOf(1)).toEqual(["state:completing"]);
    expect(fleet.journal.facts("approved-anyway")).toMatchObject([{ issue: 1, by: WRITER.login }]);
    expect(fleet.world.comments.get(1)).toContainEqual(
      expect.stringContaining(`Approved by ${WRITER.login}`),
    );
  });

  it("leaves it to whoever makes it a draft again", async () => {
    await delivered("none");
    await say({ type: "approve-anyway", issue: 1 });
    await fleet.tick();
    await fleet.tick();
    for (const [number, known] of fleet.world.pullRequests) {
      fleet.world.pullRequests.set(number, { ...known, isDraft: true });
    }

    await fleet.tick();

    expect(pullRequest()).toMatchObject({ isDraft: true });
  });

  it("says nothing about work that has no pull request, or passed already", async () => {
    await say({ type: "approve-anyway", issue: 1 });
    await delivered();
    const before = fleet.journal.state;

    await say({ type: "approve-anyway", issue: 1 });

    expect(fleet.journal.state).toBe(before);
  });
});

describe("a stop that lands while finalize delivers", () => {
  it("is obeyed: what was judged before is judged again [N37, F107]", async () => {
    const claim = await claimed();
    const { issue, attempt, nonce, runId, runAttempt, baseSha } = claim;
    const result = aSession({ issue, attempt, claim: nonce, runId, runAttempt, baseSha });
    fleet.journal.interloper = {
      before: "result",
      act: () => say({ type: "cancel", issue: 1 }),
    };

    const report = await fleet.finalize(claim, { result });

    expect(report.outcome).toBe("cancelled");
    expect(fleet.world.pullRequests.size).toBe(0);
    expect(fleet.journal.state.issues.get(1)).toMatchObject({
      claim: undefined,
      result: { outcome: "cancelled", detail: `Cancelled by ${WRITER.login}.` },
    });
  });
});
