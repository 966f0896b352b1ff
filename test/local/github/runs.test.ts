import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Answer, OfflineGitHub } from "./offline-github.ts";

const WORKFLOWS = {
  ".github/workflows/tick.yml": `name: Tick
on:
  workflow_dispatch:
    inputs:
      issue: { required: true }
      mode: { type: choice, options: [fast, slow], default: fast }
jobs: {}
`,
  ".github/workflows/ci.yml": "on: [push]\njobs: {}\n",
  ".github/workflows/bare.yml": "on: workflow_dispatch\njobs: {}\n",
};

let hub: OfflineGitHub;

beforeAll(async () => {
  hub = await OfflineGitHub.start();
});
afterAll(async () => {
  await hub.stop();
});

function dispatch(
  repository: string,
  file: string,
  body: unknown,
  token?: string,
): Promise<Answer> {
  const path = `/repos/${repository}/actions/workflows/${file}/dispatches`;
  return hub.rest("POST", path, body, token);
}

describe("workflow dispatch", () => {
  it("answers with the run it made and tells the engine, also for a job token", async () => {
    const repository = await hub.repository({ files: WORKFLOWS });
    const token = await hub.jobToken(repository, { actions: "write" });

    const answer = await dispatch(
      repository,
      "tick.yml",
      { ref: "main", inputs: { issue: "12" } },
      token,
    );

    const [event] = (await hub.server.events(0, 0)).slice(-1);
    const run = await hub.rest(
      "GET",
      `/repos/${repository}/actions/runs/${answer.body.workflow_run_id}`,
    );
    expect(answer.status).toBe(200);
    expect(answer.body.run_url).toBe(run.body.url);
    expect(event).toMatchObject({
      name: "workflow_dispatch",
      runId: answer.body.workflow_run_id,
      workflowPath: ".github/workflows/tick.yml",
      inputs: { issue: "12", mode: "fast" },
      ref: "refs/heads/main",
      actor: { login: "github-actions[bot]" },
    });
    expect(run.body).toMatchObject({
      name: "Tick",
      status: "queued",
      event: "workflow_dispatch",
      head_branch: "main",
      head_sha: event?.sha,
      run_attempt: 1,
    });
  });

  it("is refused in GitHub's words", async () => {
    const repository = await hub.repository({ files: WORKFLOWS });
    const reader = await hub.jobToken(repository, { actions: "read" });
    const refusals = await Promise.all([
      dispatch(repository, "tick.yml", { ref: "main" }),
      dispatch(repository, "tick.yml", { ref: "main", inputs: { issue: "1", other: "2" } }),
      dispatch(repository, "tick.yml", { ref: "main", inputs: { issue: "1", mode: "odd" } }),
      dispatch(repository, "ci.yml", { ref: "main" }),
      dispatch(repository, "tick.yml", { ref: "gone", inputs: { issue: "1" } }),
      dispatch(repository, "none.yml", { ref: "main" }),
      dispatch(repository, "bare.yml", { ref: "main" }, reader),
    ]);

    expect(refusals.map(({ status, body }) => [status, body.message])).toEqual([
      [422, "Required input 'issue' not provided"],
      [422, 'Unexpected inputs provided: ["other"]'],
      [422, "Provided value 'odd' for input 'mode' not in the list of allowed values"],
      [422, "Workflow does not have 'workflow_dispatch' trigger"],
      [422, "No ref found for: gone"],
      [404, "Not Found"],
      [403, "Resource not accessible by integration"],
    ]);
  });

  it("answers 204 to the older API version", async () => {
    const repository = await hub.repository({ files: WORKFLOWS });

    const response = await fetch(
      `${hub.server.apiUrl}/repos/${repository}/actions/workflows/bare.yml/dispatches`,
      {
        method: "POST",
        headers: { authorization: "Bearer token-of-acme" },
        body: JSON.stringify({ ref: "main" }),
      },
    );

    expect(response.status).toBe(204);
    expect(response.headers.get("x-github-api-version-selected")).toBe("2022-11-28");
  });
});

describe("runs and jobs", () => {
  it("are shown as the engine reports them", async () => {
    const repository = await hub.repository();
    const start = {
      repository,
      workflowPath: ".github/workflows/tick.yml",
      workflowName: "Tick",
      event: "issues",
      actor: "acme",
      headSha: "a".repeat(40),
      headBranch: "main",
    };
    const first = await hub.server.addRun(start);
    const second = await hub.server.addRun(start);
    await hub.server.updateRun(second.runId, { status: "in_progress" });
    const job = { key: "plan", name: "water-spider / plan" };
    const { jobId } = await hub.server.reportJob(second.runId, { ...job, status: "queued" });
    const again = await hub.server.reportJob(second.runId, {
      ...job,
      status: "completed",
      conclusion: "success",
      runnerName: "mac-1",
    });

    const path = `/repos/${repository}/actions/runs`;
    const running = await hub.rest("GET", `${path}?status=in_progress`);
    const jobs = await hub.rest("GET", `${path}/${second.runId}/attempts/1/jobs`);
    const missing = await hub.rest("GET", `${path}/${second.runId}/attempts/2/jobs`);

    expect([first.runNumber, second.runNumber, again.jobId]).toEqual([1, 2, jobId]);
    expect(running.body).toMatchObject({ total_count: 1, workflow_runs: [{ id: second.runId }] });
    expect(jobs.body).toMatchObject({
      total_count: 1,
      jobs: [
        { id: jobId, name: "water-spider / plan", conclusion: "success", runner_name: "mac-1" },
      ],
    });
    expect(missing.status).toBe(404);
  });

  it("are cancelled through an event, unless they ended", async () => {
    const repository = await hub.repository({ files: WORKFLOWS });
    const { body } = await dispatch(repository, "bare.yml", { ref: "main" });
    const path = `/repos/${repository}/actions/runs/${body.workflow_run_id}/cancel`;

    const cancelled = await hub.rest("POST", path);
    const [event] = (await hub.server.events(0, 0)).slice(-1);
    await hub.server.updateRun(body.workflow_run_id, {
      status: "completed",
      conclusion: "cancelled",
    });
    const late = await hub.rest("POST", path);

    expect([cancelled.status, late.status]).toEqual([202, 409]);
    expect(event).toMatchObject({ name: "cancel", runId: body.workflow_run_id });
  });
});
