import * as v from "valibot";

import type { ObservedJob, ObservedRun } from "../../core/observation.ts";
import type { RunAttempt } from "../../ports/world.ts";
import type { GitHubClient } from "./client.ts";

const STATUSES = { queued: "queued", in_progress: "in_progress", completed: "completed" } as const;

const jobNode = v.object({
  id: v.number(),
  name: v.string(),
  status: v.string(),
  conclusion: v.nullish(v.string()),
  started_at: v.nullish(v.string()),
  completed_at: v.nullish(v.string()),
});

/**
 * Reads the jobs of a run attempt: one request while the jobs alone tell that it runs, one more for
 * the run itself when all of them have ended. `undefined` = the run was deleted.
 */
export async function readRun(
  client: GitHubClient,
  { runId, runAttempt }: RunAttempt,
): Promise<ObservedRun | undefined> {
  const { octokit, owner, repo } = client;
  const run = { owner, repo, run_id: runId };
  try {
    const listing = await octokit.rest.actions.listJobsForWorkflowRunAttempt({
      ...run,
      attempt_number: runAttempt,
      per_page: 100,
    });
    const jobs = listing.data.jobs.flatMap(observedJob);
    if (jobs.some(({ status }) => status !== "completed")) {
      return { runId, runAttempt, latestAttempt: runAttempt, status: "in_progress", jobs };
    }
    const { data } = await octokit.rest.actions.getWorkflowRun(run);
    return {
      runId,
      runAttempt,
      latestAttempt: data.run_attempt ?? runAttempt,
      status: observedStatus(data.status),
      jobs,
    };
  } catch (error) {
    if (isStatus(error, 404)) {
      return undefined;
    }
    throw error;
  }
}

function observedJob(node: unknown): readonly ObservedJob[] {
  const parsed = v.safeParse(jobNode, node);
  if (!parsed.success) {
    return [];
  }
  const { id, name, status, conclusion, started_at, completed_at } = parsed.output;
  return [
    {
      id,
      name,
      status: observedStatus(status),
      conclusion: conclusion ?? undefined,
      startedAt: started_at ?? undefined,
      completedAt: completed_at ?? undefined,
    },
  ];
}

/** `waiting`, `pending` and `requested` are forms of waiting to run. */
function observedStatus(status: string | null): ObservedRun["status"] {
  return status === "completed" || status === "in_progress" ? STATUSES[status] : "queued";
}

/** Whether an error of Octokit carries this HTTP status. */
export function isStatus(error: unknown, status: number): boolean {
  return error instanceof Error && "status" in error && error.status === status;
}
