import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";

import { PROJECT_ROOT } from "../../scripts/project-root.ts";

const run = promisify(execFile);

const bench = (...args: readonly string[]): ReturnType<typeof run> =>
  run(process.execPath, [join(PROJECT_ROOT, "build/bench/bench.js"), ...args]);

describe("npm run bench, with processes and a server of its own", () => {
  it("runs a session beside the bare CLI and starts every action", async () => {
    const { stdout } = await bench("session", "--quick", "--json");

    const { timings, starts, machine } = JSON.parse(String(stdout));

    expect(machine.node).toBe(process.versions.node);
    expect(timings).toMatchObject([{ contestant: "action" }, { contestant: "bare CLI" }]);
    expect(starts).toHaveLength(6);
    for (const { medianMs, medianCpuMs } of starts) {
      expect(medianMs).toBeGreaterThan(0);
      expect(medianCpuMs).toBeGreaterThan(0);
    }
  });

  it("reads, appends and races in a small journal, ours and raw git, and finds every tree right [F01]", async () => {
    const { stdout } = await bench("journal", "--quick", "--json");

    const { size, cells } = JSON.parse(String(stdout));

    expect(size).toEqual({ issues: 50, events: 200 });
    expect(cells).toHaveLength(14);
    for (const { outcome } of cells) {
      expect(outcome).toMatchObject({ type: "done" });
    }
  });
});
