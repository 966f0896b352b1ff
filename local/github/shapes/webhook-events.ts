import type { Actor } from "../domain/access.ts";
import { fullName, type Hub } from "../domain/hub.ts";
import { type FeedEvent, type Issue, isPull, type Repository, type User } from "../domain/state.ts";
import { issueShape } from "./issue-shape.ts";
import { pullEventShape } from "./pull-shape.ts";
import { repositoryShape } from "./repository-shape.ts";
import { type Json, userShape } from "./user-shape.ts";

/**
 * Tells the engine what a person did to an issue (`issues`) or pull request (`pull_request`).
 * What a job token does starts no workflow, so it is no event.
 */
export function emitSubject(
  hub: Hub,
  actor: Actor,
  issue: Issue,
  action: string,
  extra: Json,
): void {
  if (actor.kind === "job") {
    return;
  }
  const repository = hub.repositoryOf(issue);
  const subject = isPull(issue)
    ? { number: issue.number, pull_request: pullEventShape(hub, issue) }
    : { issue: issueShape(hub, issue) };
  append(hub, actor.user, repository, {
    name: isPull(issue) ? "pull_request" : "issues",
    action,
    payload: { action, ...subject, ...extra },
    ref: isPull(issue) ? `refs/pull/${issue.number}/merge` : defaultRef(repository),
    sha: issue.pull?.mergeCommitSha ?? issue.pull?.headSha ?? repository.defaultHeadSha,
  });
}

/** Tells the engine that a person wrote or changed a comment. */
export function emitComment(
  hub: Hub,
  actor: Actor,
  issue: Issue,
  action: string,
  extra: Json,
): void {
  if (actor.kind === "job") {
    return;
  }
  const repository = hub.repositoryOf(issue);
  append(hub, actor.user, repository, {
    name: "issue_comment",
    action,
    payload: { action, issue: issueShape(hub, issue), ...extra },
    ref: defaultRef(repository),
    sha: repository.defaultHeadSha,
  });
}

export interface EngineEvent {
  readonly name: "workflow_dispatch" | "cancel" | "rerun" | "schedule";
  readonly ref: string;
  readonly sha: string;
  readonly runId?: number;
  readonly jobKey?: string;
  readonly workflowPath?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly payload?: Json;
}

/** Tells the engine to start, run again or cancel something, whoever asked: job tokens may do that. */
export function emitEngine(hub: Hub, user: User, repository: Repository, event: EngineEvent): void {
  append(hub, user, repository, event);
}

type Draft = Pick<FeedEvent, "name" | "ref" | "sha"> & Partial<FeedEvent>;

function append(hub: Hub, user: User, repository: Repository, draft: Draft): void {
  hub.feed.append(hub.state, {
    action: undefined,
    runId: undefined,
    jobKey: undefined,
    workflowPath: undefined,
    inputs: undefined,
    ...draft,
    repository: fullName(repository),
    actor: user,
    payload: {
      ...draft.payload,
      repository: repositoryShape(hub, repository),
      sender: userShape(hub, user),
    },
  });
}

function defaultRef(repository: Repository): string {
  return `refs/heads/${repository.defaultBranch}`;
}
