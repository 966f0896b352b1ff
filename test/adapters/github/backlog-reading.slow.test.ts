import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import {
  REQUESTS_PER_FULL_READING,
  REQUESTS_PER_WARM_TICK,
} from "../../../src/adapters/github/backlog-reader.ts";
import { git, OfflineGitHub } from "../../local/github/offline-github.ts";
import { BacklogTicks, TRIGGER } from "./backlog-ticks.ts";

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

/** The row of an issue in a plan, or `undefined`. */
function rowOf(
  plan: Awaited<ReturnType<BacklogTicks["tick"]>>["plan"],
  number: number,
): { readonly state: string; readonly reason: { readonly type: string } } | undefined {
  return plan.plan.rows.find(({ issue }) => issue === number);
}

describe("a full reading", () => {
  it("sees 250 issues and none of 40 pull requests, the only P0 on the last page first [F20]", async () => {
    await ticks.addIssues(249);
    const urgent = await ticks.addIssues(1, [TRIGGER, "P0-Critical"]);
    await openPullRequests(40);

    const { plan } = await ticks.tick();

    expect(plan.plan.rows).toHaveLength(250);
    expect(plan.plan.ready[0]).toBe(urgent);
    expect(Math.max(...plan.plan.rows.map(({ issue }) => issue))).toBe(250);
  });

  it("reads a thousand issues in at most twelve requests [W30a]", async () => {
    await ticks.addIssues(1_000);

    const { plan, requests, points } = await ticks.tick();

    expect(plan.plan.rows).toHaveLength(1_000);
    expect(requests).toBeLessThanOrEqual(REQUESTS_PER_FULL_READING);
    expect(points).toBeLessThanOrEqual(6 * 10 + 2);
  });

  it("names an issue that GitHub cannot give, and plans all others [F26]", async () => {
    await ticks.addIssues(3);
    await loseIssue(2);

    const { plan } = await ticks.tick();

    expect(rowOf(plan, 2)).toMatchObject({ reason: { type: "unreadable-issue" } });
    expect(plan.plan.ready).toEqual([1, 3]);
  });

  it("fails when a page cannot be read, instead of taking the rest for all there is [F22]", async () => {
    await ticks.addIssues(150);
    await github.server.addFaults([
      {
        match: { operationName: "ReadIssues" },
        times: 1,
        status: 200,
        body: { data: null, errors: [{ message: "Timeout on validation of query" }] },
      },
    ]);

    await expect(ticks.tick()).rejects.toThrow("Timeout");

    expect(ticks.snapshots.text).toBeUndefined();
  });
});

