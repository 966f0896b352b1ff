// Supervises the real CLI in a process of its own, as the action does, so that a test can kill it:
// `node build/test/adapters/claude/agent-process.js JSON`.
import * as v from "valibot";

import { ANSWER_SCHEMA } from "../../../src/core/session/agent-run.ts";
import { anAgentRequest } from "./an-agent-request.ts";
import { newRealAgent } from "./real-agent.ts";

const ORDER = v.object({
  directory: v.string(),
  worktree: v.string(),
  url: v.string(),
  issue: v.number(),
  mark: v.string(),
});

const { directory, worktree, url, issue, mark } = v.parse(
  ORDER,
  JSON.parse(process.argv[2] ?? "{}"),
);
await newRealAgent({ directory, mark, url }).run(
  anAgentRequest({
    worktree,
    prompt: `Work item: issue #${issue}, attempt 1.`,
    allowedTools: ["Bash(sleep *)"],
    answerSchema: ANSWER_SCHEMA,
  }),
);
