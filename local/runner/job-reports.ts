import type { Conclusion } from "./engine-events.ts";
import type { Leg } from "./leg.ts";
import type { RunContext } from "./run-context.ts";

/** Tells GitHub and the listeners that a job waits for its runner; returns its id. */
export async function reportQueued(
  run: RunContext,
  leg: Leg,
  labels: readonly string[],
): Promise<number> {
  const { github, emit } = run.services;
  const { key, name } = leg;
  const jobId = await github.reportJob(run.runId, { key, name, status: "queued", labels });
  emit({ type: "job-queued", runId: run.runId, jobId, name, labels });
  return jobId;
}

/** Tells that a job has its runner. */
export async function reportStarted(
  run: RunContext,
  leg: Leg,
  jobId: number,
  runnerName: string,
  labels: readonly string[],
): Promise<void> {
  const { github, emit, clock } = run.services;
  const { key, name } = leg;
  const startedAt = clock().toISOString();
  await github.reportJob(run.runId, {
    key,
    name,
    status: "in_progress",
    startedAt,
    runnerName,
    labels,
  });
  emit({ type: "job-started", runId: run.runId, jobId, name, runnerName, labels });
}

/** Tells that a job has ended; one that never reached a runner has no log. */
export async function reportEnded(
  run: RunContext,
  leg: Pick<Leg, "key" | "name">,
  conclusion: Conclusion,
  logFile?: string,
): Promise<void> {
  const { github, emit, halt, clock } = run.services;
  if (halt.requested) {
    return;
  }
  const { key, name } = leg;
  const completedAt = clock().toISOString();
  const report = { key, name, status: "completed", conclusion, completedAt } as const;
  const jobId = await github.reportJob(run.runId, report);
  emit({ type: "job-finished", runId: run.runId, jobId, name, conclusion, logFile });
}
