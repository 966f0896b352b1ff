import { createRequire } from "node:module";

import { ClaudeAgent, type ClaudeAgentOptions } from "../../../src/adapters/claude/claude-agent.ts";
import { SESSION_VARIABLE } from "../../../src/adapters/workspace/sweep.ts";
import { placesIn } from "./an-agent-request.ts";

export interface RealAgentOptions {
  /** For everything that belongs to the session. */
  readonly directory: string;
  /** On every process of the session. */
  readonly mark: string;
  /** Where the scripted model is. */
  readonly url: string;
}

/** The installed Claude Code before the scripted model. */
export function newRealAgent(
  { directory, mark, url }: RealAgentOptions,
  options: Partial<ClaudeAgentOptions> = {},
): ClaudeAgent {
  return new ClaudeAgent({
    binary: { path: claudeBinary(), version: "2.1.328" },
    credential: { type: "api-key", value: "sk-canary" },
    places: placesIn(directory),
    sandbox: { confine: () => Promise.resolve(undefined) },
    environment: { PATH: process.env["PATH"], ANTHROPIC_BASE_URL: url },
    marker: { [SESSION_VARIABLE]: mark },
    newSessionId: () => crypto.randomUUID(),
    clock: () => new Date(),
    log: { info: () => undefined, notice: () => undefined, warning: () => undefined },
    onLine: () => undefined,
    ...options,
  });
}

function claudeBinary(): string {
  const platform = `${process.platform}-${process.arch}`;
  return createRequire(import.meta.url).resolve(`@anthropic-ai/claude-code-${platform}/claude`);
}
