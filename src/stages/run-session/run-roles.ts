import { classifyAgentRun } from "../../core/session/agent-outcome.ts";
import { type AgentRun, ANSWER_SCHEMA } from "../../core/session/agent-run.ts";
import {
  CONTEXT_FILES,
  formatContextJson,
  formatContextMarkdown,
  formatPrompt,
  listAllowedTools,
  type WorkItem,
} from "../../core/session/prompt.ts";
import type { SessionResult } from "../../core/session/session-result.ts";
import { parseInstant } from "../../core/text/instant.ts";
import type { Agent } from "../../ports/agent.ts";
import type { Admission } from "./admit.ts";
import type { RunSessionInputs, RunSessionPorts } from "./run-session.ts";

const MINUTE_MS = 60_000;

/** Longest project instructions that are handed on; they are part of every model call. */
const MAX_INSTRUCTIONS = 40_000;

type RoleResult = Pick<
  SessionResult,
  "ending" | "cause" | "detail" | "resetsInMinutes" | "title" | "summary" | "agent"
>;

/** Lets the implementer work in the open worktree. Returns how that ended, without judging the work. */
export async function runImplementer(
  ports: RunSessionPorts,
  agent: Agent,
  inputs: RunSessionInputs,
  { issue, claim, configuration }: Admission,
  branch: string,
): Promise<RoleResult> {
  const { prepare, checks, session } = configuration;
  const item: WorkItem = { issue, attempt: claim.attempt, branch, checks, dependencies: [] };
  await ports.workspace.writeContext(
    new Map([
      [CONTEXT_FILES.json, formatContextJson(item)],
      [CONTEXT_FILES.markdown, formatContextMarkdown(item)],
    ]),
  );
  const run = await agent.run({
    worktree: ports.workspace.worktree,
    prompt: formatPrompt(item),
    systemPrompt: await readInstructions(ports, claim.baseSha),
    allowedTools: listAllowedTools(prepare, checks),
    model: session.model,
    maxTurns: session.maxTurns,
    maxBudgetUsd: session.maxBudgetUsd,
    hardLimitMs: session.hardMinutes * MINUTE_MS,
    stallMs: session.stallMinutes * MINUTE_MS,
    answerSchema: ANSWER_SCHEMA,
    stop: inputs.stop,
  });
  return describeRun(run);
}

/** The project's CLAUDE.md as it is on the base commit: what a session wrote is never an instruction. */
async function readInstructions({ workspace }: RunSessionPorts, baseSha: string): Promise<string> {
  const instructions = await workspace.readFile(baseSha, "CLAUDE.md");
  return (instructions ?? "Follow the conventions of the repository.").slice(0, MAX_INSTRUCTIONS);
}

function describeRun(run: AgentRun): RoleResult {
  const outcome = classifyAgentRun(run);
  const agent = {
    version: run.version,
    turns: run.result?.turns,
    costUsd: run.result?.costUsd,
    deniedTools: run.result?.deniedTools ?? [],
  };
  if (outcome.type === "failed") {
    const { cause, detail } = outcome;
    const resetsInMinutes = minutesUntil(outcome.resetsAtSeconds, run.finishedAt);
    const nothing = { title: undefined, summary: undefined };
    return { ending: "failed", cause, detail, resetsInMinutes, ...nothing, agent };
  }
  const { status, title, summary } = outcome.answer;
  const answered = { resetsInMinutes: undefined, title, summary, agent };
  return status === "needs-human"
    ? { ending: "asked", cause: "question", detail: "The agent asks.", ...answered }
    : { ending: "worked", cause: undefined, detail: "The agent is done.", ...answered };
}

function minutesUntil(seconds: number | undefined, from: string): number | undefined {
  const start = parseInstant(from);
  return seconds === undefined || start === undefined
    ? undefined
    : Math.max(1, Math.ceil((seconds - start) / 60));
}
