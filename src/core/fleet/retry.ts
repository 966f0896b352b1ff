import type { RetrySettings } from "../configuration.ts";
import { classOfFailure } from "./failure-class.ts";

export type RetryDecision =
  | { readonly action: "retry"; readonly delayMinutes: number }
  | {
      readonly action: "escalate";
      readonly reason: "deterministic" | "retries-exhausted";
    }
  | { readonly action: "give-back" };

/**
 * Decides what follows the failure of attempt number `attempt` (the first is 1). Delays come from
 * the settings, the last one for all further attempts, up to the cap. `jitter`, in [0, 1), spreads
 * them by the configured share around the middle, so that issues that failed together do not come
 * back together [D9].
 */
export function decideRetry(
  cause: string,
  attempt: number,
  policy: RetrySettings,
  jitter: number,
): RetryDecision {
  switch (classOfFailure(cause)) {
    case "given-back":
    case "fleet-configuration":
    case "account-limit":
    case "base-red":
      return { action: "give-back" };
    case "deterministic":
      return { action: "escalate", reason: "deterministic" };
    case "once":
      return attempt > 1 ? exhausted() : retryAfter(attempt, policy, jitter);
    case "transient":
    case "runner-lost":
      return retryAfter(attempt, policy, jitter);
  }
}

/**
 * The same for a manual fix: no agent puts right what people pushed, and checking it once more would
 * find the same. Only a machine or a run that went away is tried again.
 */
export function decideFixRetry(
  cause: string,
  attempt: number,
  policy: RetrySettings,
  jitter: number,
): RetryDecision {
  const failureClass = classOfFailure(cause);
  return failureClass === "transient" || failureClass === "once"
    ? { action: "escalate", reason: "deterministic" }
    : decideRetry(cause, attempt, policy, jitter);
}

function retryAfter(attempt: number, policy: RetrySettings, jitter: number): RetryDecision {
  if (attempt > policy.max) {
    return exhausted();
  }
  const { delaysMinutes, capMinutes, jitterShare } = policy;
  const planned = delaysMinutes[Math.min(attempt, delaysMinutes.length) - 1] ?? capMinutes;
  const spread = 1 + jitterShare * (2 * jitter - 1);
  return { action: "retry", delayMinutes: Math.min(planned * spread, capMinutes) };
}

function exhausted(): RetryDecision {
  return { action: "escalate", reason: "retries-exhausted" };
}
