import { spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";

import type { AgentRun } from "../../core/session/agent-run.ts";
import type { Agent, AgentRequest } from "../../ports/agent.ts";
import type { Log } from "../../ports/log.ts";
import type { SessionSandbox } from "../sandbox/session-sandbox.ts";
import { findConversation, forgetConversations, linkConversations } from "./conversations.ts";
import {
  agentEnvironment,
  agentSettings,
  type Conversation,
  type Credential,
  listArguments,
  type SessionPlaces,
} from "./invocation.ts";
import { sandboxSettings } from "./sandbox-settings.ts";
import { emptyStartupFiles } from "./startup-files.ts";
import { LADDER_STEPS } from "./stop-ladder.ts";
import { type Patience, Supervision } from "./supervision.ts";

const PATIENCE: Patience = { ...LADDER_STEPS, graceMs: 3_000, drainMs: 500 };

export interface ClaudeAgentOptions {
  readonly binary: { readonly path: string; readonly version: string };
  readonly credential: Credential;
  readonly places: SessionPlaces;
  readonly sandbox: Pick<SessionSandbox, "confine">;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Variables that mark every process of this session, so that a sweep finds them. */
  readonly marker: Readonly<Record<string, string>>;
  readonly newSessionId: () => string;
  readonly clock: () => Date;
  readonly log: Log;
  /** Gets every line of the stream, for the transcript. */
  readonly onLine: (line: string) => void;
  readonly patience?: Patience;
}

/** Claude Code as a supervised child process in a process group of its own. */
export class ClaudeAgent implements Agent {
  readonly #options: ClaudeAgentOptions;

  constructor(options: ClaudeAgentOptions) {
    this.#options = options;
  }

  async run(request: AgentRequest): Promise<AgentRun> {
    const { places } = this.#options;
    await this.#writePlaces(request);
    const run = request.resume ? await this.#resume(request) : await this.#begin(request);
    if (run.result?.isError === false) {
      await forgetConversations(places);
    }
    return run;
  }

  async #begin(request: AgentRequest): Promise<AgentRun> {
    const { places, newSessionId } = this.#options;
    await forgetConversations(places);
    await linkConversations(places);
    return await this.#supervise(request, { id: newSessionId(), isNew: true });
  }

  /** Goes on with the latest conversation; begins anew where there is none that the CLI can read. */
  async #resume(request: AgentRequest): Promise<AgentRun> {
    const { places } = this.#options;
    await linkConversations(places);
    const id = await findConversation(places);
    if (id === undefined) {
      return await this.#begin(request);
    }
    const run = await this.#supervise(request, { id, isNew: false });
    const isUnknown = !run.hasStarted && run.stopReason === undefined;
    return isUnknown ? await this.#begin(request) : run;
  }

  async #writePlaces({ systemPrompt, sandbox, worktree }: AgentRequest): Promise<void> {
    const { places } = this.#options;
    const { configuration } = places;
    for (const directory of [places.home, configuration, places.temporary]) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
    }
    const confinement = await this.#options.sandbox.confine(sandbox, worktree);
    const { mode, hosts } = sandbox;
    const settings = agentSettings(
      confinement &&
        sandboxSettings({
          ...confinement,
          startupFiles: await emptyStartupFiles(places.home),
          hosts,
          isRequired: mode === "required",
          configuration,
        }),
    );
    await writeFile(places.settingsFile, JSON.stringify(settings));
    await writeFile(places.systemPromptFile, systemPrompt);
  }

  async #supervise(request: AgentRequest, conversation: Conversation): Promise<AgentRun> {
    const { binary, places, credential, environment: outer, marker } = this.#options;
    const { stallMs } = request;
    const child = spawn(binary.path, listArguments(request, conversation, places), {
      cwd: request.worktree,
      env: agentEnvironment({ outer, places, credential, marker, stallMs }),
      detached: true,
      stdio: ["pipe", "pipe", "pipe", "pipe"],
    });
    const patience = this.#options.patience ?? PATIENCE;
    const run = await new Supervision(child, request, { ...this.#options, patience }).outcome();
    return { ...run, version: run.version ?? binary.version, isResumed: !conversation.isNew };
  }
}
