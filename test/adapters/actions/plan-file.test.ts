import { appendFile, stat } from "node:fs/promises";

import { describe, expect, it } from "vitest";

import { readPlanFile, writePlanFile } from "../../../src/adapters/actions/plan-file.ts";
import { ConfigurationError } from "../../../src/core/failure.ts";
import { planTick } from "../../../src/core/plan/plan.ts";
import type { TickPlan } from "../../../src/core/plan/tick-plan.ts";
import { aPlanInput, anIssue } from "../../arbitraries/plan.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

/** One environment variable on Linux, and so one input of an action, holds less than this. */
const LONGEST_INPUT_BYTES = 131_072;

function aTick(count: number): TickPlan {
  const issues = Array.from({ length: count }, (_, index) => anIssue({ number: index + 1 }));
  const input = aPlanInput({ issues });
  return {
    v: 1,
    repository: input.observation.repository,
    configuration: input.configuration,
    plan: planTick(input),
    deaths: [],
    endings: [],
    stops: [],
    reruns: [],
    spentRefs: [],
    journalSeq: 0,
    rewind: undefined,
    pause: undefined,
    repairs: [],
    apiRemaining: undefined,
    busySlots: [],
    servedAgain: [],
    kept: [],
    offlineSlots: [],
    judgedClaims: [],
  };
}

describe("the plan's file", () => {
  it("carries 5,000 issues from collect to dispatch, far more than an input could [F98]", async () => {
    const tick = aTick(5_000);

    const { path, digest } = await writePlanFile(tick, await temporaryDirectory());
    const read = await readPlanFile(path, digest);

    expect((await stat(path)).size).toBeGreaterThan(LONGEST_INPUT_BYTES);
    expect(read.plan.rows).toHaveLength(5_000);
    expect(read.plan.ready).toEqual(tick.plan.ready);
  });

  it("is refused when it is not the file whose digest was handed on [F98]", async () => {
    const { path, digest } = await writePlanFile(aTick(1), await temporaryDirectory());
    await appendFile(path, " ");

    const reading = readPlanFile(path, digest);

    await expect(reading).rejects.toThrow(ConfigurationError);
    await expect(reading).rejects.toThrow("does not match the input 'plan-digest'");
  });

  it("says what to hand on when there is no such file", async () => {
    await expect(readPlanFile("/nowhere/plan.json", "x")).rejects.toThrow(
      "Hand on the output 'plan' of the collect step of the same job",
    );
  });
});
