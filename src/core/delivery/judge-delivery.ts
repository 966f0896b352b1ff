import type { RetrySettings } from "../configuration.ts";
import type { Outcome } from "../journal/records.ts";
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
  readonly attempt: number;
  readonly retry: RetrySettings;
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
  readonly pauses: "configuration" | "account-limit" | undefined;
}

/** Failures that may pass by themselves or with another try [W24b]. */
const TRANSIENT: readonly string[] = [
  "model-unavailable",
  "stalled",
  "hard-limit",
  "agent-crashed",
  "session-lost",
];

/** Failures that a second try may avoid, but hardly a third [N25]. */
const ONCE: readonly string[] = ["no-change", "no-answer", "output-limit"];

/** Failures of the fleet, not of the issue: given back, and nothing is claimed until it is mended. */
const FLEET: ReadonlyMap<string, "configuration" | "account-limit"> = new Map([
  ["credentials-refused", "configuration"],
  ["prepare-failed", "configuration"],
  ["model-not-found", "configuration"],
  ["account-limit", "account-limit"],
]);

/** Judges an attempt. Gates come before points, permanent causes before passing ones [C2, N17]. */
export function judgeDelivery(evidence: DeliveryEvidence): Judgement {
  const { session, attempt, retry } = evidence;
  if (session === undefined) {
    return again("session-lost", "The session job ended without a result.", attempt, retry);
  }
  if ("error" in session) {
    return person("handoff-refused", `What the session handed over was refused: ${session.error}.`);
  }
  switch (session.ending) {
    case "refused":
      return givenBack(session.cause ?? "refused", session.detail);
    case "asked":
      return person("question", session.summary ?? session.detail);
    case "failed":
      return judgeFailure(session.cause ?? "agent-crashed", session.detail, attempt, retry);
    case "worked":
      return judgeWork(evidence);
  }
}

function judgeFailure(
  cause: string,
  detail: string,
  attempt: number,
  retry: RetrySettings,
): Judgement {
  const pauses = FLEET.get(cause);
  if (pauses !== undefined) {
    return { ...givenBack(cause, detail), pauses };
  }
  if (cause === "cancelled") {
    return givenBack(cause, detail);
  }
  if (ONCE.includes(cause)) {
    return attempt === 1 ? again(cause, detail, attempt, retry) : person(cause, detail);
  }
  return TRANSIENT.includes(cause) ? again(cause, detail, attempt, retry) : person(cause, detail);
}

function judgeWork({
  refusals,
  quality,
  mergesCleanly,
  attempt,
  retry,
}: DeliveryEvidence): Judgement {
  if (refusals.length > 0) {
    return person("work-refused", refusals.join(" "));
  }
  if (quality.closedGates.length > 0) {
    return person(
      "checks-failed",
      `These checks are not green: ${quality.closedGates.join("; ")}.`,
    );
  }
  if (quality.band === "person") {
    return again("low-score", `The quality score is ${quality.total ?? 0}.`, attempt, retry);
  }
  if (!mergesCleanly) {
    return again(
      "conflict",
      "The work conflicts with the base branch as it is now.",
      attempt,
      retry,
    );
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

/** Another attempt while there are retries left, else a person, once. */
function again(cause: string, detail: string, attempt: number, retry: RetrySettings): Judgement {
  if (attempt > retry.max) {
    return person(cause, `${detail} It failed ${attempt} times, so it is not tried again.`);
  }
  const delays = retry.delaysMinutes;
  return {
    outcome: "retry",
    cause,
    detail,
    deliver: undefined,
    delayMinutes: delays[Math.min(attempt, delays.length) - 1] ?? 5,
    pauses: undefined,
  };
}

function person(cause: string, detail: string): Judgement {
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
