import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { OfflineGitHub } from "../../local/github/offline-github.ts";
import { BacklogTicks, rowOf, TRIGGER } from "./backlog-ticks.ts";

let github: OfflineGitHub;
let ticks: BacklogTicks;

beforeAll(async () => {
  github = await OfflineGitHub.start();
});

afterAll(async () => {
  await github.stop();
});

beforeEach(async () => {
  ticks = await BacklogTicks.open(github);
});

describe("a forged snapshot [F106]", () => {
  beforeEach(async () => {
    await ticks.addIssues(3);
    await ticks.addIssues(1, [TRIGGER, "blocked-by:#1"]);
    await ticks.advance(10);
    await ticks.tick();
    await ticks.advance(10);
  });

  it("hides no blocker of an issue that would be claimed", async () => {
    ticks.snapshots.forge(({ issues }) => {
      Object.assign(found(issues, 4), { labels: [TRIGGER, "P0-Critical"] });
    });

    const { claims, plan } = await ticks.tick("present");

    expect(claims.map(({ issue }) => issue)).toEqual([1, 2, 3]);
    expect(rowOf(plan, 4)).toMatchObject({ state: "blocked" });
  });

  it("resolves no blocker by calling it closed", async () => {
    ticks.snapshots.forge(({ issues }) => {
      Object.assign(found(issues, 1), { state: "closed", closedAt: "2026-11-20T09:00:00Z" });
    });

    const { claims } = await ticks.tick("present");

    expect(claims.map(({ issue }) => issue)).toEqual([1, 2, 3]);
  });

  it("approves no issue that nobody with write permission labelled", async () => {
    const { number } = await github.server.addRawIssue(ticks.repository, {
      title: "Mine",
      labels: [TRIGGER],
      author: "stranger",
    });
    await ticks.tick();
    await ticks.advance(10);
    ticks.snapshots.forge(({ issues }) => {
      Object.assign(found(issues, number), {
        trigger: { by: { login: "writer", id: 1, type: "user" }, at: "2026-11-20T09:00:00Z" },
      });
    });

    const { claims } = await ticks.tick("present");

    expect(claims.map(({ issue }) => issue)).toEqual([1, 2, 3]);
    expect(approved()).toEqual([1, 2, 3, 4]);
  });

  it("ends and withdraws nothing", async () => {
    const before = ticks.journal.events.length;
    ticks.snapshots.forge(({ issues }) => {
      Object.assign(found(issues, 1), { state: "closed", closedAt: "2026-11-20T09:00:00Z" });
      Object.assign(found(issues, 2), { labels: [] });
    });

    await ticks.tick();

    expect(ticks.journal.events).toHaveLength(before);
  });

  it("hides no issue: their number is known", async () => {
    ticks.snapshots.forge((snapshot) => {
      snapshot.issues = snapshot.issues.filter(({ number }) => number !== 2);
    });

    const { plan } = await ticks.tick();

    expect(plan.plan.ready).toEqual([1, 2, 3]);
  });

  it.each([
    ["no JSON", "{"],
    ["another version", JSON.stringify({ v: 99 })],
    ["a wrong shape", JSON.stringify({ v: 1, issues: "all" })],
  ])("counts for nothing when it is %s", async (_, text) => {
    ticks.snapshots.text = text;

    const { plan } = await ticks.tick();

    expect(plan.plan.ready).toEqual([1, 2, 3]);
    expect(ticks.snapshots.text).not.toBe(text);
  });

  it("is found and given up when an issue is not what it says", async () => {
    ticks.snapshots.forge(({ issues }) => {
      Object.assign(found(issues, 3), { labels: [TRIGGER, "blocked-by:#1"] });
    });

    const { plan } = await ticks.tick();

    expect(plan.plan.ready).toEqual([1, 2, 3]);
    expect(ticks.log.lines).toContainEqual(expect.stringContaining("does not agree with GitHub"));
  });
});

function found<T extends { readonly number: number }>(issues: readonly T[], number: number): T {
  const issue = issues.find((one) => one.number === number);
  if (issue === undefined) {
    throw new Error(`#${number} is not in the snapshot.`);
  }
  return issue;
}

function approved(): readonly number[] {
  return ticks.journal
    .facts("approved")
    .flatMap(({ approvals }) => approvals.map(({ issue }) => issue))
    .toSorted((a, b) => a - b);
}
