import { describe, expect, it } from "vitest";

import { DyingProcess, type CrashPoint } from "../world/crashes.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import { PureLoop } from "../world/pure-loop.ts";

type Job = "dispatch" | "finalize";

interface Ended {
  readonly fleet: PureFleet;
  readonly loop: PureLoop;
  /** Writes of the first process of that job. */
  readonly writes: number;
}

/** Lets the first process of a job die at a write, and everything after it live. */
async function runWithCrash(
  job: Job,
  point: CrashPoint | undefined,
  { legsSurviveDispatch = false } = {},
): Promise<Ended> {
  const fleet = new PureFleet({
    issues: [{ milestone: 1 }, { body: "Depends on #1" }],
    milestones: [{ number: 1, title: "1.0" }],
  });
  let first: DyingProcess | undefined;
  const loop = new PureLoop(fleet, {
    legsSurviveDispatch,
    process: (kind, world, journal) => {
      const isFirst = kind === job && first === undefined;
      const process = new DyingProcess(world, journal, isFirst ? point : undefined);
      first = isFirst ? process : first;
      return process;
    },
  });
  await loop.settle();
  return { fleet, loop, writes: first?.writes ?? 0 };
}

/** What a person finds at the end, whatever happened on the way. */
function expectDone({ fleet, loop }: Ended): void {
  for (const issue of [1, 2]) {
    expect(fleet.world.issue(issue).state).toBe("closed");
    expect(fleet.world.stateLabels(issue)).toEqual(["state:completed"]);
    expect(fleet.world.comments.get(issue)).toEqual([expect.stringContaining("**Completed**: #")]);
    expect(fleet.world.pullRequestsOf(issue)).toEqual([
      expect.objectContaining({ state: "merged", isDraft: false, labels: ["ready-to-merge"] }),
    ]);
  }
  expect(fleet.world.pullRequestsOf(1)[0]?.milestone).toBe(1);
  expect(fleet.world.milestones.get(1)?.description).toContain("100.0 %");
  expect(fleet.claims()).toEqual([]);
  expect(fleet.journal.facts("ended").flatMap(({ deliveries }) => deliveries)).toHaveLength(2);
  expect(loop.maxSessions).toBeLessThanOrEqual(5);
}

/** Every place at which a job of so many writes can die. */
function crashPoints(writes: number): readonly CrashPoint[] {
  return Array.from({ length: writes }, (_, index) => index + 1).flatMap((write) => [
    { write, when: "before" as const },
    { write, when: "after" as const },
  ]);
}

describe("a crash at any write", () => {
  it.each(["dispatch", "finalize"] as const)(
    "of %s is healed by the ticks that follow: one pull request, one comment, the right labels [F10, F11]",
    async (job) => {
      const { writes } = await runWithCrash(job, undefined);
      expect(writes).toBeGreaterThanOrEqual(5);

      for (const point of crashPoints(writes)) {
        const ended = await runWithCrash(job, point);
        expectDone(ended);
      }
    },
  );

  it("of dispatch after the matrix went out does not disturb the sessions that it started [F105]", async () => {
    const { writes } = await runWithCrash("dispatch", undefined);

    for (const point of crashPoints(writes).filter(({ write }) => write > 2)) {
      const ended = await runWithCrash("dispatch", point, { legsSurviveDispatch: true });
      expectDone(ended);
      expect(ended.loop.started).toEqual([1, 2]);
    }
  });

  it("of all finalizes of a run before their first write costs no second session: each is started again, one after the other [F10]", async () => {
    const fleet = new PureFleet({ issues: [{}, {}, {}] });
    let finalizes = 0;
    const loop = new PureLoop(fleet, {
      process: (kind, world, journal) => {
        finalizes += kind === "finalize" ? 1 : 0;
        const dies = kind === "finalize" && finalizes <= 3;
        return new DyingProcess(world, journal, dies ? { write: 1, when: "before" } : undefined);
      },
    });

    await loop.settle();

    const again = fleet.journal.facts("finalize-again");
    expect(again.map(({ issue, runAttempt }) => [issue, runAttempt])).toEqual([
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
    expect(fleet.journal.facts("result").map(({ result }) => result.outcome)).toEqual(
      Array.from({ length: 3 }, () => "delivered"),
    );
    expect(loop.started).toEqual([1, 2, 3]);
  });

  it("of finalize after its first write costs no second session [F11]", async () => {
    const { writes } = await runWithCrash("finalize", undefined);

    for (const point of crashPoints(writes).slice(1)) {
      const { loop } = await runWithCrash("finalize", point);
      expect(loop.started).toEqual([1, 2]);
    }
  });
});
