import type { RetrySettings } from "../configuration.ts";
import { classOfFailure } from "../fleet/failure-class.ts";
import { decideFixRetry, decideRetry } from "../fleet/retry.ts";
import type { FleetPause, ManualFix, Outcome, StopReason } from "../journal/records.ts";
import type { SessionResult } from "../session/session-result.ts";
import type { QualityReport } from "./quality.ts";

/** Everything that decides what becomes of a session's work. */
export interface DeliveryEvidence {
  /** What arrived; `undefined` when the session left nothing. */
  readonly session: SessionResult | { readonly error: string } | undefined;
  /** Why the bundle or its files cannot be delivered, one sentence each. */
  readonly refusals: readonly string[];
  readonly quality: QualityReport;
  /** Whether the work merges into the base branch as it is now. */
  readonly mergesCleanly: boolean;
  /** Which try this is, from 1. */
  readonly attempt: number;
  /** The commit of people's that was checked, in the place of an agent's work. */
  readonly manualFix?: ManualFix | undefined;
  readonly retry: RetrySettings;
  /** A wish that the session ends, journalled while it ran. */
  readonly stop: StopReason | undefined;
  /** Login of whoever asked for it; `undefined` = a tick did, or an older journal. */
  readonly stoppedBy?: string | undefined;
  /** Uniform in [0, 1): spreads the retries of issues that failed together. */
  readonly jitter: number;
}

export interface Judgement {
  readonly outcome: Outcome;
  /** `undefined` for delivered work. */
  readonly cause: string | undefined;
  /** One sentence for people. */
  readonly detail: string;
  /** Whether the work itself goes into a pull request, and how. */
  readonly deliver: "ready" | "draft" | undefined;
  /** A retry waits so long. */
  readonly delayMinutes: number | undefined;
  /** Set when every other session would fail in the same way: nothing more is claimed [N24]. */
  readonly pauses: FleetPause["reason"] | undefined;
}

/** Judges an attempt. Gates come before points, permanent causes before passing ones [C2, N17]. */
export function judgeDelivery(evidence: DeliveryEvidence): Judgement {
  const { session, stop, stoppedBy } = evidence;
  if (stop === "cancelled") {
    const detail =
      stoppedBy === undefined ? "A person cancelled it." : `Cancelled by ${stoppedBy}.`;
    return { ...person("cancelled", detail), outcome: "cancelled" };
  }
  if (stop !== undefined && stop !== "fleet-stop") {
    return givenBack("cancelled", `Nobody wants this work any more (${stop}).`);
  }
  if (session === undefined) {
    return failure("session-lost", "The session job ended without a result.", evidence);
  }
  if ("error" in session) {
    const detail = `What the session handed over was refused: ${session.error}.`;
    return failure("handoff-refused", detail, evidence);
  }
  switch (session.ending) {
    case "refused":
      return givenBack(session.cause ?? "refused", session.detail);
    case "asked":
      return failure("question", session.summary ?? session.detail, evidence);
    case "failed":
      return failure(session.cause ?? "agent-crashed", session.detail, evidence);
    case "worked":
      return judgeWork(evidence);
  }
}

function judgeWork(evidence: DeliveryEvidence): Judgement {
  const { refusals, quality, mergesCleanly } = evidence;
  if (refusals.length > 0) {
    return failure("work-refused", refusals.join(" "), evidence);
  }
  if (quality.closedGates.length > 0) {
    const detail = `These checks are not green: ${quality.closedGates.join("; ")}.`;
    return failure("checks-failed", detail, evidence);
  }
  if (quality.band === "person") {
    return failure("low-score", `The quality score is ${quality.total ?? 0}.`, evidence);
  }
  if (!mergesCleanly) {
    const detail = "The work conflicts with the base branch as it is now.";
    return failure("conflict", detail, evidence);
  }
  return quality.band === "ready"
    ? {
        ...person("", "The checks are green and the pull request is open."),
        outcome: "delivered",
        cause: undefined,
        deliver: "ready",
      }
    : {
        ...person(
          "review-needed",
          "The work is in a draft: a person has to judge what was not measured.",
        ),
        deliver: "draft",
      };
}

/** What follows a failure: another attempt, a person, or the claim given back. */
function failure(
  cause: string,
  detail: string,
  { attempt, manualFix, retry, jitter }: DeliveryEvidence,
): Judgement {
  const decide = manualFix === undefined ? decideRetry : decideFixRetry;
  const decision = decide(cause, attempt, retry, jitter);
  switch (decision.action) {
    case "give-back":
      return { ...givenBack(cause, detail), pauses: pauseOf(cause) };
    case "escalate":
      return decision.reason === "retries-exhausted"
        ? person(cause, `${detail} It failed ${attempt} times, so it is not tried again.`)
        : person(cause, detail);
    case "retry": {
      const { delayMinutes } = decision;
      return { ...person(cause, detail), outcome: "retry", delayMinutes };
    }
  }
}

function pauseOf(cause: string): Judgement["pauses"] {
  const failureClass = classOfFailure(cause);
  switch (failureClass) {
    case "fleet-configuration":
      return "configuration";
    case "account-limit":
    case "base-red":
      return failureClass;
    default:
      return undefined;
  }
}

/** What only a person can go on with. */
export function person(cause: string, detail: string): Judgement {
  return {
    outcome: "needs-human",
    cause,
    detail,
    deliver: undefined,
    delayMinutes: undefined,
    pauses: undefined,
  };
}

function givenBack(cause: string, detail: string): Judgement {
  return { ...person(cause, detail), outcome: "returned" };
}
