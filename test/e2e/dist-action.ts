import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { EmbeddedGitHub } from "../../local/github/embedded-github.ts";
import { PROJECT_ROOT } from "../../scripts/project-root.ts";
import { type Ended, startNode } from "./node-process.ts";

export interface ActionRun extends Ended {
  readonly outputs: ReadonlyMap<string, string>;
  readonly summary: string;
}

export interface ActionJob {
  readonly github: EmbeddedGitHub;
  /** `owner/name`. */
  readonly repository: string;
  readonly runId: number;
  readonly token: string;
  /** An existing directory for everything that the runner keeps of this job. */
  readonly folder: string;
}

/** Runs the built bundle of an action as a runner does; `inputs` go by their names. */
export async function runAction(
  { github, repository, runId, token, folder }: ActionJob,
  action: "collect" | "dispatch" | "run-session",
  inputs: Readonly<Record<string, string>> = {},
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<ActionRun> {
  const temp = join(folder, "temp");
  await mkdir(temp, { recursive: true });
  const outputFile = join(folder, `${action}-output`);
  const summaryFile = join(folder, `${action}-summary`);
  const stateFile = join(folder, `${action}-state`);
  await Promise.all([outputFile, summaryFile, stateFile].map((file) => writeFile(file, "")));
  const given = { "github-token": token, config: "", "dry-run": "", ...inputs };
  const ended = await startNode([join(PROJECT_ROOT, "actions", action, "dist/index.js")], {
    GITHUB_ACTIONS: "true",
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: String(runId),
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_SERVER_URL: github.serverUrl,
    GITHUB_API_URL: github.apiUrl,
    GITHUB_GRAPHQL_URL: github.graphqlUrl,
    GITHUB_WORKFLOW_REF: `${repository}/.github/workflows/water-spider.yml@refs/heads/main`,
    GITHUB_WORKSPACE: folder,
    GITHUB_OUTPUT: outputFile,
    GITHUB_STEP_SUMMARY: summaryFile,
    GITHUB_STATE: stateFile,
    RUNNER_TEMP: temp,
    ...environment,
    ...Object.fromEntries(
      Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
  }).ended;
  const outputs = parseOutputs(await readFile(outputFile, "utf8"));
  return { ...ended, outputs, summary: await readFile(summaryFile, "utf8") };
}

/** The file that `GITHUB_OUTPUT` names: `name<<delimiter`, lines, `delimiter`. */
function parseOutputs(text: string): ReadonlyMap<string, string> {
  const outputs = new Map<string, string>();
  for (const match of text.matchAll(/^(.+?)<<(.+)\n([\s\S]*?)\n\2$/gm)) {
    outputs.set(match[1] ?? "", match[3] ?? "");
  }
  return outputs;
}
