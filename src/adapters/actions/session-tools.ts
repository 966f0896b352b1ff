import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import * as core from "@actions/core";

import { ConfigurationError } from "../../core/failure.ts";
import type { Agent } from "../../ports/agent.ts";
import { findAgentBinary, globalPackageRoots } from "../claude/binary.ts";
import { ClaudeAgent } from "../claude/claude-agent.ts";
import type { Credential } from "../claude/invocation.ts";
import { MachineWorkspace } from "../workspace/machine-workspace.ts";
import { type ClaimPlaces, claimPlaces } from "../workspace/session-places.ts";
import { SESSION_VARIABLE } from "../workspace/sweep.ts";
import { actionsLog } from "./actions-log.ts";
import type { JobConnection } from "./connect.ts";
import { optionalInput } from "./inputs.ts";

/** What a session needs on its machine, made from the action's inputs. */
export interface SessionTools {
  readonly places: ClaimPlaces;
  readonly workspace: MachineWorkspace;
  readonly agent: Agent;
  /** Directory with the transcript, for people. */
  readonly transcripts: string;
}

/** Finds the agent, reads its credential, and names the places of this claim on the machine. */
export async function openSessionTools(
  connection: JobConnection,
  issue: number,
  claim: string,
): Promise<SessionTools> {
  const { job, git, remoteUrl } = connection;
  const credential = readCredential();
  const binary = await findAgentBinary({
    input: optionalInput("claude-path"),
    environment: process.env,
    packageRoots: [job.workspace, ...globalPackageRoots()],
  });
  core.info(`Claude Code ${binary.version} (${binary.origin}: ${binary.path}).`);
  const places = claimPlaces({
    machineRoot: join(homedir(), ".water-spider"),
    workspace: job.workspace,
    runnerTemp: job.runnerTemp,
    serverUrl: job.serverUrl,
    repository: `${job.owner}/${job.repo}`,
    issue,
    claim,
  });
  const transcripts = join(job.runnerTemp, "water-spider-transcript");
  await mkdir(transcripts, { recursive: true });
  const transcript = createWriteStream(join(transcripts, `issue-${issue}.jsonl`));
  const clock = readTime;
  const agent = new ClaudeAgent({
    binary,
    credential,
    environment: process.env,
    marker: { [SESSION_VARIABLE]: claim },
    newSessionId: randomUUID,
    clock,
    log: actionsLog,
    onLine: (line) => transcript.write(`${line.replaceAll(credential.value, "***")}\n`),
    places: {
      home: join(places.scratch, "home"),
      configuration: join(places.scratch, "claude"),
      temporary: places.temporary,
      settingsFile: join(places.scratch, "settings.json"),
      systemPromptFile: join(places.scratch, "role.md"),
    },
  });
  const environment = process.env;
  const workspace = new MachineWorkspace({ places, claim, git, remoteUrl, environment, clock });
  return { places, workspace, agent, transcripts };
}

function readCredential(): Credential {
  const apiKey = optionalInput("anthropic-api-key");
  const token = optionalInput("claude-code-oauth-token");
  if (apiKey === "" && token === "") {
    throw new ConfigurationError(
      "There is no credential for the model. Set the repository secret ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN " +
        "(gh secret set ANTHROPIC_API_KEY) and pass it on as in examples/water-spider.yml.",
    );
  }
  const credential: Credential =
    apiKey === "" ? { type: "oauth-token", value: token } : { type: "api-key", value: apiKey };
  core.setSecret(credential.value);
  return credential;
}

function readTime(): Date {
  return new Date();
}
