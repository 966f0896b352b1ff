import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";

import { PROJECT_ROOT } from "../../scripts/project-root.ts";

const run = promisify(execFile);
const BENCH = join(PROJECT_ROOT, "build/bench/bench.js");

const bench = (...args: readonly string[]): ReturnType<typeof run> =>
  run(process.execPath, [BENCH, ...args]);

describe("npm run bench", () => {
  it("orders small graphs with every contestant and plans a small backlog", async () => {
    const { stdout } = await bench("planner", "--quick", "--json");

    const { plans, orders } = JSON.parse(String(stdout));

    expect(plans).toMatchObject([{ outcome: { type: "done" } }]);
    expect(orders).toHaveLength(12);
    for (const { outcome } of orders) {
      expect(outcome).toMatchObject({ type: "done" });
    }
  });

  it("drains small backlogs under every policy, and no P0 waits under ours [N09]", async () => {
    const { stdout } = await bench("schedule", "--quick", "--json");

    const { cells } = JSON.parse(String(stdout));

    expect(cells).toHaveLength(42);
    for (const cell of cells) {
      expect(cell.overBound).toBeGreaterThanOrEqual(1);
      expect(cell.policy.startsWith("water-spider") ? cell.overtaken : 0).toBe(0);
    }
  });

  it("shows tables to people, and what is going on elsewhere", async () => {
    const { stdout, stderr } = await bench("schedule", "--quick");

    expect(stdout).toContain("ideal list schedule");
    expect(stderr).toContain("schedule: flat, 30 issues");
  });

  it("lists the benches, and names the nearest to one that there is not", async () => {
    const { stdout } = await bench();

    expect(stdout).toContain("planner");
    await expect(bench("planer")).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining("did you mean planner?"),
    });
  });
});
