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

interface ListedJob {
  readonly id: number;
  readonly run_attempt: number;
  readonly name: string;
  readonly conclusion: string;
}

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

  describe("of a run whose job is run again", () => {
    const start = {
      workflowPath: ".github/workflows/tick.yml",
      workflowName: "Tick",
      event: "issues",
      actor: "acme",
      headSha: "a".repeat(40),
      headBranch: "main",
    };
    const ended = { status: "completed", completedAt: "2026-11-20T10:00:00Z" } as const;

    async function anEndedRun(repository: string): Promise<{
      readonly path: string;
      readonly runId: number;
      readonly finalize: number;
    }> {
      const { runId } = await hub.server.addRun({ ...start, repository });
      const session = { key: "leg[0]/session", name: "i1 / session", ...ended };
      const failed = { key: "leg[0]/finalize", name: "i1 / finalize", ...ended };
      await hub.server.reportJob(runId, { ...session, conclusion: "success" });
      const { jobId } = await hub.server.reportJob(runId, { ...failed, conclusion: "failure" });
      await hub.server.updateRun(runId, { status: "completed", conclusion: "failure" });
      return { path: `/repos/${repository}/actions`, runId, finalize: jobId };
    }

    it("show a new attempt, with what was taken over, and keep the old one", async () => {
      const repository = await hub.repository();
      const { path, runId, finalize } = await anEndedRun(repository);
      const token = await hub.jobToken(repository, { actions: "write" });

      const answer = await hub.rest("POST", `${path}/jobs/${finalize}/rerun`, undefined, token);
      const [event] = (await hub.server.events(0, 0)).slice(-1);
      const queued = await hub.rest("GET", `${path}/runs/${runId}`);
      await hub.server.carryJobs(runId, "leg[0]/session");
      const again = { key: "leg[0]/finalize", name: "i1 / finalize", ...ended };
      await hub.server.reportJob(runId, { ...again, conclusion: "success" });
      await hub.server.updateRun(runId, { status: "completed", conclusion: "success" });

      const run = await hub.rest("GET", `${path}/runs/${runId}`);
      const first = await hub.rest("GET", `${path}/runs/${runId}/attempts/1`);
      const listed = async (part: string): Promise<unknown> => {
        const { body } = await hub.rest("GET", `${path}/runs/${runId}/${part}`);
        const jobs: readonly { run_attempt: number; name: string; conclusion: string }[] =
          body.jobs;
        return jobs.map((job) => [job.run_attempt, job.name, job.conclusion]);
      };
      const before = [
        [1, "i1 / session", "success"],
        [1, "i1 / finalize", "failure"],
      ];
      const after = [
        [2, "i1 / session", "success"],
        [2, "i1 / finalize", "success"],
      ];
      expect(answer).toMatchObject({ status: 201, body: {} });
      expect(event).toMatchObject({ name: "rerun", runId, jobKey: "leg[0]/finalize" });
      expect(queued.body).toMatchObject({ status: "queued", conclusion: null, run_attempt: 2 });
      expect(run.body).toMatchObject({
        run_attempt: 2,
        conclusion: "success",
        previous_attempt_url: first.body.url + "/attempts/1",
        actor: { login: "acme" },
        triggering_actor: { login: "github-actions[bot]" },
      });
      expect(first.body).toMatchObject({
        run_attempt: 1,
        conclusion: "failure",
        triggering_actor: { login: "acme" },
      });
      expect(await listed("attempts/1/jobs")).toEqual(before);
      expect(await listed("attempts/2/jobs")).toEqual(after);
      expect(await listed("jobs")).toEqual(after);
      expect(await listed("jobs?filter=all")).toEqual([...before, ...after]);
    });

    it("show a third attempt, for a job of the second that was taken over", async () => {
      const repository = await hub.repository();
      const { path, runId, finalize } = await anEndedRun(repository);
      const other = { key: "leg[1]/finalize", name: "i2 / finalize", ...ended };
      const { jobId: first } = await hub.server.reportJob(runId, {
        ...other,
        conclusion: "failure",
      });
      const list = async (part: string): Promise<readonly ListedJob[]> =>
        (await hub.rest("GET", `${path}/runs/${runId}/${part}`)).body.jobs;
      const rerun = async (job: number): Promise<readonly unknown[]> => {
        const { status, body } = await hub.rest("POST", `${path}/jobs/${job}/rerun`);
        return [status, body.message];
      };

      const answers = [await rerun(finalize)];
      await hub.server.carryJobs(runId, "leg[0]/session");
      await hub.server.carryJobs(runId, "leg[1]");
      const [carried] = (await list("jobs")).filter(({ name }) => name === "i2 / finalize");
      answers.push(await rerun(carried?.id ?? 0));
      const again = { key: "leg[0]/finalize", name: "i1 / finalize", ...ended };
      await hub.server.reportJob(runId, { ...again, conclusion: "success" });
      await hub.server.updateRun(runId, { status: "completed", conclusion: "failure" });
      answers.push(await rerun(first), await rerun(carried?.id ?? 0));
      await hub.server.carryJobs(runId, "leg[0]");
      await hub.server.reportJob(runId, { ...other, conclusion: "success" });

      expect(answers).toEqual([
        [201, undefined],
        [403, "This workflow run is already running"],
        [403, "Only jobs from the current attempt can be re-run"],
        [201, undefined],
      ]);
      expect(carried?.id).not.toBe(first);
      expect(
        (await list("attempts/3/jobs")).map(({ name, conclusion }) => [name, conclusion]),
      ).toEqual([
        ["i1 / session", "success"],
        ["i1 / finalize", "success"],
        ["i2 / finalize", "success"],
      ]);
      const all = await list("jobs?filter=all");
      expect(all.map(({ run_attempt }) => run_attempt)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
      expect(new Set(all.map(({ id }) => id)).size).toBe(9);
    });

    it("are refused in GitHub's words: while it runs, of an older attempt, without the right, unknown", async () => {
      const repository = await hub.repository();
      const { path, runId, finalize } = await anEndedRun(repository);
      const reader = await hub.jobToken(repository, { actions: "read" });
      const rerun = (job: number, token?: string): Promise<Answer> =>
        hub.rest("POST", `${path}/jobs/${job}/rerun`, undefined, token);

      const forbidden = await rerun(finalize, reader);
      const missing = await rerun(1);
      await rerun(finalize);
      const older = await rerun(finalize);
      const again = { key: "leg[0]/finalize", name: "i1 / finalize", ...ended };
      const { jobId } = await hub.server.reportJob(runId, { ...again, conclusion: "failure" });
      const running = await rerun(jobId);

      expect(
        [forbidden, missing, older, running].map(({ status, body }) => [status, body.message]),
      ).toEqual([
        [403, "Resource not accessible by integration"],
        [404, "Not Found"],
        [403, "Only jobs from the current attempt can be re-run"],
        [403, "This workflow run is already running"],
      ]);
    });
  });
});
