import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { REQUESTS_PER_FULL_READING } from "../../../src/adapters/github/backlog-reader.ts";
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
