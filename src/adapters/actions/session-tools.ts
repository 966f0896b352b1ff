import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import * as core from "@actions/core";

import type { Configuration } from "../../core/configuration.ts";
import { ConfigurationError } from "../../core/failure.ts";
import { judgeAgentVersion, type MachineFacts } from "../../core/session/preflight.ts";
import type { Agent } from "../../ports/agent.ts";
import { findAgentBinary, globalPackageRoots } from "../claude/binary.ts";
import { ClaudeAgent } from "../claude/claude-agent.ts";
import type { Credential } from "../claude/invocation.ts";
import { Transcript } from "../claude/transcript.ts";
import { inspectMachine } from "../machine/inspect-machine.ts";
import { SessionSandbox } from "../sandbox/session-sandbox.ts";
import { MachineWorkspace } from "../workspace/machine-workspace.ts";
import { type ClaimPlaces, claimPlaces } from "../workspace/session-places.ts";
import { SESSION_VARIABLE } from "../workspace/sweep.ts";
import { actionsLog } from "./actions-log.ts";
import { type Connection, readTime } from "./connect.ts";
import { optionalInput } from "./inputs.ts";

/** What a session needs on its machine, made from the action's inputs. */
export interface SessionTools {
  readonly places: ClaimPlaces;
  readonly workspace: MachineWorkspace;
  /** Finds the agent and its credential; throws `ConfigurationError` when one is missing. */
  readonly openAgent: () => Promise<Agent>;
  readonly inspectMachine: (
    configuration: Pick<Configuration, "prepare" | "checks">,
  ) => Promise<MachineFacts>;
  /** Directory with the transcript, for people. */
  readonly transcripts: string;
}

type ToolsConnection = Pick<Connection, "job" | "git" | "remoteUrl"> &
  Partial<Pick<Connection, "aheadSeconds">>;

/** Names the places of this claim on the machine and makes its workspace. */
export async function openSessionTools(
  { job, git, remoteUrl, aheadSeconds }: ToolsConnection,
  issue: number,
  claim: string,
): Promise<SessionTools> {
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
  const transcriptPath = join(transcripts, `issue-${issue}.jsonl`);
  const environment = process.env;
  const sandbox = new SessionSandbox({ places, environment, log: actionsLog });
  const options = { places, claim, git, remoteUrl, environment, sandbox, clock: readTime };
  return {
    places,
    workspace: new MachineWorkspace(options),
    inspectMachine: (configuration) => inspectMachine({ environment, aheadSeconds }, configuration),
    openAgent: () => openAgent({ places, claim, sandbox }, job.workspace, transcriptPath),
    transcripts,
  };
}

interface AgentSurroundings {
  readonly places: ClaimPlaces;
  readonly claim: string;
  readonly sandbox: SessionSandbox;
}

async function openAgent(
  { places, claim, sandbox }: AgentSurroundings,
  workspace: string,
  transcriptPath: string,
): Promise<Agent> {
  const credential = readCredential();
  const transcript = new Transcript(transcriptPath, credential.value);
  const binary = await findAgentBinary({
    input: optionalInput("claude-path"),
    environment: process.env,
    packageRoots: [workspace, ...globalPackageRoots()],
  });
  const tooOld = judgeAgentVersion(binary.version);
  if (tooOld !== undefined) {
    throw new ConfigurationError(tooOld);
  }
  core.info(`Claude Code ${binary.version} (${binary.origin}: ${binary.path}).`);
  return new ClaudeAgent({
    binary,
    credential,
    sandbox,
    environment: process.env,
    marker: { [SESSION_VARIABLE]: claim },
    newSessionId: randomUUID,
    clock: readTime,
    log: actionsLog,
    onLine: (line) => transcript.write(line),
    places: {
      home: places.home,
      configuration: join(places.scratch, "claude"),
      temporary: places.temporary,
      conversations: places.conversations,
      settingsFile: join(places.scratch, "settings.json"),
      systemPromptFile: join(places.scratch, "role.md"),
    },
  });
}

function readCredential(): Credential {
  const apiKey = optionalInput("anthropic-api-key");
  const token = optionalInput("claude-code-oauth-token");
  if (apiKey === "" && token === "") {
    throw new ConfigurationError(
      "There is no credential for the model. Set the repository secret ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN " +
        "(gh secret set ANTHROPIC_API_KEY) and pass it on as in examples/water-spider.yml. A login of 'claude' on the " +
        "machine is not used: sessions have a HOME of their own, and a service cannot read the Keychain.",
    );
  }
  const credential: Credential =
    apiKey === "" ? { type: "oauth-token", value: token } : { type: "api-key", value: apiKey };
  core.setSecret(credential.value);
  return credential;
}
