import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { REQUESTS_PER_WARM_TICK } from "../../../src/adapters/github/backlog-reader.ts";
import { git, OfflineGitHub } from "../../local/github/offline-github.ts";
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

/** Makes `issue` wait for `blocker` by a native dependency, which dates no issue anew. */
async function block(issue: number, blocker: number): Promise<void> {
  const { body } = await github.rest("GET", `/repos/${ticks.repository}/issues/${blocker}`);
  await ticks.rest("POST", `/issues/${issue}/dependencies/blocked_by`, { issue_id: body.id });
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
