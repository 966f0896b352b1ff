import { join } from "node:path";

import type { SessionPlaces } from "../../../src/adapters/claude/invocation.ts";
import type { AgentRequest } from "../../../src/ports/agent.ts";

/** Where a session of tests lives: everything below one directory. */
export function placesIn(directory: string): SessionPlaces {
  return {
    home: join(directory, "home"),
    configuration: join(directory, "claude"),
    temporary: join(directory, "tmp"),
    settingsFile: join(directory, "settings.json"),
    systemPromptFile: join(directory, "system-prompt.md"),
    conversations: join(directory, "conversations"),
  };
}

/** A request with limits that a test does not meet by chance. */
export function anAgentRequest(fields: Partial<AgentRequest> = {}): AgentRequest {
  return {
    worktree: "/w",
    prompt: "Work item: issue #12, attempt 1.",
    systemPrompt: "Be kind.",
    allowedTools: [],
    sandbox: { mode: "off", readable: [], hosts: [] },
    model: undefined,
    maxTurns: 60,
    maxBudgetUsd: 5,
    resume: false,
    softLimitMs: 100_000,
    onSoftLimit: () => undefined,
    hardLimitMs: 120_000,
    onGracefulEnd: () => undefined,
    stallMs: 60_000,
    answerSchema: { type: "object" },
    stop: new AbortController().signal,
    ...fields,
  };
}
