import type { JobDefinition } from "./job-definition.ts";
import type { JobOutcome, Level } from "./leg.ts";
import type { RunContext } from "./run-context.ts";

/** A re-run of one job: what needs it runs again too, everything else is taken over. */
export interface Rerun {
  /** The key that the job was reported with. */
  readonly jobKey: string;
  /** How each job, and each leg of a matrix, ended the last time, by key. */
  readonly outcomes: ReadonlyMap<string, JobOutcome>;
}

/** `part`: only the leg, or the job of a called workflow, that is to run again. */
export type Share = "all" | "part" | "none";

/** How much of a job runs again. Without a re-run it is all of it. */
export function shareOf(level: Level, job: JobDefinition): Share {
  if (level.rerun === undefined) {
    return "all";
  }
  const { jobKey } = level.rerun;
  const key = `${level.keyPrefix}${job.id}`;
  const needed = level.tree.file.jobs.filter(({ id }) => job.needs.includes(id));
  if (jobKey === key || needed.some((one) => shareOf(level, one) !== "none")) {
    return "all";
  }
  return jobKey.startsWith(`${key}/`) || jobKey.startsWith(`${key}[`) ? "part" : "none";
}

/** Whether the job to run again is this leg or one that this leg calls. */
export function isInLeg({ jobKey }: Rerun, legKey: string): boolean {
  return jobKey === legKey || jobKey.startsWith(`${legKey}/`);
}

/** Takes a job or a leg over from the attempt before, with result and outputs. */
export async function carry(run: RunContext, rerun: Rerun, key: string): Promise<JobOutcome> {
  const outcome = rerun.outcomes.get(key);
  if (outcome === undefined) {
    throw new Error(`The attempt before knows no job '${key}'.`);
  }
  await run.services.github.carryJobs(run.runId, key);
  return outcome;
}
