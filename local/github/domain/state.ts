/** The stored facts of the embedded GitHub: plain data, so that a snapshot is its JSON. */

/** A role of a person in a repository, weakest first in {@link ROLES}. */
export type Role = "read" | "triage" | "write" | "maintain" | "admin";

export const ROLES: readonly Role[] = ["read", "triage", "write", "maintain", "admin"];

export interface User {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Bot";
}

/** What a token stands for: a person, or one job of a run with the permissions it was granted. */
export type Token =
  | { readonly kind: "person"; readonly token: string; readonly userId: number }
  | {
      readonly kind: "job";
      readonly token: string;
      readonly repositoryId: number;
      readonly permissions: Readonly<Record<string, string>>;
      readonly runId: number;
      readonly jobId: string;
    };

export interface WorkflowRecord {
  readonly id: number;
  lastRunNumber: number;
}

export interface Repository {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly createdAt: string;
  pushedAt: string;
  /** Commit of the default branch, kept in step with git so that events can name it at once. */
  defaultHeadSha: string;
  /** Role by lower-case login; the owner is an admin without being listed. */
  readonly collaborators: Record<string, Role>;
  /** Database ids by number: number n stands at index n - 1. */
  readonly issueIds: number[];
  readonly labelIds: number[];
  readonly milestoneIds: number[];
  /** Workflow files that ever had a run, by path. */
  readonly workflows: Record<string, WorkflowRecord>;
}

export interface Label {
  readonly id: number;
  readonly repositoryId: number;
  readonly name: string;
  readonly color: string;
  readonly description: string | undefined;
  readonly isDefault: boolean;
  readonly createdAt: string;
}

export interface Milestone {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly creatorId: number;
  readonly createdAt: string;
  title: string;
  description: string | undefined;
  dueOn: string | undefined;
  state: "open" | "closed";
  updatedAt: string;
  closedAt: string | undefined;
}

/** One edit of a body. The first edit of a body also leaves an entry for its creation. */
export interface ContentEdit {
  readonly id: number;
  readonly editorId: number | undefined;
  readonly editedAt: string;
}

export interface Comment {
  readonly id: number;
  readonly issueId: number;
  /** `undefined` once the account was deleted. */
  readonly authorId: number | undefined;
  readonly createdAt: string;
  body: string;
  updatedAt: string;
  readonly edits: ContentEdit[];
}

export type StateReason = "completed" | "not_planned" | "duplicate" | "reopened";

interface EventCore {
  readonly id: number;
  readonly actorId: number | undefined;
  readonly createdAt: string;
}

/** What the timeline of an issue tells, besides its comments. */
export type IssueEvent = EventCore &
  (
    | { readonly type: "labeled" | "unlabeled"; readonly labelId: number }
    | { readonly type: "renamed"; readonly from: string; readonly to: string }
    | {
        readonly type: "closed";
        readonly stateReason: StateReason | undefined;
        /** The issue id of the pull request whose merge closed the issue. */
        readonly closerId: number | undefined;
      }
    | { readonly type: "reopened" }
  );

/** What makes an issue a pull request. Its database id differs from the issue's. */
export interface PullFacts {
  readonly id: number;
  readonly headRef: string;
  readonly baseRef: string;
  headSha: string;
  /** Commit of the base branch when the pull request was opened or merged. */
  baseSha: string;
  draft: boolean;
  mergedAt: string | undefined;
  mergedById: number | undefined;
  mergeCommitSha: string | undefined;
}

export interface Issue {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly authorId: number | undefined;
  readonly createdAt: string;
  title: string;
  body: string | undefined;
  state: "open" | "closed";
  stateReason: StateReason | undefined;
  updatedAt: string;
  closedAt: string | undefined;
  closedById: number | undefined;
  labelIds: number[];
  assigneeIds: number[];
  milestoneId: number | undefined;
  readonly commentIds: number[];
  /** Issues that block this one, oldest dependency first. */
  readonly blockedByIds: number[];
  readonly subIssueIds: number[];
  parentId: number | undefined;
  readonly events: IssueEvent[];
  readonly edits: ContentEdit[];
  readonly pull: PullFacts | undefined;
}

