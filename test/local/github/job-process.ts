import { afterEach } from "vitest";

import type { OfflineGitHub } from "./offline-github.ts";

/** Where a job runs that this process stands for. */
export interface JobPlace {
  readonly runId: number;
  readonly workspace: string;
  readonly temp: string;
  /** What the runner's token says about caches; absent = nothing. */
  readonly cacheMode?: string | undefined;
}

/** After each test of the file, folder and variables of this process are what they were. */
export function leaveJobAfterEach(): void {
  const home = process.cwd();
  const before = { ...process.env };
  afterEach(() => {
    process.chdir(home);
    process.env = { ...before };
  });
}

/** Starts a run of an event and tells its id. */
export async function startRun(
  github: OfflineGitHub,
  repository: string,
  event: string,
): Promise<number> {
  const { runId } = await github.server.addRun({
    repository,
    workflowPath: ".github/workflows/a.yml",
    workflowName: "A",
    event,
    actor: "acme",
    headSha: "a".repeat(40),
    headBranch: "main",
  });
  return runId;
}

/** The variables that a runner gives to the actions of a job which use the cache. */
export function jobVariables(
  { server }: OfflineGitHub,
  { runId, workspace, temp, cacheMode }: JobPlace,
): Readonly<Record<string, string>> {
  return {
    GITHUB_SERVER_URL: server.serverUrl,
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: temp,
    ACTIONS_RESULTS_URL: `${server.apiUrl}/`,
    ACTIONS_CACHE_SERVICE_V2: "True",
    ACTIONS_RUNTIME_TOKEN: runtimeToken(runId, cacheMode),
  };
}

/** The token of a job for the services of actions. */
export function runtimeToken(runId: number, cacheMode?: string): string {
  const claims = { scp: `Actions.Results:${runId}:1`, cache_mode: cacheMode };
  return `${part({ alg: "none" })}.${part(claims)}.x`;
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
