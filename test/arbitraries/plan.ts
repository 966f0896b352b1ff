import { withDefaults } from "../../src/adapters/configuration/defaults.ts";
import type { Configuration } from "../../src/core/configuration.ts";
import { EMPTY_JOURNAL } from "../../src/core/journal/fold.ts";
import type {
  Claim,
  FleetRecord,
  IssueRecord,
  JournalState,
  Result,
} from "../../src/core/journal/records.ts";
import type {
  Actor,
  IssueReference,
  ObservedIssue,
  ObservedPullRequest,
} from "../../src/core/observation.ts";
import type { Plan, PlanInput, PlanRow } from "../../src/core/plan/plan-types.ts";
import { formatReason } from "../../src/core/plan/reasons.ts";

export const NOW = "2026-11-20T12:00:00Z";
export const REPOSITORY = "octo/spider";
export const TRIGGER = "trigger:agent-execute";
export const HEAD_SHA = "b".repeat(40);

/** May write here. */
export const WRITER: Actor = { login: "wren", id: 11, type: "user" };
/** May not. */
export const READER: Actor = { login: "rook", id: 12, type: "user" };

export const CONFIGURATION: Configuration = withDefaults({});

/** An open issue that a writer triggered an hour ago, with nothing else about it. */
export function anIssue(
  parts: Partial<ObservedIssue> & { readonly number: number },
): ObservedIssue {
  return {
    title: `Issue ${parts.number}`,
    body: "",
    textHash: hashOf(parts.number),
    state: "open",
    closedAs: undefined,
    createdAt: "2026-11-20T10:00:00Z",
    closedAt: undefined,
    reopened: undefined,
    author: WRITER,
    assignees: [],
    labels: [TRIGGER],
    milestone: undefined,
    blockedBy: [],
    openBlockerCount: parts.blockedBy?.filter(({ state }) => state === "open").length ?? 0,
    subIssues: [],
    subIssueCount: parts.subIssues?.length ?? 0,
    parent: undefined,
    trigger: { by: WRITER, at: "2026-11-20T11:00:00Z" },
    textEdits: [],
    textEditsComplete: true,
    statusComment: undefined,
    ...parts,
  };
}

/** The labels of a triggered issue. */
export function labelled(...labels: readonly string[]): readonly string[] {
  return [TRIGGER, ...labels];
}

/** A person's issue: open, and nobody asked an agent to do it. */
export function anUntriggeredIssue(
  parts: Partial<ObservedIssue> & { readonly number: number },
): ObservedIssue {
  return anIssue({ labels: [], trigger: undefined, ...parts });
}

/** An issue that was closed as `closedAs`. */
export function aClosedIssue(
  number: number,
  closedAs: "completed" | "not_planned" | "duplicate" = "completed",
): ObservedIssue {
  return anIssue({ number, state: "closed", closedAs, closedAt: "2026-11-20T11:30:00Z" });
}

/** A native reference to an open issue of this repository. */
export function aReference(number: number, parts: Partial<IssueReference> = {}): IssueReference {
  return { repository: REPOSITORY, number, state: "open", closedAs: undefined, ...parts };
}

/** The text hash that `anIssue` has by default. */
export function hashOf(issue: number): string {
  return issue.toString(16).replace("-", "f").padStart(64, "0").slice(-64);
}

/** The record of an issue that was approved an hour ago, and nothing else. */
export function aRecord(parts: Partial<IssueRecord> & { readonly issue: number }): IssueRecord {
  return {
    delivery: 1,
    attempts: 0,
    said: undefined,
    approval: { by: WRITER.login, at: "2026-11-20T11:00:00Z", textHash: hashOf(parts.issue) },
    claim: undefined,
    result: undefined,
    stop: undefined,
    recentClaims: [],
    notices: [],
    branchSha: undefined,
    keptSha: undefined,
    lastFailure: undefined,
    manualFix: undefined,
    ended: undefined,
    endedAt: undefined,
    ...parts,
  };
}

