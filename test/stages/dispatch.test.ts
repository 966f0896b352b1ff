import { describe, expect, it } from "vitest";

import type { Claim } from "../../src/core/journal/records.ts";
import { READER, TRIGGER, WRITER } from "../world/an-issue.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import { close, editBody, moveBase, removeLabel, rename, setLabel } from "../world/pure-people.ts";

const EIGHT = Array.from({ length: 8 }, () => ({}));

function issuesOf(claims: readonly Claim[]): readonly number[] {
  return claims.map(({ issue }) => issue);
}

function slotsOf(claims: readonly Claim[]): readonly string[] {
  return claims.map(({ slot }) => slot);
}

describe("dispatch: claims", () => {
  it("claims only the slots that live sessions leave free, machine by machine [W26, F47]", async () => {
    const fleet = new PureFleet({ issues: [{}, {}] });
    const first = await fleet.tick();
    for (let number = 3; number <= 9; number += 1) {
      fleet.world.issues.set(number, { ...fleet.world.issue(1), number });
    }

    const second = await fleet.tick();

    expect(slotsOf(first)).toEqual(["mac-1/1", "mac-1/2"]);
    expect(slotsOf(second)).toEqual(["mac-1/3", "mac-2/1", "mac-2/2"]);
    expect(issuesOf(second)).toEqual([3, 4, 5]);
  });

  it("starts an issue once, however many ticks see it [F05]", async () => {
    const fleet = new PureFleet({ issues: [{}, {}, {}] });

    for (let tick = 0; tick < 10; tick += 1) {
      await fleet.tick();
    }

    const claims = fleet.journal.facts("dispatched").flatMap((fact) => fact.claims);
    expect(issuesOf(claims)).toEqual([1, 2, 3]);
  });

  it("puts into a claim what the leg is checked against [N36]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    const tick = await fleet.collect();
    moveBase(fleet.world);

    const [claim] = await fleet.dispatch(tick);

    expect(claim).toEqual({
      issue: 1,
      attempt: 1,
      delivery: 1,
      runId: fleet.lastRun,
      runAttempt: 1,
      slot: "mac-1/1",
      machine: "mac-1",
      textHash: fleet.world.issue(1).textHash,
      baseSha: fleet.world.repository.headSha,
      configurationSha: fleet.world.repository.headSha,
      at: fleet.clock.now(),
      nonce: "claim-1",
    });
  });

  it("counts the attempt with the claim, before any session starts [F14]", async () => {
    const fleet = new PureFleet({ issues: [{}] });

    await fleet.tick();

    expect(fleet.journal.state.issues.get(1)?.attempts).toBe(1);
  });

  it("claims nothing while the fleet is paused [W28]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    const pause = { reason: "command", detail: "x", until: undefined, baseSha: undefined } as const;
    fleet.journal.force({ type: "paused", by: WRITER.login, pause });

    expect(await fleet.tick()).toEqual([]);
  });

  it("plans and claims nothing without a model credential, and says so [F99]", async () => {
    const fleet = new PureFleet({ issues: [{}, {}] });

    const claims = await fleet.tick({ credential: "missing" });

    expect(claims).toEqual([]);
    expect(fleet.journal.facts("dispatched")).toEqual([]);
    expect(fleet.log.lines).toContainEqual(expect.stringMatching(/^notice: .*credential/));
  });
});

