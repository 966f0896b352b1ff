import { describe, expect, it } from "vitest";

import { RunnerPool, type Runner } from "../../../local/runner/runner-pool.ts";

function aRunner(name: string, ...labels: readonly string[]): Runner {
  return { name, labels, environment: {}, hosted: false };
}

describe("RunnerPool", () => {
  it("gives a job only to a runner that carries all its labels, without regard to case", async () => {
    const pool = new RunnerPool([
      aRunner("a", "self-hosted"),
      aRunner("b", "self-hosted", "macOS"),
    ]);

    const runner = await pool.acquire(["Self-Hosted", "macos"]).runner;

    expect(runner?.name).toBe("b");
  });

  it("serves the job that waited longest, past one that no free runner can serve", async () => {
    const pool = new RunnerPool([aRunner("a", "x"), aRunner("b", "y")]);
    const first = await pool.acquire(["x"]).runner;
    const order: string[] = [];
    const waiting = [
      pool.acquire(["x"]).runner.then(() => order.push("second x")),
      pool.acquire(["x"]).runner.then(() => order.push("third x")),
    ];

    await pool.acquire(["y"]).runner.then(() => order.push("y"));
    if (first !== undefined) {
      pool.release(first);
      pool.release(first);
    }
    await Promise.all(waiting);

    expect(order).toEqual(["y", "second x", "third x"]);
  });

  it("answers a withdrawn job with nothing", async () => {
    const pool = new RunnerPool([]);

    const pending = pool.acquire(["x"]);
    pending.withdraw();

    expect(await pending.runner).toBeUndefined();
    expect(pool.canServe(["x"])).toBe(false);
  });
});
