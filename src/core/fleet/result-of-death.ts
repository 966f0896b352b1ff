import type { Configuration, RetrySettings } from "../configuration.ts";
import { describeTry, tryOf } from "../journal/claims.ts";
import { NO_RUNNER } from "../journal/fold-fleet.ts";
import type { Claim, Result, StopRequest } from "../journal/records.ts";
import { type ClaimLife, type DeathCause, START_LIMIT_SECONDS } from "./liveness.ts";
import { decideRetry } from "./retry.ts";

/** What a dead claim is judged by besides its jobs. */
export interface DeathCircumstances {
  /** What a person wanted of it; it holds although nobody was left to obey. */
  readonly stop: StopRequest | undefined;
  readonly at: string;
  readonly policy: RetrySettings;
  /** Uniform in [0, 1). */
  readonly jitter: number;
  /** Says when so many minutes have passed. */
  readonly notBefore: (minutes: number) => string;
  /** Who should have taken the job (`describeRunner`). */
  readonly runner: string;
}

/** What the journal gets for a dead claim: an attempt counts only if its session started. */
export function resultOfDeath(
  death: Extract<ClaimLife, { readonly life: "dead" }>,
  { stop, at, policy, jitter, notBefore, runner }: DeathCircumstances,
): Result {
  const { slot, machine } = death.claim;
  const what = describeTry(death.claim);
  const how =
    death.cause === NO_RUNNER
      ? `${runner} took the job within ${START_LIMIT_SECONDS / 60} minutes`
      : DEATHS[death.cause];
  const nothing = {
    score: undefined,
    headSha: undefined,
    pullRequest: undefined,
    keptSha: undefined,
    startedAt: undefined,
    notBefore: undefined,
    cause: death.cause,
    at,
    machine,
  };
  if (stop !== undefined) {
    const { reason, by } = stop;
    const why = by === undefined ? reason : `${reason} by ${by}`;
    const detail = `${what} on ${slot} was to be stopped (${why}), and was lost (${how}).`;
    const outcome = reason === "cancelled" ? "cancelled" : "returned";
    return { ...nothing, outcome, cause: "cancelled", detail };
  }
  const decision = death.hasStarted
    ? decideRetry(death.cause, tryOf(death.claim), policy, jitter)
    : ({ action: "give-back" } as const);
  const detail = `${what} on ${slot} was lost (${how}).`;
  switch (decision.action) {
    case "give-back":
      return {
        ...nothing,
        outcome: "returned",
        detail: `${what} on ${slot} never started (${how}).`,
      };
    case "retry": {
      const { delayMinutes } = decision;
      return { ...nothing, outcome: "retry", detail, notBefore: notBefore(delayMinutes) };
    }
    case "escalate":
      return { ...nothing, outcome: "needs-human", detail };
  }
}

/**
 * Says who should have taken a claim's job, and tells a machine that serves other jobs from one
 * that serves none: whether its runners are online is not ours to ask [F54].
 */
export function describeRunner(
  claim: Claim,
  machines: Configuration["machines"],
  lives: readonly ClaimLife[],
): string {
  const isServing = lives.some(
    (life) =>
      life.life === "alive" && life.phase === "running" && life.claim.machine === claim.machine,
  );
  const labels = machines.find(({ name }) => name === claim.machine)?.labels ?? [];
  return isServing
    ? `no free runner of ${claim.machine}, whose others are busy,`
    : `no runner with the labels ${labels.join(", ") || claim.machine}`;
}

const DEATHS: Readonly<Record<Exclude<DeathCause, typeof NO_RUNNER>, string>> = {
  "run-deleted": "its workflow run was deleted",
  "run-superseded": "its workflow run was started again",
  "run-ended": "its workflow run ended without a result",
  "leg-ended": "both of its jobs ended without a result",
  "finalize-missing": "finalize did not start within 30 minutes",
};
