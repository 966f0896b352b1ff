import { ApiError } from "../domain/api-error.ts";
import { dispatchWorkflow } from "../domain/dispatching.ts";
import { found } from "../domain/hub.ts";
import { rerunJob } from "../domain/reruns.ts";
import { cancelRun, jobsOf, latestAttempt } from "../domain/runs.ts";
import { type Job, type Run, type RunAttempt } from "../domain/state.ts";
import type { Reply } from "../http/exchange.ts";
import { jobShape, runShape, runUrls } from "../shapes/run-shape.ts";
import { fieldsIn } from "../untyped.ts";
import { booleanOf, textOf } from "./fields.ts";
import { pageOf } from "./paging.ts";
import type { Call, Route } from "./route.ts";

const RUN = "/actions/runs/{run_id}";
/** From this API version on, a dispatch always answers with the run it made. */
const RUN_DETAILS_SINCE = "2026-03-10";

/** Workflow runs, their jobs, dispatching, re-running and cancelling. */
export const RUN_ROUTES: readonly Route[] = [
  {
    method: "POST",
    path: "/actions/workflows/{workflow_id}/dispatches",
    operation: "actions/create-workflow-dispatch",
    needs: "write runs",
    body: ["ref", "inputs", "return_run_details"],
    handle: dispatch,
  },
  {
    method: "GET",
    path: "/actions/runs",
    operation: "actions/list-workflow-runs-for-repo",
    needs: "read runs",
    query: ["actor", "branch", "event", "status", "head_sha", "exclude_pull_requests"],
    handle: listRuns,
  },
  {
    method: "GET",
    path: RUN,
    operation: "actions/get-workflow-run",
    needs: "read runs",
    query: ["exclude_pull_requests"],
    handle: (call) => ({ status: 200, body: runShape(call.hub, runOf(call)) }),
  },
  {
    method: "GET",
    path: `${RUN}/attempts/{attempt_number}`,
    operation: "actions/get-workflow-run-attempt",
    needs: "read runs",
    query: ["exclude_pull_requests"],
    handle: (call) => {
      const run = runOf(call);
      return { status: 200, body: runShape(call.hub, run, attemptOf(call, run)) };
    },
  },
  {
    method: "GET",
    path: `${RUN}/jobs`,
    operation: "actions/list-jobs-for-workflow-run",
    needs: "read runs",
    query: ["filter"],
    handle: (call) => {
      const run = runOf(call);
      const isAll = call.query.get("filter") === "all";
      return listJobs(call, run, "jobs", isAll ? undefined : latestAttempt(run));
    },
  },
  {
    method: "GET",
    path: `${RUN}/attempts/{attempt_number}/jobs`,
    operation: "actions/list-jobs-for-workflow-run-attempt",
    needs: "read runs",
    handle: (call) => {
      const run = runOf(call);
      const attempt = attemptOf(call, run);
      return listJobs(call, run, `attempts/${attempt.attempt}/jobs`, attempt);
    },
  },
  {
    method: "POST",
    path: "/actions/jobs/{job_id}/rerun",
    operation: "actions/re-run-job-for-workflow-run",
    needs: "write runs",
    handle: (call) => {
      const { hub, viewer } = call;
      const job = found(hub.state.jobs.get(Number(call.path["job_id"])));
      rerunJob(hub, viewer, ownRun(call, job.runId), job);
      return { status: 201, body: {} };
    },
  },
  {
    method: "POST",
    path: `${RUN}/cancel`,
    operation: "actions/cancel-workflow-run",
    needs: "write runs",
    handle: (call) => {
      cancelRun(call.hub, call.viewer, runOf(call));
      return { status: 202, body: {} };
    },
  },
];

async function dispatch(call: Call): Promise<Reply> {
  const { hub, viewer, repository, body } = call;
  const ref = textOf(body, "ref");
  if (ref === undefined) {
    throw new ApiError(422, `Invalid request.\n\n"ref" wasn't supplied.`);
  }
  const run = await dispatchWorkflow(hub, viewer, repository, {
    file: call.path["workflow_id"] ?? "",
    ref,
    inputs: fieldsIn(body["inputs"]),
  });
  const isNew = call.version >= RUN_DETAILS_SINCE;
  if (!isNew && booleanOf(body, "return_run_details") !== true) {
    return { status: 204 };
  }
  const urls = runUrls(hub, run);
  const details = { workflow_run_id: run.id, run_url: urls.api, html_url: urls.html };
  return { status: 200, body: details };
}

function runOf(call: Call): Run {
  return ownRun(call, Number(call.path["run_id"]));
}

/** The run of that id, unless it is another repository's. */
function ownRun(call: Call, id: number): Run {
  const run = call.hub.run(id);
  return found(run.repositoryId === call.repository.id ? run : undefined);
}

function attemptOf(call: Call, run: Run): RunAttempt {
  const wanted = Number(call.path["attempt_number"]);
  return found(run.attempts.find(({ attempt }) => attempt === wanted));
}

function listRuns(call: Call): Reply {
  const { hub, query } = call;
  const wanted = (name: string, value: string | undefined): boolean =>
    query.get(name) === null || query.get(name) === value;
  const status = query.get("status");
  const runs = hub
    .runs(call.repository)
    .filter((run) => {
      const { status: is, conclusion } = latestAttempt(run);
      return (
        wanted("actor", hub.user(run.actorId)?.login) &&
        wanted("branch", run.headBranch) &&
        wanted("event", run.event) &&
        wanted("head_sha", run.headSha) &&
        (status === null || is === status || conclusion === status)
      );
    })
    .toReversed();
  const page = pageOf(call, "/actions/runs", runs);
  const shapes = page.items.map((run) => runShape(hub, run));
  const body = { total_count: runs.length, workflow_runs: shapes };
  return { status: 200, body, headers: page.headers };
}

function listJobs(call: Call, run: Run, part: string, attempt: RunAttempt | undefined): Reply {
  const jobs: readonly Job[] = jobsOf(call.hub, run, attempt);
  const page = pageOf(call, `/actions/runs/${run.id}/${part}`, jobs);
  const shapes = page.items.map((job) => jobShape(call.hub, run, job));
  return { status: 200, body: { total_count: jobs.length, jobs: shapes }, headers: page.headers };
}
