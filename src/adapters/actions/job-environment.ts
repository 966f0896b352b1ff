import { ConfigurationError } from "../../core/failure.ts";

/** What the runner tells an action about its job (GitHub documentation: variables). */
export interface JobEnvironment {
  readonly owner: string;
  readonly repo: string;
  readonly runId: number;
  readonly runAttempt: number;
  readonly serverUrl: string;
  /** File name of the caller's own workflow, which a kick starts. */
  readonly workflowFile: string;
  readonly workspace: string;
  readonly runnerTemp: string;
  readonly eventPath: string | undefined;
}

/** Reads the runner's variables; throws `ConfigurationError` outside of a job. */
export function readJobEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): JobEnvironment {
  const value = (name: string): string => {
    const text = environment[name];
    if (text === undefined || text === "") {
      throw new ConfigurationError(
        `The variable ${name} is not set. This program is a GitHub action: use it in a workflow's step.`,
      );
    }
    return text;
  };
  const [owner = "", repo = ""] = value("GITHUB_REPOSITORY").split("/");
  const workflowFile = /\/([^/@]+)@/.exec(value("GITHUB_WORKFLOW_REF"))?.[1];
  return {
    owner,
    repo,
    runId: Number(value("GITHUB_RUN_ID")),
    runAttempt: Number(value("GITHUB_RUN_ATTEMPT")),
    serverUrl: value("GITHUB_SERVER_URL"),
    workflowFile: workflowFile ?? "",
    workspace: value("GITHUB_WORKSPACE"),
    runnerTemp: value("RUNNER_TEMP"),
    eventPath: environment["GITHUB_EVENT_PATH"],
  };
}
