/**
 * What one tick saw of the repository on GitHub. It is data about the world, never a decision, and
 * every text in it is untrusted: people and agents wrote it.
 */
export interface Observation {
  /** When the reading began: ISO 8601, UTC. */
  readonly at: string;
  readonly repository: ObservedRepository;
  /** Every open issue, and each closed one that an open one or the journal refers to, by number. */
  readonly issues: ReadonlyMap<number, ObservedIssue>;
  /** Pull requests whose head is a branch of ours in this repository. */
  readonly pullRequests: readonly ObservedPullRequest[];
  /** Open milestones. */
  readonly milestones: readonly ObservedMilestone[];
  /** The runs that live claims name. One that is missing here was deleted. */
  readonly runs: readonly ObservedRun[];
  /** Issues that GitHub would not give us in a readable form, with the reason [N04]. */
  readonly unreadable: ReadonlyMap<number, string>;
  /**
   * Issues that this tick did not read: what is said of them comes from the snapshot, a cache that
   * others may write. It orders and explains; nothing is journalled or started because of it [N35].
   */
  readonly stale: ReadonlySet<number>;
  /** Issues whose comments were read; of any other, `statusComment` says nothing. */
  readonly commented: ReadonlySet<number>;
  /** Requests or points left this hour, the fewer of both; `undefined` = GitHub did not say. */
  readonly apiRemaining: number | undefined;
  /** How many events the journal had for an earlier tick, by the cache; `undefined` = not known. */
  readonly rememberedSeq: number | undefined;
}

export interface ObservedRepository {
  /** `owner/name`. */
  readonly name: string;
  /** Address of its page. */
  readonly url: string;
  readonly isPrivate: boolean;
  readonly defaultBranch: string;
  /** Tip of the default branch. */
  readonly headSha: string;
}

/** Someone who did something on GitHub. A deleted account is `undefined` where an actor is expected. */
export interface Actor {
  readonly login: string;
  /** The database id: logins can be renamed and reused, ids cannot. */
  readonly id: number;
  readonly type: "user" | "bot";
}

export interface ObservedIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  /** SHA-256 in hex of title, line feed, body: what an approval freezes [N02]. */
  readonly textHash: string;
  readonly state: "open" | "closed";
  /** Why a closed issue was closed; `undefined` while it is open. */
  readonly closedAs: "completed" | "not_planned" | "duplicate" | undefined;
  readonly createdAt: string;
  /** When it was closed; `undefined` while it is open. */
  readonly closedAt: string | undefined;
  /** The latest reopening, by whom and when; `undefined` when it never was. */
  readonly reopened: LabelEvent | undefined;
  readonly author: Actor | undefined;
  readonly assignees: readonly string[];
  readonly labels: readonly string[];
  /** Number of the milestone. */
  readonly milestone: number | undefined;
  /** Native dependencies that the token can see. */
  readonly blockedBy: readonly IssueReference[];
  /** Open native blockers as GitHub counts them, those that the token cannot see included [F41]. */
  readonly openBlockerCount: number;
  readonly subIssues: readonly IssueReference[];
  /** Sub-issues as GitHub counts them. */
  readonly subIssueCount: number;
  readonly parent: IssueReference | undefined;
  /** The latest time that the trigger label was set, while it is set. */
  readonly trigger: LabelEvent | undefined;
  /** Edits of the body and renames, oldest first, as far back as GitHub gave them. */
  readonly textEdits: readonly TextEdit[];
  /** False when GitHub has more edits than were read, so the oldest are unknown. */
  readonly textEditsComplete: boolean;
  /** Body of our status comment, found by author and marker; `undefined` when there is none. */
  readonly statusComment: string | undefined;
}

export interface IssueReference {
  /** `owner/name`: an edge may cross repositories. */
  readonly repository: string;
  readonly number: number;
  readonly state: "open" | "closed";
  readonly closedAs: "completed" | "not_planned" | "duplicate" | undefined;
}

export interface LabelEvent {
  readonly by: Actor | undefined;
  readonly at: string;
}

export interface TextEdit {
  readonly by: Actor | undefined;
  readonly at: string;
  readonly what: "body" | "title";
}

/** What a person may do in the repository, as the collaborator API answers. */
export type Permission = "admin" | "maintain" | "write" | "triage" | "read" | "none";

export interface ObservedPullRequest {
  readonly number: number;
  readonly headBranch: string;
  readonly headSha: string;
  readonly state: "open" | "merged" | "closed";
  readonly isDraft: boolean;
  /** When it was merged or closed; `undefined` while it is open. */
  readonly closedAt: string | undefined;
  readonly labels: readonly string[];
  readonly milestone: number | undefined;
  readonly url: string;
}

export interface ObservedMilestone {
  readonly number: number;
  readonly title: string;
  readonly description: string;
  readonly openIssues: number;
  readonly closedIssues: number;
}

/** A workflow run, with those of the jobs of all its attempts that exist by now. */
export interface ObservedRun {
  readonly runId: number;
  /** Its newest attempt. */
  readonly latestAttempt: number;
  /** Of its newest attempt. */
  readonly status: "queued" | "in_progress" | "completed";
  readonly jobs: readonly ObservedJob[];
}

export interface ObservedJob {
  readonly id: number;
  /** What an attempt does not run again is listed in it under a new id, as it ended before. */
  readonly runAttempt: number;
  readonly name: string;
  readonly status: "queued" | "in_progress" | "completed";
  readonly conclusion: string | undefined;
  readonly startedAt: string | undefined;
  readonly completedAt: string | undefined;
}
