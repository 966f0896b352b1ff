import { describe, expect, it } from "vitest";

import type { Claim } from "../../src/core/journal/records.ts";
import { TRIGGER, WRITER } from "../world/an-issue.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import { moveBase } from "../world/pure-people.ts";
import { issuesOf } from "./claims.ts";

const EIGHT = Array.from({ length: 8 }, () => ({}));

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
      startedBy: WRITER.login,
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
