import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { READER } from "../world/an-issue.ts";
import { anAgentRun, aRefusedRun, PureAgent } from "../world/pure-agent.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import { PureLoop, type Work } from "../world/pure-loop.ts";
import { blockBy } from "../world/pure-people.ts";

const RED: Work = { workspace: { commands: { "npm test": { exitCode: 1 } } } };

function redAtEight({ issue }: { readonly issue: number }): Work {
  return issue === 8 ? RED : {};
}

function overloaded(): Work {
  return { agent: new PureAgent(aRefusedRun(529, "overloaded")) };
}

function refused(): Work {
  return { agent: new PureAgent(aRefusedRun(401, "authentication_failed")) };
}

/** How each issue stands for a person: its state label, or `none`. */
function standings(fleet: PureFleet): Readonly<Record<number, string>> {
  return Object.fromEntries(
    [...fleet.world.issues.keys()].map((number) => [
      number,
      fleet.world.stateLabels(number).join(" ").replaceAll("state:", "") || "none",
    ]),
  );
}

/** A chain 1 <- 2 <- 3, a diamond 4 <- 5, 6 <- 7, and one that stays red with one behind it. */
function aBacklog(): PureFleet {
  const fleet = new PureFleet({
    issues: [
      {},
      { body: "Depends on #1" },
      { body: "Blocked by #2" },
      { milestone: 1 },
      { labels: ["trigger:agent-execute", "blocked-by:#4"] },
      {},
      { body: "Depends on #5\nDepends on #6" },
      {},
      { body: "Depends on #8" },
      { labels: [], trigger: undefined },
      { trigger: { by: READER, at: "2026-11-19T10:00:00Z" } },
    ],
    milestones: [{ number: 1, title: "1.0" }],
  });
  blockBy(fleet.world, 6, 4);
  return fleet;
}

const EXPECTED = {
  1: "completed",
  2: "completed",
  3: "completed",
  4: "completed",
  5: "completed",
  6: "completed",
  7: "completed",
  8: "failed",
  9: "blocked",
  10: "none",
  11: "pending",
};

describe("the whole loop on the pure world", () => {
  it("brings a chain, a diamond and a hopeless issue each to their end", async () => {
    const fleet = aBacklog();
    const loop = new PureLoop(fleet, { work: redAtEight });

    await loop.settle();

    expect(standings(fleet)).toEqual(EXPECTED);
    expect(fleet.world.pullRequests.size).toBe(7);
    expect(fleet.claims()).toEqual([]);
    expect(fleet.world.milestones.get(1)?.description).toContain("100.0 %");
  });

  it("comes to the same end in whatever order legs and ticks happen, with five sessions at most [F03, F47]", async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat({ max: 1_000 })), async (chances) => {
        const fleet = aBacklog();
        const choose = (count: number): number => Number(chances.next().value ?? 0) % count;
        const loop = new PureLoop(fleet, { choose, work: redAtEight });

        await loop.settle();

        expect(standings(fleet)).toEqual(EXPECTED);
        expect(loop.started.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
        expectBlockersFirst(loop.started);
        expect(loop.maxSessions).toBeLessThanOrEqual(5);
      }),
      { numRuns: 40 },
    );
  });

  it("keeps five slots busy and never more with thirty issues [F47, F48]", async () => {
    const fleet = new PureFleet({
      issues: Array.from({ length: 30 }, () => ({})),
      configuration: { checks: { test: "npm test" }, "max-open-prs": 100 },
    });
    const loop = new PureLoop(fleet);

    await loop.settle();

    expect(loop.maxSessions).toBe(5);
    expect(new Set(loop.started).size).toBe(30);
    expect(loop.started).toHaveLength(30);
  });

  it("tries what may pass again, and delivers it in the end [W24]", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    const loop = new PureLoop(fleet, { work: ({ attempt }) => (attempt < 3 ? overloaded() : {}) });

    await loop.settle();

    expect(standings(fleet)).toEqual({ 1: "completed" });
    expect(fleet.journal.state.history).toEqual([
      expect.objectContaining({ issue: 1, attempts: 3, ended: "completed" }),
    ]);
  });

  it("stops trying when the attempts are used up, and asks a person once [F13]", async () => {
    const fleet = new PureFleet({ issues: [{}, { body: "Depends on #1" }] });
    const loop = new PureLoop(fleet, { work: overloaded });

    await loop.settle();

    expect(loop.started).toEqual([1, 1, 1, 1]);
    expect(standings(fleet)).toEqual({ 1: "failed", 2: "blocked" });
    const asked = fleet.world.comments
      .get(1)
      ?.filter((text) => text.includes("A person is needed"));
    expect(asked).toHaveLength(2);
    expect(asked?.filter((text) => text.includes("water-spider:once"))).toHaveLength(1);
  });

  it("starts nothing more after the model refused the credential [F55]", async () => {
    const fleet = new PureFleet({ issues: Array.from({ length: 9 }, () => ({})) });
    const loop = new PureLoop(fleet, { work: refused });

    await loop.settle();

    expect(loop.started.length).toBeLessThanOrEqual(5);
    expect(fleet.journal.state.issues.get(1)?.attempts).toBe(0);
    expect(fleet.journal.state.fleet.pause?.reason).toBe("configuration");
  });

  it("leaves a question with the person who can answer it", async () => {
    const fleet = new PureFleet({ issues: [{}] });
    const agent = new PureAgent(anAgentRun({ status: "needs-human", summary: "Which colour?" }));
    const loop = new PureLoop(fleet, { work: () => ({ agent, workspace: { changed: [] } }) });

    await loop.settle();

    expect(loop.started).toEqual([1]);
    expect(fleet.world.comments.get(1)?.[0]).toContain("Which colour?");
  });
});

function expectBlockersFirst(started: readonly number[]): void {
  const edges = [
    [1, 2],
    [2, 3],
    [4, 5],
    [4, 6],
    [5, 7],
    [6, 7],
  ] as const;
  for (const [blocker, blocked] of edges) {
    expect(started.indexOf(blocker)).toBeLessThan(started.indexOf(blocked));
  }
}
