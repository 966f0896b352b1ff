import { checkCall } from "./call-interface.ts";
import type { CallJob } from "./job-definition.ts";
import { firstExcess, RESTRICTED_DEFAULT, type Permissions } from "./permissions.ts";
import { locateWorkflow, type LocatedFile } from "./references.ts";
import type { RepositoryCache } from "./repository-cache.ts";
import { validateWorkflow } from "./schema-validation.ts";
import { InvalidFileError } from "./unsupported.ts";
import { parseWorkflowFile, type WorkflowFile } from "./workflow-file.ts";

/** A workflow file with the files its jobs call, all at fixed commits. */
export interface WorkflowTree {
  readonly file: WorkflowFile;
  /** By the id of the calling job. */
  readonly called: ReadonlyMap<string, WorkflowTree>;
  /** By job id: what the job's token may do, or its called workflow at most. */
  readonly permissions: ReadonlyMap<string, Permissions>;
}

const DEEPEST = 10;

/**
 * Reads a workflow and everything it calls before the first job starts, as GitHub does: a missing
 * file, a wrong input or a permission the caller does not grant fails the start of the run, also in
 * jobs whose `if` would skip them.
 */
export async function loadWorkflowTree(
  located: LocatedFile,
  cache: RepositoryCache,
): Promise<WorkflowTree> {
  return load(located, cache, undefined, 1);
}

async function load(
  located: LocatedFile,
  cache: RepositoryCache,
  granted: Permissions | undefined,
  depth: number,
): Promise<WorkflowTree> {
  await validateWorkflow(located.path, located.text);
  const file = parseWorkflowFile(located.text, located.path, located.origin);
  const called = new Map<string, WorkflowTree>();
  const permissions = new Map<string, Permissions>();
  for (const job of file.jobs) {
    const asked = job.permissions ?? file.permissions;
    const own = asked ?? granted ?? RESTRICTED_DEFAULT;
    checkGrant(own, granted, `${file.path}, job '${job.id}'`);
    permissions.set(job.id, own);
    if (job.type === "call") {
      called.set(job.id, await loadCalled(job, file, own, cache, depth));
    }
  }
  return { file, called, permissions };
}

function checkGrant(asked: Permissions, granted: Permissions | undefined, place: string): void {
  const excess = granted === undefined ? undefined : firstExcess(asked, granted);
  if (excess !== undefined) {
    throw new InvalidFileError(`Error calling workflow. ${place} is ${excess}.`);
  }
}

async function loadCalled(
  job: CallJob,
  caller: WorkflowFile,
  granted: Permissions,
  cache: RepositoryCache,
  depth: number,
): Promise<WorkflowTree> {
  const place = `${caller.path}, job '${job.id}'`;
  if (depth >= DEEPEST) {
    throw new InvalidFileError(`${place}: workflows call each other more than ${DEEPEST} deep.`);
  }
  const located = await locateWorkflow(job.uses, caller.origin, cache);
  const tree = await load(located, cache, granted, depth + 1);
  checkCall(job, tree.file, place);
  return tree;
}
