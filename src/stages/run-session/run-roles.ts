import { classifyAgentRun, isCutOff } from "../../core/session/agent-outcome.ts";
import { type AgentRun, ANSWER_SCHEMA } from "../../core/session/agent-run.ts";
import {
  CONTEXT_FILES,
  formatContextJson,
  formatContextMarkdown,
  formatPrompt,
  formatResumePrompt,
  listAllowedTools,
  type WorkItem,
} from "../../core/session/prompt.ts";
import type { SessionResult } from "../../core/session/session-result.ts";
import { parseInstant } from "../../core/text/instant.ts";
import type { Agent, AgentRequest } from "../../ports/agent.ts";
import type { StartPoint } from "../../ports/workspace.ts";
import type { Admission } from "./admit.ts";
import { Checkpoints } from "./checkpoints.ts";
import type { RunSessionInputs, RunSessionPorts } from "./run-session.ts";

const MINUTE_MS = 60_000;

/** Longest project instructions that are handed on; they are part of every model call. */
const MAX_INSTRUCTIONS = 40_000;

/** How the agent's part of a session ended. */
export type RoleResult = Pick<
  SessionResult,
  "ending" | "cause" | "detail" | "resetsInMinutes" | "title" | "summary" | "agent"
>;

/** Lets the implementer work in the open worktree. Returns how that ended, without judging the work. */
export async function runImplementer(
  ports: RunSessionPorts,
  agent: Agent,
  inputs: RunSessionInputs,
  { issue, claim, configuration, lastFailure }: Admission,
  { branch, start }: { readonly branch: string; readonly start: StartPoint },
): Promise<RoleResult> {
  const { prepare, checks, session } = configuration;
  const hasKeptWork = start === "kept-work";
  const { attempt } = claim;
  const subject = { issue, attempt, branch, checks, dependencies: [] };
  const item: WorkItem = { ...subject, lastFailure, hasKeptWork };
  await ports.workspace.writeContext(
    new Map([
      [CONTEXT_FILES.json, formatContextJson(item)],
      [CONTEXT_FILES.markdown, formatContextMarkdown(item)],
    ]),
  );
  const checkpoints = new Checkpoints(ports);
  const request: AgentRequest = {
    worktree: ports.workspace.worktree,
    prompt: formatPrompt(item),
    systemPrompt: await readInstructions(ports, claim.baseSha),
    allowedTools: listAllowedTools(prepare, checks),
    sandbox: session.sandbox,
    model: session.model,
    maxTurns: session.maxTurns,
    maxBudgetUsd: session.maxBudgetUsd,
    // Where its work goes on, so does what the agent knew, if this machine has it.
    resume: hasKeptWork,
    softLimitMs: session.softMinutes * MINUTE_MS,
    onSoftLimit: () => {
      ports.log.notice(
        `The session works for more than ${session.softMinutes} minutes; it goes on up to ${session.hardMinutes}.`,
      );
      checkpoints.take();
    },
    hardLimitMs: session.hardMinutes * MINUTE_MS,
    onGracefulEnd: () => checkpoints.take(),
    stallMs: session.stallMinutes * MINUTE_MS,
    answerSchema: ANSWER_SCHEMA,
    stop: inputs.stop,
  };
  const run = await agent.run(request);
  const last = isCutOff(run) ? await goOn(ports, agent, { request, run, item }) : run;
  logRun(ports, last);
  if (last.stopReason === "hard-limit") {
    // There is a tenth of the limit left, and whoever sweeps ends what reads the worktree.
    await checkpoints.settled();
  }
  return describeRun(last);
}

/** Goes on with the conversation of a process that was lost, once and within the same limits. */
async function goOn(
  { workspace, log }: RunSessionPorts,
  agent: Agent,
  cut: { readonly request: AgentRequest; readonly run: AgentRun; readonly item: WorkItem },
): Promise<AgentRun> {
  const { request, run, item } = cut;
  const usedMs = 1_000 * secondsBetween(run.startedAt, run.finishedAt);
  if (request.stop.aborted || usedMs >= request.hardLimitMs) {
    return run;
  }
  await workspace.sweep();
  log.notice(`The agent was cut off (${run.signal ?? `exit code ${run.exitCode}`}); it goes on.`);
  const rest = { ...request, prompt: formatResumePrompt(item), resume: true };
  const softLimitMs = Math.max(0, request.softLimitMs - usedMs);
  return await agent.run({ ...rest, softLimitMs, hardLimitMs: request.hardLimitMs - usedMs });
}

function secondsBetween(from: string, to: string): number {
  return (parseInstant(to) ?? 0) - (parseInstant(from) ?? 0);
}

function logRun({ log }: RunSessionPorts, { result, usage }: AgentRun): void {
  const figures = [
    result?.turns === undefined ? [] : [`${result.turns} turns`],
    result?.costUsd === undefined ? [] : [`${result.costUsd.toFixed(2)} USD`],
    usage === undefined
      ? []
      : [`peak memory ${usage.peakMemoryMb} MB`, `CPU ${usage.cpuSeconds.toFixed(1)} s`],
  ].flat();
  if (figures.length > 0) {
    log.info(`The agent took ${figures.join(", ")}.`);
  }
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
    peakMemoryMb: run.usage?.peakMemoryMb,
    cpuSeconds: run.usage?.cpuSeconds,
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
