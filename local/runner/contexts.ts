import type { GitHubEndpoints, GitHubEvent } from "./github-connection.ts";
import { mappingAt, textAt, type Mapping } from "./value.ts";
import type { WorkflowFile } from "./workflow-file.ts";

/** The `github` context of a run, without what differs from job to job. */
export function githubContext(
  run: {
    readonly runId: number;
    readonly runNumber: number;
    readonly runAttempt: number;
    readonly triggeringActor: string;
  },
  event: GitHubEvent,
  file: WorkflowFile,
  endpoints: GitHubEndpoints,
): Mapping {
  const repository = mappingAt(event.payload, "repository");
  const pullRequest = mappingAt(event.payload, "pull_request");
  const refName = event.ref.replace(/^refs\/(?:heads|tags|pull)\//, "");
  const payload =
    event.name === "workflow_dispatch" ? { ...event.payload, inputs: event.inputs } : event.payload;
  return {
    actor: event.actor.login,
    actor_id: String(event.actor.id),
    triggering_actor: run.triggeringActor,
    api_url: endpoints.apiUrl,
    graphql_url: endpoints.graphqlUrl,
    server_url: endpoints.serverUrl,
    event_name: event.name,
    event: payload,
    base_ref: textAt(mappingAt(pullRequest, "base"), "ref") ?? "",
    head_ref: textAt(mappingAt(pullRequest, "head"), "ref") ?? "",
    ref: event.ref,
    ref_name: refName,
    ref_protected: false,
    ref_type: event.ref.startsWith("refs/tags/") ? "tag" : "branch",
    sha: event.sha,
    repository: event.repository,
    repository_id: textAt(repository, "id") ?? "",
    repository_owner: event.repository.split("/")[0] ?? "",
    repository_owner_id: textAt(mappingAt(repository, "owner"), "id") ?? "",
    repositoryUrl: `git://${new URL(endpoints.serverUrl).host}/${event.repository}.git`,
    retention_days: "90",
    run_id: String(run.runId),
    run_number: String(run.runNumber),
    run_attempt: String(run.runAttempt),
    secret_source: "Actions",
    workflow: file.name,
    workflow_ref: `${event.repository}/${file.path}@${file.origin.ref}`,
    workflow_sha: file.origin.sha,
  };
}

/** The keys of the `github` context that become `GITHUB_*` variables: the runner's own list. */
export const GITHUB_VARIABLES: readonly string[] = [
  "action",
  "action_path",
  "action_ref",
  "action_repository",
  "actor",
  "actor_id",
  "api_url",
  "base_ref",
  "event_name",
  "event_path",
  "graphql_url",
  "head_ref",
  "job",
  "ref",
  "ref_name",
  "ref_protected",
  "ref_type",
  "repository",
  "repository_id",
  "repository_owner",
  "repository_owner_id",
  "retention_days",
  "run_attempt",
  "run_id",
  "run_number",
  "server_url",
  "sha",
  "triggering_actor",
  "workflow",
  "workflow_ref",
  "workflow_sha",
  "workspace",
];