/** An issue that is a pull request. */
export type Pull = Issue & { readonly pull: PullFacts };

export function isPull(issue: Issue): issue is Pull {
  return issue.pull !== undefined;
}

/** What differs from attempt to attempt of a run. */
export interface RunAttempt {
  readonly attempt: number;
  readonly startedAt: string;
  /** Who started the attempt: for the first one the actor of the run. */
  readonly triggeringActorId: number;
  status: string;
  conclusion: string | undefined;
  updatedAt: string;
}

export interface Run {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly workflowId: number;
  readonly workflowPath: string;
  readonly workflowName: string;
  readonly event: string;
  readonly actorId: number;
  readonly headSha: string;
  readonly headBranch: string;
  readonly createdAt: string;
  /** Oldest first, never empty: each re-run adds one. */
  readonly attempts: RunAttempt[];
  /** Of all attempts. */
  readonly jobIds: number[];
}

export interface Job {
  readonly id: number;
  readonly runId: number;
  readonly attempt: number;
  readonly key: string;
  readonly createdAt: string;
  name: string;
  status: string;
  conclusion: string | undefined;
  startedAt: string | undefined;
  completedAt: string | undefined;
  runnerName: string | undefined;
  labels: readonly string[];
}

export type EventName =
  | "issues"
  | "issue_comment"
  | "pull_request"
  | "workflow_dispatch"
  | "schedule"
  | "cancel"
  | "rerun";

/** What the workflow engine reads from the control API, oldest first. */
export interface FeedEvent {
  readonly seq: number;
  readonly id: string;
  readonly name: EventName;
  readonly action: string | undefined;
  readonly repository: string;
  readonly actor: User;
  /** The webhook's payload, in GitHub's shape. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** The run that exists already (`workflow_dispatch`), or is to be cancelled or run again. */
  readonly runId: number | undefined;
  /** The job to run again (`rerun`): the key that the engine reported it with. */
  readonly jobKey: string | undefined;
  readonly workflowPath: string | undefined;
  readonly inputs: Readonly<Record<string, string>> | undefined;
  readonly ref: string;
  readonly sha: string;
}

/** Requests of one hour, by who pays: a repository (job tokens) or a person. */
export interface Budget {
  readonly resetAt: number;
  core: number;
  graphql: number;
}

/** An archive that @actions/cache keeps: never changed once it is complete. */
export interface CacheEntry {
  readonly id: number;
  readonly repositoryId: number;
  readonly branch: string;
  readonly key: string;
  readonly version: string;
  /** What the address of the archive must carry. */
  readonly signature: string;
  /** Base64. */
  content: string;
  isComplete: boolean;
}

export interface State {
  nextId: number;
  nextSeq: number;
  /** A fixed time (ISO 8601), or `undefined` for the real clock. */
  fixedNow: string | undefined;
  /** How far the clock is ahead of the real one when its time is not fixed. */
  clockAheadSeconds: number;
  readonly users: Map<number, User>;
  readonly tokens: Map<string, Token>;
  readonly repositories: Map<number, Repository>;
  readonly labels: Map<number, Label>;
  readonly milestones: Map<number, Milestone>;
  readonly issues: Map<number, Issue>;
  readonly comments: Map<number, Comment>;
  readonly runs: Map<number, Run>;
  readonly jobs: Map<number, Job>;
  readonly events: FeedEvent[];
  readonly budgets: Map<string, Budget>;
  /** Oldest first. */
  readonly caches: CacheEntry[];
}

/** The account behind every GITHUB_TOKEN, with its id on github.com. */
export const ACTIONS_BOT: User = { id: 41_898_282, login: "github-actions[bot]", type: "Bot" };

/** A GitHub where nothing happened yet. */
export function emptyState(): State {
  return {
    nextId: 1_000_001,
    nextSeq: 1,
    fixedNow: undefined,
    clockAheadSeconds: 0,
    users: new Map([[ACTIONS_BOT.id, ACTIONS_BOT]]),
    tokens: new Map(),
    repositories: new Map(),
    labels: new Map(),
    milestones: new Map(),
    issues: new Map(),
    comments: new Map(),
    runs: new Map(),
    jobs: new Map(),
    events: [],
    budgets: new Map(),
    caches: [],
  };
}
