import { describe, expect, it } from "vitest";

import { runCommand, runInLanes } from "../../scripts/run-command.ts";

describe("runCommand", () => {
  it("returns exit code and both streams", async () => {
    const result = await runCommand(process.execPath, [
      "-e",
      "console.log('out'); console.error('err'); process.exitCode = 3",
    ]);

    expect(result.exitCode).toBe(3);
    expect(result.output).toContain("out\n");
    expect(result.output).toContain("err\n");
  });

  it("counts a command that a signal ended as failed", async () => {
    const result = await runCommand(process.execPath, [
      "-e",
      "process.kill(process.pid, 'SIGKILL')",
    ]);

    expect(result.exitCode).toBe(1);
  });
});

describe("runInLanes", () => {
  it("keeps the order of the jobs and never runs more at a time than there are lanes", async () => {
    let running = 0;
    let most = 0;

    const results = await runInLanes([1, 2, 3, 4, 5], 2, async (job) => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      return job * 10;
    });

    expect(results).toEqual([10, 20, 30, 40, 50]);
    expect(most).toBe(2);
  });
});
