import type { Hub } from "../domain/hub.ts";
import { latestAttempt } from "../domain/runs.ts";
import { type Job, type Run, type RunAttempt } from "../domain/state.ts";
import { formatNodeId } from "./node-id.ts";
import { repositoryHtmlUrl, repositoryShape, repositoryUrl } from "./repository-shape.ts";
import { type Json, userShape } from "./user-shape.ts";

/** Addresses of a run, as the answer to a dispatch names them. */
export function runUrls(hub: Hub, run: Run): { readonly api: string; readonly html: string } {
  const repository = hub.repositoryOf(run);
  return {
    api: `${repositoryUrl(hub, repository)}/actions/runs/${run.id}`,
    html: `${repositoryHtmlUrl(hub, repository)}/actions/runs/${run.id}`,
  };
}

/** A workflow run as REST shows it: the newest attempt, or the given one. */
export function runShape(hub: Hub, run: Run, shown: RunAttempt = latestAttempt(run)): Json {
  const { api, html } = runUrls(hub, run);
  const repository = repositoryShape(hub, hub.repositoryOf(run));
  const before = shown.attempt - 1;
  return {
    id: run.id,
    name: run.workflowName,
    node_id: formatNodeId("WFR", run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflowPath,
    display_title: run.workflowName,
    run_number: run.number,
    run_attempt: shown.attempt,
    previous_attempt_url: before === 0 ? null : `${api}/attempts/${before}`,
    event: run.event,
    status: shown.status,
    conclusion: shown.conclusion ?? null,
    workflow_id: run.workflowId,
    url: api,
    html_url: html,
    jobs_url: `${api}/jobs`,
    logs_url: `${api}/logs`,
    artifacts_url: `${api}/artifacts`,
    cancel_url: `${api}/cancel`,
    rerun_url: `${api}/rerun`,
    pull_requests: [],
    created_at: run.createdAt,
    updated_at: shown.updatedAt,
    run_started_at: shown.startedAt,
    actor: userShape(hub, hub.user(run.actorId)),
    triggering_actor: userShape(hub, hub.user(shown.triggeringActorId)),
    repository,
    head_repository: repository,
  };
}

/** A job as REST shows it. Steps are not known here. */
export function jobShape(hub: Hub, run: Run, job: Job): Json {
  const { api, html } = runUrls(hub, run);
  const repository = repositoryUrl(hub, hub.repositoryOf(run));
  return {
    id: job.id,
    run_id: run.id,
    run_url: api,
    run_attempt: job.attempt,
    workflow_name: run.workflowName,
    head_branch: run.headBranch,
    node_id: formatNodeId("CR", job.id),
    head_sha: run.headSha,
    url: `${repository}/actions/jobs/${job.id}`,
    html_url: `${html}/job/${job.id}`,
    check_run_url: `${repository}/check-runs/${job.id}`,
    status: job.status,
    conclusion: job.conclusion ?? null,
    created_at: job.createdAt,
    started_at: job.startedAt ?? job.createdAt,
    completed_at: job.completedAt ?? null,
    name: job.name,
    steps: [],
    labels: job.labels,
    runner_id: job.runnerName === undefined ? null : 1,
    runner_name: job.runnerName ?? null,
    runner_group_id: null,
    runner_group_name: null,
  };
}
