import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { JobDirectories } from "./job-context.ts";
import type { RunContext } from "./run-context.ts";
import type { Runner } from "./runner-pool.ts";

/** The only variables of this machine that a job sees; everything else is the runner's own. */
const INHERITED = ["PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER", "LOGNAME", "SHELL", "HOME"];

/** Makes the directories of a job: the workspace stays, the temporary directory is emptied. */
export async function makeDirectories(run: RunContext, runner: Runner): Promise<JobDirectories> {
  const home = join(run.services.workDirectory, "runners", runner.name);
  const name = run.event.repository.split("/")[1] ?? "repository";
  const directories: JobDirectories = {
    workspace: join(home, "_work", name, name),
    temporary: join(home, "_work", "_temp"),
    tools: join(home, "_work", "_tool"),
  };
  await rm(directories.temporary, { recursive: true, force: true });
  if (runner.hosted) {
    // A hosted machine is new for every job.
    await rm(directories.workspace, { recursive: true, force: true });
    await rm(join(home, "home"), { recursive: true, force: true });
  }
  for (const directory of [...Object.values(directories), join(home, "home")]) {
    await mkdir(directory, { recursive: true });
  }
  return directories;
}

/** Writes the event's payload where GITHUB_EVENT_PATH points. */
export async function writeEvent(run: RunContext, directories: JobDirectories): Promise<string> {
  const directory = join(directories.temporary, "_github_workflow");
  await mkdir(directory, { recursive: true });
  const path = join(directory, "event.json");
  await writeFile(path, JSON.stringify(run.github["event"], undefined, 2));
  return path;
}

/** What a runner process would hand on from its own environment. */
export function inheritedEnvironment(run: RunContext, runner: Runner): Record<string, string> {
  const own = INHERITED.map((name): [string, string | undefined] => [name, process.env[name]]);
  const present = own.filter((entry): entry is [string, string] => entry[1] !== undefined);
  const home = join(run.services.workDirectory, "runners", runner.name, "home");
  return {
    ...Object.fromEntries(present),
    ...(runner.hosted ? { HOME: home } : {}),
    ...runner.environment,
  };
}

/** The variables that beat whatever a workflow sets. */
export function fixedEnvironment(
  runner: Runner,
  directories: JobDirectories,
  trackingId: string,
): Record<string, string> {
  return {
    GITHUB_ACTIONS: "true",
    RUNNER_TRACKING_ID: trackingId,
    RUNNER_NAME: runner.name,
    RUNNER_TEMP: directories.temporary,
    RUNNER_TOOL_CACHE: directories.tools,
    RUNNER_WORKSPACE: join(directories.workspace, ".."),
    ...runnerVariables(runner),
  };
}

function runnerVariables(runner: Runner): Record<string, string> {
  return runner.hosted
    ? { RUNNER_OS: "Linux", RUNNER_ARCH: "X64", RUNNER_ENVIRONMENT: "github-hosted" }
    : { RUNNER_OS: "macOS", RUNNER_ARCH: "ARM64", RUNNER_ENVIRONMENT: "self-hosted" };
}

/** The `runner` context. */
export function runnerContext(
  runner: Runner,
  directories: JobDirectories,
): Readonly<Record<string, string>> {
  const { RUNNER_OS = "", RUNNER_ARCH = "", RUNNER_ENVIRONMENT = "" } = runnerVariables(runner);
  return {
    name: runner.name,
    os: RUNNER_OS,
    arch: RUNNER_ARCH,
    environment: RUNNER_ENVIRONMENT,
    temp: directories.temporary,
    tool_cache: directories.tools,
    workspace: join(directories.workspace, ".."),
  };
}

function tokenPart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** The results service as JavaScript actions find it; the clients only decode the token. */
export function actionServices(
  run: RunContext,
  jobId: number,
  cacheMode: string | undefined,
): Record<string, string> {
  const url = `${run.services.github.endpoints.apiUrl}/`;
  const scope = {
    scp: `Actions.Results:${run.runId}:${jobId}`,
    ...(cacheMode === undefined ? {} : { cache_mode: cacheMode }),
  };
  return {
    ACTIONS_RUNTIME_URL: url,
    ACTIONS_RESULTS_URL: url,
    ACTIONS_CACHE_URL: url,
    ACTIONS_CACHE_SERVICE_V2: "True",
    ACTIONS_RUNTIME_TOKEN: `${tokenPart({ alg: "none", typ: "JWT" })}.${tokenPart(scope)}.${tokenPart(jobId)}`,
    ...(cacheMode === undefined ? {} : { ACTIONS_CACHE_MODE: cacheMode }),
  };
}