describe("dispatch: two ticks at once", () => {
  it("starts no issue twice and uses no slot twice when both plan on the same snapshot [F03]", async () => {
    const fleet = new PureFleet({ issues: EIGHT });
    const one = await fleet.collect();
    const other = await fleet.collect();
    let inner: readonly Claim[] = [];
    fleet.journal.interloper = {
      before: "dispatched",
      act: async () => {
        inner = await fleet.dispatch(other);
      },
    };

    const outer = await fleet.dispatch(one);

    expect(issuesOf(inner)).toEqual([1, 2, 3, 4, 5]);
    expect(outer).toEqual([]);
    expect(fleet.claims()).toHaveLength(5);
  });

  it("exceeds neither the cap nor a slot when their snapshots differ [F101]", async () => {
    const fleet = new PureFleet({ issues: [{}, {}, {}] });
    const early = await fleet.collect();
    for (let number = 4; number <= 9; number += 1) {
      fleet.world.issues.set(number, {
        ...fleet.world.issue(1),
        number,
        labels: [TRIGGER, "P0-Critical"],
      });
    }
    const late = await fleet.collect();
    let inner: readonly Claim[] = [];
    fleet.journal.interloper = {
      before: "dispatched",
      act: async () => {
        inner = await fleet.dispatch(late);
      },
    };

    const outer = await fleet.dispatch(early);

    const claims = fleet.claims();
    expect(issuesOf(inner)).toEqual([4, 5, 6, 7, 8]);
    expect(outer).toEqual([]);
    expect(new Set(slotsOf(claims)).size).toBe(claims.length);
    expect(claims).toHaveLength(5);
  });

  it("fills what a smaller tick left, and returns only its own claims [F101]", async () => {
    const fleet = new PureFleet({ issues: [{}, {}] });
    const small = await fleet.collect();
    for (let number = 3; number <= 8; number += 1) {
      fleet.world.issues.set(number, { ...fleet.world.issue(1), number });
    }
    const big = await fleet.collect();
    fleet.journal.interloper = {
      before: "dispatched",
      act: async () => void (await fleet.dispatch(small)),
    };

    const outer = await fleet.dispatch(big);

    expect(issuesOf(outer)).toEqual([3, 4, 5]);
    expect(new Set(slotsOf(fleet.claims())).size).toBe(5);
  });

  it("claims nothing that another tick ended or took the approval of meanwhile [F44]", async () => {
    const fleet = new PureFleet({ issues: [{}, {}] });
    await fleet.tick({ credential: "missing" });
    const tick = await fleet.collect();
    fleet.journal.interloper = {
      before: "dispatched",
      act: () => {
        fleet.journal.force({
          type: "withdrawn",
          withdrawals: [{ issue: 1, cause: "text-edited" }],
        });
      },
    };

    expect(issuesOf(await fleet.dispatch(tick))).toEqual([2]);
  });
});

describe("dispatch: what people see", () => {
  it("hands out the matrix before it announces anything [F105]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    let appliedBefore = -1;

    await fleet.tick({
      emit: () => {
        appliedBefore = fleet.world.applied.length;
      },
    });

    expect(appliedBefore).toBe(0);
    expect(fleet.world.stateLabels(1)).toEqual(["state:dispatched"]);
    expect(fleet.world.comments.get(1)).toHaveLength(1);
  });

  it("hands out the matrix although every label and comment is refused [F105]", async () => {
    const fleet = new PureFleet({ issues: [{}, {}] });
    fleet.world.fails = () => true;
    const emitted: number[] = [];

    await fleet.tick({ emit: (claims) => void emitted.push(...issuesOf(claims)) });

    expect(emitted).toEqual([1, 2]);
    expect(fleet.world.comments.size).toBe(0);
  });

  it("hands out the matrix although GitHub cannot be written to at all [F105]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    fleet.world.apply = () => Promise.reject(new Error("GitHub is away"));
    const emitted: number[] = [];

    await fleet.tick({ emit: (claims) => void emitted.push(...issuesOf(claims)) });

    expect(emitted).toEqual([1]);
    expect(fleet.log.lines.join("\n")).toContain("GitHub is away");
  });

  it("hands out an empty matrix when there is nothing to start [F50]", async () => {
    const fleet = new PureFleet();
    const emitted: number[] = [];

    await fleet.tick({ emit: (claims) => void emitted.push(claims.length) });

    expect(emitted).toEqual([0]);
  });

  it("makes up in the next tick for labels that could not be written", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    fleet.world.fails = () => true;
    await fleet.tick();
    fleet.world.fails = () => false;

    await fleet.tick();

    expect(fleet.world.stateLabels(1)).toEqual(["state:dispatched"]);
    expect(fleet.world.comments.get(1)).toHaveLength(1);
  });

  it("writes one state label for an issue in a tick, and none when nothing changed [F16]", async () => {
    const fleet = new PureFleet({ issues: [{}, { body: "Depends on #1" }] });

    await fleet.tick();
    const labels = fleet.world.applied.filter(({ type }) => type === "set-state-label");
    fleet.world.applied.length = 0;
    await fleet.tick();

    expect(labels).toHaveLength(2);
    expect(fleet.world.applied).toEqual([]);
  });

  it("shows an issue as dispatched that the plan had only seen as ready", async () => {
    const fleet = new PureFleet({ issues: [{}, {}], configuration: { "max-parallel": 1 } });
    await fleet.tick({ credential: "missing" });
    const tick = await fleet.collect();
    fleet.journal.force({ type: "withdrawn", withdrawals: [{ issue: 1, cause: "text-edited" }] });

    const claims = await fleet.dispatch(tick);

    expect(tick.plan.starts).toEqual([expect.objectContaining({ issue: 1 })]);
    expect(issuesOf(claims)).toEqual([2]);
    expect(fleet.world.stateLabels(2)).toEqual(["state:dispatched"]);
  });

  it("writes nothing at all in a dry run, and says what it would [O11]", async () => {
    const fleet = new PureFleet({ issues: [{}, { body: "Depends on #1" }] });

    const claims = await fleet.tick({ dryRun: true });

    expect(claims).toEqual([]);
    expect(fleet.journal.events).toEqual([]);
    expect(fleet.world.applied).toEqual([]);
    expect(fleet.log.lines).toContainEqual(expect.stringContaining("not journalled: approved"));
  });
});

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