export function aResult(parts: Partial<Result> & Pick<Result, "outcome">): Result {
  return {
    cause: undefined,
    detail: "the tests failed",
    score: undefined,
    headSha: undefined,
    at: "2026-11-20T11:40:00Z",
    notBefore: undefined,
    startedAt: undefined,
    pullRequest: undefined,
    keptSha: undefined,
    ...parts,
  };
}

export function aClaim(parts: Partial<Claim> & { readonly issue: number }): Claim {
  return {
    attempt: 1,
    delivery: 1,
    runId: 100,
    runAttempt: 1,
    slot: "mac-1/1",
    machine: "mac-1",
    textHash: hashOf(parts.issue),
    baseSha: HEAD_SHA,
    configurationSha: HEAD_SHA,
    at: "2026-11-20T11:50:00Z",
    nonce: `n${parts.issue}`,
    finalizeAgainAt: undefined,
    finalizeAgainIn: undefined,
    ...parts,
  };
}

export function aPullRequest(
  issue: number,
  parts: Partial<ObservedPullRequest> = {},
): ObservedPullRequest {
  return {
    number: 1_000 + issue,
    headBranch: `feature/issue-${issue}`,
    headSha: "c".repeat(40),
    state: "open",
    isDraft: false,
    closedAt: undefined,
    labels: [],
    milestone: undefined,
    url: `https://github.com/${REPOSITORY}/pull/${1_000 + issue}`,
    ...parts,
  };
}

export function aJournal(
  records: readonly IssueRecord[] = [],
  parts: Partial<JournalState> = {},
): JournalState {
  return {
    ...EMPTY_JOURNAL,
    seq: records.length,
    issues: new Map(records.map((record) => [record.issue, record])),
    ...parts,
  };
}

/** What varies from test to test; the rest is a private repository with five free slots. */
export interface Backlog extends Partial<Omit<PlanInput, "observation" | "configuration">> {
  readonly fleet?: Partial<FleetRecord>;
  readonly issues: readonly ObservedIssue[];
  readonly records?: readonly IssueRecord[];
  readonly pullRequests?: readonly ObservedPullRequest[];
  readonly configuration?: Partial<Configuration>;
  readonly observation?: Partial<PlanInput["observation"]>;
}

/** The input of a tick over a backlog. */
export function aPlanInput(backlog: Backlog): PlanInput {
  const { issues, records, pullRequests, configuration, observation, fleet, ...rest } = backlog;
  return {
    observation: {
      at: NOW,
      repository: {
        name: REPOSITORY,
        url: `https://github.com/${REPOSITORY}`,
        isPrivate: true,
        defaultBranch: "main",
        headSha: HEAD_SHA,
      },
      issues: new Map(issues.map((issue) => [issue.number, issue])),
      pullRequests: pullRequests ?? [],
      milestones: [],
      runs: [],
      unreadable: new Map(),
      stale: new Set(),
      commented: new Set(issues.map(({ number }) => number)),
      apiRemaining: undefined,
      rememberedSeq: undefined,
      ...observation,
    },
    journal: aJournal(records, { fleet: { ...EMPTY_JOURNAL.fleet, ...fleet } }),
    permissions: new Map([
      [WRITER.login, "write"],
      [READER.login, "triage"],
    ]),
    configuration: { ...CONFIGURATION, ...configuration },
    now: NOW,
    busySlots: [],
    liveClaims: new Map(),
    history: [],
    credential: "present",
    ...rest,
  };
}

export function rowOf(plan: Plan, issue: number): PlanRow | undefined {
  return plan.rows.find((row) => row.issue === issue);
}

/** What people are told about an issue. */
export function sentenceOf(plan: Plan, issue: number): string {
  const reason = rowOf(plan, issue)?.reason;
  return reason === undefined ? "" : formatReason(reason);
}
