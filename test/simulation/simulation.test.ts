import { describe, expect, it } from "vitest";

import { catchMutant, runSeeds } from "./campaign.ts";
import { runHistory } from "./history.ts";
import { MUTANTS } from "./mutants/mutants.ts";

/** Seeds of `npm test`; `npm run simulate -- --seeds 20000` runs the rest. */
const SEEDS = 300;

const FAULTS = [
  "answer-lost",
  "finalize-starts-late",
  "plan-replaced",
  "process-died",
  "reading-failed",
  "runner-died",
  "session-never-starts",
  "session-starts-late",
  "trigger-doubled",
  "trigger-late",
  "trigger-lost",
  "write-refused",
];

describe("the simulation", () => {
  it("breaks no invariant, loses no issue, and meets every fault in its fixed set of histories [F01, F03, F06, F09, F47]", async () => {
    const { violations, stories, histories, faults } = await runSeeds(1, SEEDS);

    expect(stories.join("\n\n")).toBe("");
    expect({ violations, histories }).toEqual({ violations: 0, histories: SEEDS });
    expect(Object.keys(faults)).toEqual(expect.arrayContaining(FAULTS));
  });

  it("makes the same history of the same seed, to the letter", async () => {
    const once = await runHistory({ seed: 11 });
    const again = await runHistory({ seed: 11 });

    expect(again).toEqual(once);
    expect(once.story.length).toBeGreaterThan(50);
  });
});

describe("a planted mistake", () => {
  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    "is caught: %s",
    async (_, mutant) => {
      const { caughtBy } = await catchMutant(mutant);

      expect(caughtBy?.violation).toBeDefined();
    },
  );
});