describe("dispatch: whose word counts", () => {
  it.each([
    ["edited the body", (fleet: PureFleet) => editBody(fleet.world, 1, "Something else.", READER)],
    ["renamed it", (fleet: PureFleet) => rename(fleet.world, 1, "Something else", READER)],
  ])("voids an approval when a reader %s after it [F28]", async (_, edit) => {
    const fleet = new PureFleet({ issues: [{}] });
    await fleet.tick({ credential: "missing" });
    fleet.advance(1);
    edit(fleet);

    const claims = await fleet.tick();
    await fleet.tick();

    expect(claims).toEqual([]);
    expect(fleet.journal.state.issues.get(1)?.approval).toBeUndefined();
    expect(fleet.world.stateLabels(1)).toEqual(["state:pending"]);
    expect(fleet.world.comments.get(1)).toHaveLength(1);
  });

  it("does not accept a label that a reader's edit followed in the same second [F104]", async () => {
    const fleet = new PureFleet({ issues: [{ labels: [], trigger: undefined }] });
    setLabel(fleet.world, 1, TRIGGER, WRITER);
    editBody(fleet.world, 1, "Something else.", READER);

    expect(await fleet.tick()).toEqual([]);
    fleet.advance(1);
    removeLabel(fleet.world, 1, TRIGGER);
    setLabel(fleet.world, 1, TRIGGER, WRITER);
    expect(await fleet.tick()).toEqual([expect.objectContaining({ issue: 1 })]);
  });

  it("freezes a writer's edit anew and goes on [F108]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    await fleet.tick({ credential: "missing" });
    fleet.advance(1);
    editBody(fleet.world, 1, "The same, spelled right.", WRITER);

    const [claim] = await fleet.tick();

    expect(claim?.textHash).toBe(fleet.world.issue(1).textHash);
  });

  it("does not start what a reader labelled [F27]", async () => {
    const fleet = new PureFleet({ issues: [{ labels: [], trigger: undefined }] });
    setLabel(fleet.world, 1, TRIGGER, READER);

    expect(await fleet.tick()).toEqual([]);
    expect(fleet.journal.events).toEqual([]);
  });

  it("withdraws the approval when the label is taken off, and clears its state [C12]", async () => {
    const fleet = new PureFleet({ issues: [{}, { body: "Depends on #1" }] });
    await fleet.tick({ credential: "missing" });
    removeLabel(fleet.world, 2, TRIGGER);

    await fleet.tick();

    expect(fleet.journal.state.issues.get(2)?.approval).toBeUndefined();
    expect(fleet.world.stateLabels(2)).toEqual([]);
  });

  it("journals nothing for an issue that was closed before it was claimed", async () => {
    const fleet = new PureFleet({ issues: [{}, {}] });
    await fleet.tick({ credential: "missing" });
    close(fleet.world, 1);

    const claims = await fleet.tick();

    expect(issuesOf(claims)).toEqual([2]);
    expect(fleet.journal.state.issues.get(1)?.ended).toBe("cancelled");
  });
});

function must(claim: Claim | undefined): Claim {
  if (claim === undefined) {
    throw new Error("Nothing was claimed.");
  }
  return claim;
}
