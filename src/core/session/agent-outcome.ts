import * as v from "valibot";

import { parseInstant } from "../text/instant.ts";
import type { AgentAnswer, AgentRun } from "./agent-run.ts";

const answerSchema: v.GenericSchema<unknown, AgentAnswer> = v.object({
  status: v.picklist(["done", "needs-human"]),
  title: v.pipe(v.string(), v.maxLength(500)),
  summary: v.pipe(v.string(), v.maxLength(20_000)),
});

/** What a run of the agent amounts to, before its work is looked at. */
export type AgentOutcome =
  | { readonly type: "answered"; readonly answer: AgentAnswer }
  | {
      readonly type: "failed";
      readonly cause: AgentFailure;
      readonly detail: string;
      /** When an account limit ends, in seconds since 1970; `undefined` = it was not said. */
      readonly resetsAtSeconds: number | undefined;
    };

export type AgentFailure =
  | "cancelled"
  | "hard-limit"
  | "stalled"
  | "credentials-refused"
  | "account-limit"
  | "model-unavailable"
  | "turn-limit"
  | "budget-reached"
  | "prompt-too-long"
  | "refused-by-model"
  | "model-not-found"
  | "request-refused"
  | "output-limit"
  | "no-answer"
  | "agent-unusable"
  | "agent-crashed";

/**
 * Classifies a run. Success needs all of: a result event, no error, `completed`, and an answer of
 * the asked shape [N13]. Our own stop reason comes first, then permanent causes, then the rest.
 */
export function classifyAgentRun(run: AgentRun): AgentOutcome {
  const { result } = run;
  const stopped = stoppedByUs(run);
  if (stopped !== undefined) {
    return stopped;
  }
  if (result === undefined) {
    return failedWithoutResult(run);
  }
  const isCompleted =
    result.subtype === "success" && !result.isError && result.terminalReason === "completed";
  if (isCompleted) {
    const answer = v.safeParse(answerSchema, result.structuredOutput);
    return answer.success
      ? { type: "answered", answer: answer.output }
      : failed("no-answer", "It ended without the answer that it was asked for.");
  }
  return failedResult(run, result.terminalReason, result.apiErrorStatus ?? run.modelStatus);
}

/** Whether the process was lost in the middle of its work: then its conversation may go on, once. */
export function isCutOff(run: AgentRun): boolean {
  return run.hasStarted && run.stopReason === undefined && run.result === undefined;
}

function stoppedByUs({ stopReason }: AgentRun): AgentOutcome | undefined {
  switch (stopReason) {
    case undefined:
      return undefined;
    case "cancelled":
      return failed("cancelled", "The session was stopped.");
    case "hard-limit":
      return failed("hard-limit", "The session reached its time limit.");
    case "stall":
      return failed("stalled", "The agent said nothing for longer than the stall limit.");
    case "credentials-refused":
      return failed("credentials-refused", "The model refused the credential (401).");
  }
}

/** One that refuses to start does so on every machine and for every issue; a signal is chance. */
function failedWithoutResult(run: AgentRun): AgentOutcome {
  const refused = !run.hasStarted && run.exitCode !== undefined && run.exitCode < FIRST_SIGNAL_CODE;
  return refused
    ? failed("agent-unusable", `The agent did not start (${describeExit(run)}).`)
    : failed("agent-crashed", `It ended without a result (${describeExit(run)}).`);
}

/** Exit codes from here on are those of signals, plus 128. */
const FIRST_SIGNAL_CODE = 128;

function failedResult(
  run: AgentRun,
  terminalReason: string | undefined,
  status: number | undefined,
): AgentOutcome {
  const said = oneLine(run.result?.text) ?? run.modelError ?? describeExit(run);
  if (status === 401 || status === 403 || run.modelError === "authentication_failed") {
    return failed("credentials-refused", `The model refused the credential: ${said}`);
  }
  if (run.modelError === "billing_error") {
    return failed("account-limit", `The account cannot pay: ${said}`);
  }
  if (status === 429 && isLimitOfAccount(run)) {
    return {
      ...failed("account-limit", `The account's limit is reached: ${said}`),
      resetsAtSeconds: run.rateLimit?.resetsAtSeconds ?? findReset(said),
    };
  }
  if (run.result?.modelStopReason === "refusal") {
    return failed("refused-by-model", `The model refused to work on it: ${said}`);
  }
  switch (terminalReason) {
    case "max_turns":
      return failed("turn-limit", "The agent used up its turns.");
    case "budget_exhausted":
      return failed("budget-reached", "The session's budget is used up.");
    case "prompt_too_long":
    case "blocking_limit":
      return failed("prompt-too-long", "The issue does not fit the model's context; split it.");
    case "structured_output_retry_exhausted":
      return failed("no-answer", "The agent never gave the answer that it was asked for.");
    case "aborted_tools":
    case "aborted_streaming":
      return failed("agent-crashed", `Something else interrupted it (${describeExit(run)}).`);
    case undefined:
    default:
      return failedCall(run.modelError, status, said);
  }
}

/**
 * A subscription's limit is named by the agent. Of an API key it is known only that a short limit is
 * waited out by repeating the call: one that is not repeated at all lasts long.
 */
function isLimitOfAccount({ rateLimit, retryCount }: AgentRun): boolean {
  return rateLimit === undefined ? retryCount === 0 : rateLimit.of === "account";
}

/** A failed call of the model: what a repetition cannot mend is told from what may pass. */
function failedCall(
  error: string | undefined,
  status: number | undefined,
  said: string,
): AgentOutcome {
  if (status === 404 || error === "model_not_found") {
    return failed("model-not-found", `The configured model does not exist: ${said}`);
  }
  if (error === "max_output_tokens") {
    return failed("output-limit", "The model's answers were cut off at their longest length.");
  }
  if (status === 400 || status === 413) {
    return failed("request-refused", `The model refused the request (${status}): ${said}`);
  }
  return failed("model-unavailable", `The model could not be reached: ${said}`);
}

/** Finds when a limit resets: seconds since 1970 after a bar, or an ISO 8601 time after "reset". */
function findReset(said: string): number | undefined {
  const seconds = /\|(\d{10})\b/.exec(said)?.[1];
  if (seconds !== undefined) {
    return Number(seconds);
  }
  const time = /\bresets?\b.{0,20}?(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)/i.exec(
    said,
  )?.[1];
  return time === undefined ? undefined : parseInstant(time);
}

/** Words of the agent for the log and for comments: no line of them may look like a command. */
function oneLine(text: string | undefined): string | undefined {
  return text
    ?.replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, 300);
}

function failed(
  cause: AgentFailure,
  detail: string,
): Extract<AgentOutcome, { readonly type: "failed" }> {
  return { type: "failed", cause, detail, resetsAtSeconds: undefined };
}

function describeExit({ exitCode, signal, stderrTail }: AgentRun): string {
  const end = signal === undefined ? `exit code ${exitCode ?? "unknown"}` : `signal ${signal}`;
  const said = oneLine(stderrTail.trim().split("\n").at(-1)) ?? "";
  return said === "" ? end : `${end}: ${said}`;
}
