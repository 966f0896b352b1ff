import { afterAll, describe, expect, it } from "vitest";

import { sweep, type SweepReport } from "../kills/kill-sweep.ts";
import { SCENARIOS } from "../kills/scenarios.ts";

/** Worlds at the same time: more of them only wait for each other on two cores. */
const AT_ONCE = 2;

describe("a process killed with SIGKILL right before and right after each of its writes", () => {
  const total = { killPoints: 0, converged: 0, duplicates: 0, lost: 0 };

  afterAll(() => {
    console.log(`kill points of all actions: ${JSON.stringify(total)}`);
  });

  it.each(SCENARIOS)("loses nothing and does nothing twice: $name [F10]", async (scenario) => {
    const lines: string[] = [];

    const report: SweepReport = await sweep(scenario, AT_ONCE, (line) => lines.push(line));

    console.log([...lines, `${scenario.name}: ${JSON.stringify(report)}`].join("\n"));
    const { killPoints } = report;
    total.killPoints += killPoints;
    total.converged += report.converged;
    total.duplicates += report.duplicates;
    total.lost += report.lost;
    expect(killPoints).toBeGreaterThanOrEqual(scenario.fewestPoints);
    expect(report).toEqual({ killPoints, converged: killPoints, duplicates: 0, lost: 0 });
  });
});
