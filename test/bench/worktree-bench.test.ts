import { createServer } from "node:http";
import { deflateSync } from "node:zlib";

import { describe, expect, it, onTestFinished } from "vitest";

import { fillRepository, pathOf } from "../../bench/worktree/generated-repository.ts";
import { WireMeter } from "../../bench/worktree/wire-meter.ts";
import type { WorktreeCell, WorktreeFindings } from "../../bench/worktree/worktree-bench.ts";
import { formatWorktreeReport, judgeWorktrees } from "../../bench/worktree/worktree-report.ts";
import { Git } from "../../src/adapters/git/git.ts";
import { temporaryDirectory } from "../adapters/temporary-directory.ts";

describe("fillRepository", () => {
  it("makes the same commits each time, with files that compress as sources do", async () => {
    const tips: string[] = [];
    while (tips.length < 2) {
      const git = new Git({ cwd: await temporaryDirectory() });
      await git.run(["init", "--quiet", "--bare", "."]);
      const size = { files: 60, commits: 4 };
      await fillRepository(await git.run(["rev-parse", "--absolute-git-dir"]), size);
      const listing = await git.run(["ls-tree", "-r", "--name-only", "main"]);
      expect(listing.split("\n")).toHaveLength(60);
      expect(await git.run(["rev-list", "--count", "main"])).toBe("4");
      const text = await git.read(["cat-file", "blob", `main:${pathOf(59)}`]);
      const share = deflateSync(text).length / text.length;
      expect(share).toBeGreaterThan(0.25);
      expect(share).toBeLessThan(0.6);
      tips.push(await git.run(["rev-parse", "main"]));
    }

    expect(tips[0]).toBe(tips[1]);
  });
});

describe("WireMeter", () => {
  it("counts what goes through, both ways, since it was asked", async () => {
    const server = createServer((_request, response) => response.end("x".repeat(10_000)));
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    onTestFinished(() => {
      server.close();
    });
    const address = server.address();
    const meter = await WireMeter.open(typeof address === "object" ? (address?.port ?? 0) : 0);
    onTestFinished(() => meter.close());

    const response = await fetch(`http://127.0.0.1:${meter.port}/`);
    const text = await response.text();

    const bytes = meter.take();
    expect(text).toHaveLength(10_000);
    expect(bytes).toBeGreaterThan(10_050);
    expect(bytes).toBeLessThan(11_000);
    expect(meter.take()).toBe(0);
  });
});

function cell(way: WorktreeCell["way"], seconds: number, bytes: number): WorktreeCell {
  return { way, seconds, bytes, cpuSeconds: undefined, round: 1, atOnce: 1 };
}

function findings(
  recycled: number,
  bytes: number,
  remains: readonly string[] = [],
): WorktreeFindings {
  return {
    cells: [
      cell("depth-1 clone", 10, 100_000),
      cell("warm, fresh", 6, bytes),
      cell("warm, recycled", recycled, bytes),
    ],
    endSeconds: [1],
    remains,
    checked: 1,
  };
}

describe("judgeWorktrees", () => {
  it("compares medians with a depth-1 clone, and the worst bytes", () => {
    const met = judgeWorktrees(findings(2, 1_000));
    const missed = judgeWorktrees(findings(2.1, 1_001, ["?? left"]));

    expect(met.map(({ isMet }) => isMet)).toEqual([true, true, true, true]);
    expect(missed.map(({ isMet }) => isMet)).toEqual([false, false, true, false]);
    expect(formatWorktreeReport(findings(2, 1_000), met).join("\n")).toMatch(
      /warm, recycled +1 +2\.00 +2\.00 +2\.00 +5\.00 +- +0\.001/,
    );
  });
});