describe("a reading of what changed", () => {
  it.each([100, 1_000])(
    "takes two requests with a snapshot of %i issues [W30a, F34]",
    async (count) => {
      await ticks.addIssues(count);
      await ticks.tick();
      await ticks.advance(10);
      await ticks.rest("POST", "/issues/7/labels", { labels: ["P1-High"] });

      const quiet = await ticks.tick();

      expect(quiet.requests).toBeLessThanOrEqual(REQUESTS_PER_WARM_TICK);
      expect(quiet.plan.plan.rows).toHaveLength(count);
      expect(quiet.plan.plan.ready).toHaveLength(count);
    },
  );

  it("takes two requests right after a thousand issues were made [W30a, F34]", async () => {
    await ticks.addIssues(1_000);
    await ticks.tick();

    const { plan, requests } = await ticks.tick();

    expect(requests).toBeLessThanOrEqual(REQUESTS_PER_WARM_TICK);
    expect(plan.plan.ready).toHaveLength(1_000);
  });

  it("takes one request more for each run with live claims [W30a, F34]", async () => {
    await ticks.addIssues(20);
    await ticks.tick("present");
    await reportRunning();
    await ticks.advance(1);

    const { plan, requests } = await ticks.tick("present");

    expect(plan.busySlots).toHaveLength(5);
    expect(requests).toBeLessThanOrEqual(REQUESTS_PER_WARM_TICK + 1);
  });

  it("sees what was closed, unlabelled, reopened and edited [F20, W30a]", async () => {
    await ticks.addIssues(6);
    await ticks.rest("PATCH", "/issues/5", { state: "closed" });
    await ticks.tick();
    await ticks.advance(10);
    await ticks.rest("PATCH", "/issues/1", { state: "closed" });
    await ticks.rest("DELETE", `/issues/2/labels/${TRIGGER}`);
    await ticks.rest("PATCH", "/issues/3", { body: "Blocked by #4" });
    await ticks.rest("PATCH", "/issues/5", { state: "open" });

    const { plan, requests } = await ticks.tick();

    expect(requests).toBeLessThanOrEqual(REQUESTS_PER_WARM_TICK + 1);
    expect(plan.plan.rows.map(({ issue }) => issue).toSorted((a, b) => a - b)).toEqual([
      3, 4, 5, 6,
    ]);
    expect(rowOf(plan, 3)).toMatchObject({ state: "blocked" });
    expect(plan.endings).toMatchObject([{ issue: 1, ended: "cancelled" }]);
    expect(ticks.journal.facts("withdrawn").flatMap(({ withdrawals }) => withdrawals)).toEqual([
      { issue: 2, cause: "trigger-removed" },
    ]);
  });

  it("sees an edit by a reader, and takes the approval back [N02, F27]", async () => {
    await ticks.addIssues(2);
    await ticks.tick();
    await ticks.advance(10);
    await github.rest(
      "PATCH",
      `/repos/${ticks.repository}/issues/1`,
      { title: "Another thing" },
      "token-of-triager",
    );

    const { plan } = await ticks.tick();

    expect(rowOf(plan, 1)).toMatchObject({ reason: { type: "edited-by-reader" } });
    expect(plan.plan.ready).toEqual([2]);
  });

  it("looks at a closed blocker that has no label of ours, once [F20]", async () => {
    await ticks.addIssues(1, []);
    await ticks.rest("PATCH", "/issues/1", { state: "closed" });
    await ticks.addIssues(1, [TRIGGER, "blocked-by:#1"]);
    await ticks.tick();
    await ticks.advance(10);
    await ticks.rest("PATCH", "/issues/1", { state: "open" });

    const { plan } = await ticks.tick();

    expect(rowOf(plan, 2)).toMatchObject({ state: "blocked", reason: { untriggered: [1] } });
  });

  it("reads a native edge before the issue is claimed, though nothing dates it [F44]", async () => {
    await ticks.addIssues(2);
    await ticks.tick();
    await ticks.advance(10);
    await block(1, 2);

    const { claims, plan } = await ticks.tick("present");

    expect(rowOf(plan, 1)).toMatchObject({ state: "blocked" });
    expect(claims.map(({ issue }) => issue)).toEqual([2]);
  });

  it("reads all edges again within the hour [W30a]", async () => {
    await ticks.addIssues(40);
    await ticks.tick();
    await ticks.advance(30);
    await ticks.tick();
    await block(35, 36);
    await ticks.advance(30);

    const { plan } = await ticks.tick();

    expect(rowOf(plan, 35)).toMatchObject({ state: "blocked" });
  });

  it("reads everything when the configuration names another label", async () => {
    await ticks.addIssues(3);
    await ticks.addIssues(2, ["robot"]);
    await ticks.tick();
    await ticks.advance(10);
    await pushConfiguration("trigger-label: robot\n");

    const { plan } = await ticks.tick();

    expect(plan.plan.ready).toEqual([4, 5]);
  });

  it("approves nothing and writes nothing below the floor, and says so [F34]", async () => {
    await pushConfiguration("api: { floor: 1000 }\n");
    await ticks.addIssues(2);

    const { plan, claims } = await ticks.tick("present");

    expect(claims).toEqual([]);
    expect(ticks.journal.events).toEqual([]);
    expect(rowOf(plan, 1)).toMatchObject({ reason: { type: "api-floor", floor: 1000 } });
    expect(ticks.log.lines).toContainEqual(expect.stringContaining("this tick only read"));
  });
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

/** Makes `issue` wait for `blocker` by a native dependency, which dates no issue anew. */
async function block(issue: number, blocker: number): Promise<void> {
  const { body } = await github.rest("GET", `/repos/${ticks.repository}/issues/${blocker}`);
  await ticks.rest("POST", `/issues/${issue}/dependencies/blocked_by`, { issue_id: body.id });
}

async function openPullRequests(count: number): Promise<void> {
  const folder = await github.clone(ticks.repository);
  for (let index = 0; index < count; index += 1) {
    await git(folder, "switch", "--quiet", "-c", `work-${index}`, "main");
    await git(folder, "commit", "--quiet", "--allow-empty", "--message", `Work ${index}`);
  }
  await git(folder, "push", "--quiet", "origin", "--all");
  for (let index = 0; index < count; index += 1) {
    await ticks.rest("POST", "/pulls", {
      title: `Work ${index}`,
      head: `work-${index}`,
      base: "main",
    });
  }
}

async function pushConfiguration(text: string): Promise<void> {
  const folder = await github.clone(ticks.repository);
  await git(folder, "rm", "--quiet", "--ignore-unmatch", "README.md");
  const { mkdir, writeFile } = await import("node:fs/promises");
  await mkdir(`${folder}/.github`, { recursive: true });
  await writeFile(`${folder}/.github/water-spider.yml`, text);
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "--message", "Configure");
  await git(folder, "push", "--quiet", "origin", "main");
}

/** The next page of issues comes with an empty place, as when GitHub cannot resolve one of them. */
async function loseIssue(number: number): Promise<void> {
  const { READ_REPOSITORY } = await import("../../../src/adapters/github/queries.ts");
  const [owner, name] = ticks.repository.split("/");
  const variables = { owner, name, configuration: "HEAD:.github/water-spider.yml" };
  const answer = await github.graphql(READ_REPOSITORY, variables);
  answer.data.repository.issues.nodes[number - 1] = null;
  answer.errors = [
    {
      message: "Something went wrong with this issue.",
      path: ["repository", "issues", "nodes", number - 1, "timelineItems"],
    },
  ];
  await github.server.addFaults([
    { match: { operationName: "ReadRepository" }, times: 1, status: 200, body: answer },
  ]);
}

/** Tells GitHub that the run of the claims is at work on all of them. */
async function reportRunning(): Promise<void> {
  const issues = [...ticks.journal.state.issues.values()].flatMap(({ claim }) => claim ?? []);
  const { runId } = await github.server.addRun({
    repository: ticks.repository,
    workflowPath: ".github/workflows/water-spider.yml",
    workflowName: "Water Spider",
    event: "schedule",
    actor: "acme",
    headSha: "a".repeat(40),
    headBranch: "main",
  });
  for (const { issue } of issues) {
    await github.server.reportJob(runId, {
      key: `session ${issue}`,
      name: `water-spider / i${issue} / session`,
      status: "in_progress",
      startedAt: ticks.clock.now(),
    });
  }
  await github.server.updateRun(runId, { status: "in_progress" });
  // The claims name the run that these tests give their ticks: it is this one.
  ticks.journal.state = {
    ...ticks.journal.state,
    issues: new Map(
      [...ticks.journal.state.issues].map(([issue, record]) => [
        issue,
        record.claim === undefined ? record : { ...record, claim: { ...record.claim, runId } },
      ]),
    ),
  };
}
