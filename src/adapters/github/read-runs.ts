import * as v from "valibot";

import type { ObservedJob, ObservedRun } from "../../core/observation.ts";
import type { GitHubClient } from "./client.ts";

const STATUSES = { queued: "queued", in_progress: "in_progress", completed: "completed" } as const;

const jobNode = v.object({
  id: v.number(),
  run_attempt: v.optional(v.number(), 1),
  name: v.string(),
  status: v.string(),
  conclusion: v.nullish(v.string()),
  started_at: v.nullish(v.string()),
  completed_at: v.nullish(v.string()),
});

/** Six attempts of a run with five legs have 78 jobs; more than so many hundred are not read. */
const MAX_PAGES = 5;

/**
 * Reads the jobs of all attempts of a run: one request per 100 while the jobs alone tell that it
 * runs, one more for the run itself when all of them have ended. `undefined` = the run was deleted.
 */
export async function readRun(
  client: GitHubClient,
  runId: number,
): Promise<ObservedRun | undefined> {
  const { octokit, owner, repo } = client;
  const run = { owner, repo, run_id: runId };
  try {
    const jobs = await readJobs(client, runId);
    const listed = Math.max(1, ...jobs.map(({ runAttempt }) => runAttempt));
    if (jobs.some(({ status }) => status !== "completed")) {
      return { runId, latestAttempt: listed, status: "in_progress", jobs };
    }
    const { data } = await octokit.rest.actions.getWorkflowRun(run);
    const latestAttempt = Math.max(listed, data.run_attempt ?? 1);
    return { runId, latestAttempt, status: observedStatus(data.status), jobs };
  } catch (error) {
    if (isStatus(error, 404)) {
      return undefined;
    }
    throw error;
  }
}

async function readJobs(
  { octokit, owner, repo }: GitHubClient,
  runId: number,
): Promise<readonly ObservedJob[]> {
  const nodes: unknown[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { data } = await octokit.rest.actions.listJobsForWorkflowRun({
      owner,
      repo,
      run_id: runId,
      filter: "all",
      per_page: 100,
      page,
    });
    nodes.push(...data.jobs);
    if (nodes.length >= data.total_count || data.jobs.length === 0) {
      break;
    }
  }
  return nodes.flatMap(observedJob);
}

function observedJob(node: unknown): readonly ObservedJob[] {
  const parsed = v.safeParse(jobNode, node);
  if (!parsed.success) {
    return [];
  }
  const { id, run_attempt, name, status, conclusion, started_at, completed_at } = parsed.output;
  return [
    {
      id,
      runAttempt: run_attempt,
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
