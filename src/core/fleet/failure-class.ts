/**
 * What a failure means for what comes next (requirements, group 12). The class belongs to the
 * cause, never to a message: adapters and stages name causes, this table alone judges them.
 */
export type FailureClass =
  /** May pass by itself, or with another try: counted, tried again after a while. */
  | "transient"
  /** The machine or the run went away: counted, tried again, from kept work if there is any. */
  | "runner-lost"
  /** Tried again once; a second time it is a person's. */
  | "once"
  /** Would fail in the same way again: a person's at once. */
  | "deterministic"
  /** Nothing was done, or somebody stopped it: given back, no attempt counted. */
  | "given-back"
  /** Every other session would fail in the same way: given back, and the fleet pauses. */
  | "fleet-configuration"
  | "account-limit"
  | "base-red";

const CLASSES = {
  "model-unavailable": "transient",
  stalled: "transient",
  "hard-limit": "transient",
  "agent-crashed": "transient",
  "low-score": "transient",
  conflict: "transient",
  "session-lost": "runner-lost",
  "run-deleted": "runner-lost",
  "run-superseded": "runner-lost",
  "run-ended": "runner-lost",
  "leg-ended": "runner-lost",
  "finalize-missing": "runner-lost",
  "no-change": "once",
  "no-answer": "once",
  "output-limit": "once",
  "turn-limit": "deterministic",
  "budget-reached": "deterministic",
  "prompt-too-long": "deterministic",
  "refused-by-model": "deterministic",
  "request-refused": "deterministic",
  "permission-denied": "deterministic",
  question: "deterministic",
  "checks-failed": "deterministic",
  "work-refused": "deterministic",
  "handoff-refused": "deterministic",
  "branch-moved": "deterministic",
  "review-needed": "deterministic",
  refused: "given-back",
  cancelled: "given-back",
  "no-runner": "given-back",
  "claim-gone": "given-back",
  "already-started": "given-back",
  "approval-changed": "given-back",
  "issue-changed": "given-back",
  blocked: "given-back",
  "machine-full": "given-back",
  "credentials-refused": "fleet-configuration",
  "agent-unusable": "fleet-configuration",
  "prepare-failed": "fleet-configuration",
  "model-not-found": "fleet-configuration",
  "account-limit": "account-limit",
  "base-red": "base-red",
} as const satisfies Readonly<Record<string, FailureClass>>;

export type FailureCause = keyof typeof CLASSES;

export const FAILURE_CAUSES: readonly string[] = Object.keys(CLASSES);

/** Returns the class of a cause. One that nobody knows is a person's: unknown is never harmless. */
export function classOfFailure(cause: string): FailureClass {
  return isFailureCause(cause) ? CLASSES[cause] : "deterministic";
}

function isFailureCause(cause: string): cause is FailureCause {
  return Object.hasOwn(CLASSES, cause);
}
