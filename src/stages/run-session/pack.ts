import type { SessionResult } from "../../core/session/session-result.ts";
import type { Clock } from "../../ports/clock.ts";
import type { RunSessionInputs } from "./run-session.ts";

const NO_COMMIT = "0".repeat(40);

/** What is known of a session; everything that is not known has an empty value. */
export type ResultFacts = Pick<SessionResult, "ending" | "cause" | "detail" | "startedAt"> &
  Partial<
    Pick<
      SessionResult,
      "resetsInMinutes" | "title" | "summary" | "files" | "checks" | "agent" | "baseSha"
    >
  >;

/** What a session that was asked to end says of itself. */
export const STOPPED = {
  ending: "failed",
  cause: "cancelled",
  detail: "The session was stopped.",
} as const;

/** Makes `result.json` from what a session left. */
export function newResult(
  inputs: RunSessionInputs,
  facts: ResultFacts,
  clock: Clock,
): SessionResult {
  const { issue, attempt, claim, run } = inputs;
  return {
    v: 1,
    issue,
    attempt,
    claim,
    ...run,
    baseSha: facts.baseSha ?? NO_COMMIT,
    ending: facts.ending,
    cause: facts.cause,
    detail: facts.detail,
    resetsInMinutes: facts.resetsInMinutes,
    title: facts.title,
    summary: facts.summary,
    files: facts.files ?? [],
    checks: facts.checks ?? [],
    agent: facts.agent ?? {
      version: undefined,
      turns: undefined,
      costUsd: undefined,
      deniedTools: [],
      peakMemoryMb: undefined,
      cpuSeconds: undefined,
    },
    startedAt: facts.startedAt,
    finishedAt: clock.now(),
  };
}
