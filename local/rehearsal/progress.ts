import type { EngineEvent } from "../runner/engine-events.ts";
import { parseJobName } from "./job-name.ts";

/** What a rehearsal has come to, as far as somebody who watches can tell. */
export interface Progress {
  readonly issues: ReadonlyMap<number, IssueProgress>;
  /** Plan jobs that ran to their end. */
  readonly ticks: number;
  /** Session jobs on a runner now, with the issue of each. */
  readonly sessions: ReadonlyMap<number, number>;
  readonly maxConcurrentSessions: number;
}

export interface IssueProgress {
  readonly number: number;
  readonly title: string;
  readonly priority: string;
  /** The state label without its prefix; `undefined` = none yet. */
  readonly state: string | undefined;
  readonly phase: Phase;
  /** The runner that has the session; `undefined` while none has. */
  readonly runner: string | undefined;
  readonly sessions: number;
  /** When the first session began; ISO 8601, UTC. */
  readonly startedAt: string | undefined;
  /** When the last session or delivery ended, or the pull request was merged. */
  readonly finishedAt: string | undefined;
  readonly pullRequest: { readonly number: number; readonly merged: boolean } | undefined;
}

/** What is being done about an issue at this moment. */
export type Phase = "waiting" | "session" | "delivery";

/** What the labels and pull requests on GitHub say. */
export interface Sighting {
  readonly at: string;
  readonly states: ReadonlyMap<number, string>;
  readonly pullRequests: ReadonlyMap<number, { readonly number: number; readonly merged: boolean }>;
}

export function startProgress(
  issues: readonly { readonly number: number; readonly title: string; readonly priority: string }[],
): Progress {
  const entries = issues.map((issue): [number, IssueProgress] => [
    issue.number,
    {
      number: issue.number,
      title: issue.title,
      priority: issue.priority,
      state: undefined,
      phase: "waiting",
      runner: undefined,
      sessions: 0,
      startedAt: undefined,
      finishedAt: undefined,
      pullRequest: undefined,
    },
  ]);
  return { issues: new Map(entries), ticks: 0, sessions: new Map(), maxConcurrentSessions: 0 };
}

/** Returns the progress after something happened in the engine; the same object if nothing changed. */
export function followEvent(progress: Progress, event: EngineEvent): Progress {
  if (event.type !== "job-started" && event.type !== "job-finished") {
    return progress;
  }
  const role = parseJobName(event.name);
  switch (role.type) {
    case "plan":
      return event.type === "job-finished" && event.conclusion === "success"
        ? { ...progress, ticks: progress.ticks + 1 }
        : progress;
    case "session":
      return event.type === "job-started"
        ? startSession(progress, role.issue, event)
        : endSession(progress, role.issue, event);
    case "finalize":
      return event.type === "job-started"
        ? changeIssue(progress, role.issue, () => ({ phase: "delivery", runner: undefined }))
        : changeIssue(progress, role.issue, () => ({ phase: "waiting", finishedAt: event.at }));
    case "other":
      return progress;
  }
}

function startSession(
  progress: Progress,
  issue: number,
  event: Extract<EngineEvent, { type: "job-started" }>,
): Progress {
  const sessions = new Map(progress.sessions).set(event.jobId, issue);
  const changed = changeIssue(progress, issue, (before) => ({
    phase: "session",
    runner: event.runnerName,
    sessions: before.sessions + 1,
    startedAt: before.startedAt ?? event.at,
  }));
  const maxConcurrentSessions = Math.max(progress.maxConcurrentSessions, sessions.size);
  return { ...changed, sessions, maxConcurrentSessions };
}

/** A session job that was skipped or cancelled before it had a runner never started. */
function endSession(
  progress: Progress,
  issue: number,
  event: Extract<EngineEvent, { type: "job-finished" }>,
): Progress {
  if (!progress.sessions.has(event.jobId)) {
    return progress;
  }
  const sessions = new Map(progress.sessions);
  sessions.delete(event.jobId);
  const changed = changeIssue(progress, issue, () => ({
    phase: "waiting",
    runner: undefined,
    finishedAt: event.at,
  }));
  return { ...changed, sessions };
}

/** Returns the progress with what GitHub shows now. */
export function followSighting(progress: Progress, sighting: Sighting): Progress {
  let next = progress;
  for (const { number, state, pullRequest } of progress.issues.values()) {
    const seenState = sighting.states.get(number);
    const seenPullRequest = sighting.pullRequests.get(number);
    const isMerged = seenPullRequest?.merged === true;
    const sameState = seenState === state;
    const samePullRequest =
      seenPullRequest?.number === pullRequest?.number &&
      isMerged === (pullRequest?.merged ?? false);
    if (!sameState || !samePullRequest) {
      next = changeIssue(next, number, (before) => ({
        state: seenState,
        pullRequest: seenPullRequest,
        finishedAt: isMerged && !samePullRequest ? sighting.at : before.finishedAt,
      }));
    }
  }
  return next;
}

function changeIssue(
  progress: Progress,
  issue: number,
  change: (before: IssueProgress) => Partial<IssueProgress>,
): Progress {
  const before = progress.issues.get(issue);
  if (before === undefined) {
    return progress;
  }
  const after: IssueProgress = { ...before, ...change(before) };
  return { ...progress, issues: new Map(progress.issues).set(issue, after) };
}
