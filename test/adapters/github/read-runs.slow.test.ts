import { getOctokit } from "@actions/github";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { GitHubClient } from "../../../src/adapters/github/client.ts";
import { readRun } from "../../../src/adapters/github/read-runs.ts";
import type { ObservedRun } from "../../../src/core/observation.ts";
import { OfflineGitHub } from "../../local/github/offline-github.ts";

const START = {
  workflowPath: ".github/workflows/tick.yml",
  workflowName: "Tick",
  event: "issues",
  actor: "acme",
  headSha: "a".repeat(40),
  headBranch: "main",
};
const FINALIZE = { key: "leg[0]/finalize", name: "i1 / finalize" };
const DIED = { ...FINALIZE, status: "completed", conclusion: "failure" } as const;

describe("readRun", () => {
  let hub: OfflineGitHub;

  beforeAll(async () => {
    hub = await OfflineGitHub.start();
  });
  afterAll(() => hub.stop());

  async function connect(repository: string): Promise<GitHubClient> {
    const token = await hub.jobToken(repository, { actions: "read" });
    const octokit = getOctokit(token, { baseUrl: hub.server.apiUrl });
    let requests = 0;
    octokit.hook.before("request", () => {
      requests += 1;
    });
    const [owner = "", repo = ""] = repository.split("/");
    return {
      octokit,
      reader: octokit,
      owner,
      repo,
      requestCount: () => requests,
      remaining: () => undefined,
      serverTime: () => undefined,
    };
  }

  /** A run that ended, whose finalize died, and how the plan job reads it. */
  async function anEndedRun(): Promise<{
    readonly runId: number;
    readonly again: (job: number) => Promise<unknown>;
    /** Returns what was read, and in how many requests. */
    readonly read: () => Promise<readonly [ObservedRun | undefined, number]>;
  }> {
    const repository = await hub.repository();
    const { runId } = await hub.server.addRun({ ...START, repository });
    await hub.server.reportJob(runId, DIED);
    await hub.server.updateRun(runId, { status: "completed", conclusion: "failure" });
    const client = await connect(repository);
    return {
      runId,
      again: (job) => hub.rest("POST", `/repos/${repository}/actions/jobs/${job}/rerun`),
      read: async () => {
        const before = client.requestCount();
        const run = await readRun(client, runId);
        return [run, client.requestCount() - before];
      },
    };
  }

  it("tells of an ended run which attempt is its newest, in two requests [W30a]", async () => {
    const { runId, again, read } = await anEndedRun();

    const first = await read();
    await again(first[0]?.jobs[0]?.id ?? 0);
    const asked = await read();

    const job = { runAttempt: 1, name: "i1 / finalize", conclusion: "failure" };
    expect(first).toMatchObject([{ runId, latestAttempt: 1, status: "completed", jobs: [job] }, 2]);
    expect(asked).toMatchObject([{ runId, latestAttempt: 2, status: "queued", jobs: [job] }, 2]);
  });

  it("tells by the jobs alone that an attempt runs, in one request whatever came before it [W30a]", async () => {
    const { runId, again, read } = await anEndedRun();
    for (const attempt of [2, 3]) {
      const [run] = await read();
      await again(run?.jobs.find((job) => job.runAttempt === attempt - 1)?.id ?? 0);
      await hub.server.reportJob(runId, attempt === 2 ? DIED : { ...FINALIZE, status: "queued" });
      await hub.server.updateRun(runId, {
        status: attempt === 2 ? "completed" : "in_progress",
        ...(attempt === 2 ? { conclusion: "failure" } : {}),
      });
    }

    const [run, requests] = await read();

    expect(run).toMatchObject({ latestAttempt: 3, status: "in_progress" });
    expect(run?.jobs.map(({ runAttempt, status }) => [runAttempt, status])).toEqual([
      [1, "completed"],
      [2, "completed"],
      [3, "queued"],
    ]);
    expect(requests).toBe(1);
  });

  it("reads on when the attempts have more jobs than a page holds", async () => {
    const { runId, read } = await anEndedRun();
    for (let leg = 1; leg <= 100; leg += 1) {
      await hub.server.reportJob(runId, { ...DIED, key: `leg[${leg}]`, name: `i${leg} / session` });
    }

    const [run, requests] = await read();

    expect(run?.jobs).toHaveLength(101);
    expect(requests).toBe(3);
  });

  it("finds no run that was deleted", async () => {
    const { runId } = await anEndedRun();
    const elsewhere = await connect(await hub.repository());

    expect(await readRun(elsewhere, runId)).toBeUndefined();
  });
});
