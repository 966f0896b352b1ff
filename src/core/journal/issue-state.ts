/**
 * Where an issue stands (requirements.md, state machine). Each name is also that of a `state:*`
 * label. `pending` to `ready` and `retrying` are derived by every tick and never written.
 */
export const ISSUE_STATES = [
  "pending",
  "queued",
  "blocked",
  "ready",
  "dispatched",
  "running",
  "reviewing",
  "completing",
  "completed",
  "failed",
  "retrying",
  "cancelled",
] as const;

export type IssueState = (typeof ISSUE_STATES)[number];
