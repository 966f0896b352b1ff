import { createHash } from "node:crypto";

import type { Effect, EffectOutcome } from "../../src/core/effects.ts";
import type {
  Actor,
  Observation,
  ObservedIssue,
  ObservedMilestone,
  ObservedPullRequest,
  ObservedRepository,
  ObservedRun,
  Permission,
} from "../../src/core/observation.ts";
import { onceMarker, STATUS_MARKER, withBlock } from "../../src/core/text/markers.ts";
import type { ObserveQuery, RepositoryReading, World } from "../../src/ports/world.ts";

export const WRITER: Actor = { login: "maintainer", id: 1, type: "user" };
export const READER: Actor = { login: "author", id: 2, type: "user" };

export interface PureWorldSeed {
  readonly issues?: readonly Partial<ObservedIssue>[];
  readonly milestones?: readonly { readonly number: number; readonly title: string }[];
  readonly configurationText?: string;
  readonly permissions?: Readonly<Record<string, Permission>>;
}

/**
 * A repository on GitHub as a pure model: the simulation's world and the fake of the stage tests.
 * One differential property keeps it equal to the adapter before the embedded GitHub.
 */
export class PureWorld implements World {
  readonly issues = new Map<number, ObservedIssue>();
  readonly comments = new Map<number, string[]>();
  readonly pullRequests = new Map<number, ObservedPullRequest>();
  readonly milestones = new Map<number, { readonly title: string; description: string }>();
  readonly runs: ObservedRun[] = [];
  readonly applied: Effect[] = [];
  readonly permissions: Map<string, Permission>;
  /** Logins that were asked for. */
  readonly asked: string[] = [];
  ticksStarted = 0;
  configurationText: string | undefined;
  repository: ObservedRepository = {
    name: "pocket-labs/pure",
    url: "https://github.example/pocket-labs/pure",
    isPrivate: true,
    defaultBranch: "main",
    headSha: sha("main 0"),
  };
  now = "2026-11-20T09:00:00Z";
  /** Effects for which this returns true fail, and change nothing. */
  fails: (effect: Effect) => boolean = () => false;

  constructor(seed: PureWorldSeed = {}) {
    this.configurationText = seed.configurationText;
    this.permissions = new Map(
      Object.entries(seed.permissions ?? { [WRITER.login]: "admin", [READER.login]: "read" }),
    );
    for (const { number, title } of seed.milestones ?? []) {
      this.milestones.set(number, { title, description: "" });
    }
    for (const issue of seed.issues ?? []) {
      const made = anIssue({ number: this.issues.size + 1, ...issue });
      this.issues.set(made.number, made);
    }
  }

  async readRepository(): Promise<RepositoryReading> {
    return { repository: this.repository, configurationText: this.configurationText };
  }

  async observe(query: ObserveQuery): Promise<Observation> {
    const open = new Map(
      query.scope === "only" ? [] : [...this.issues].filter(([, { state }]) => state === "open"),
    );
    const wanted = new Set(query.issues(open));
    const issues = new Map(open);
    for (const number of wanted) {
      const issue = this.issues.get(number);
      if (issue !== undefined) {
        issues.set(number, { ...issue, statusComment: this.#statusComment(number) });
      }
    }
    const runs = this.runs.filter(({ runId, runAttempt }) =>
      query.runs.some((run) => run.runId === runId && run.runAttempt === runAttempt),
    );
    return {
      at: this.now,
      repository: this.repository,
      issues,
      pullRequests: this.#observedPullRequests(query),
      milestones: query.scope === "only" ? [] : [...this.milestones.keys()].map(this.#milestone),
      runs,
      unreadable: new Map(),
    };
  }

  async readPermissions(logins: readonly string[]): Promise<ReadonlyMap<string, Permission>> {
    this.asked.push(...logins);
    return new Map(logins.map((login) => [login, this.permissions.get(login) ?? "none"]));
  }

  async apply(effects: readonly Effect[]): Promise<readonly EffectOutcome[]> {
    return effects.map((effect) => {
      if (this.fails(effect)) {
        return { effect, failure: "it was told to fail" };
      }
      this.applied.push(effect);
      return this.#applyOne(effect);
    });
  }

  /** Changes an issue as a person would. */
  change(number: number, change: Partial<ObservedIssue>): void {
    const issue = { ...this.issue(number), ...change };
    this.issues.set(number, { ...issue, textHash: textHash(issue.title, issue.body) });
  }

  /** Merges the pull request of an issue as a person would: the base moves, the issue is closed. */
  merge(issue: number): void {
    const entry = [...this.pullRequests].find(([, { headBranch }]) =>
      headBranch.endsWith(`-${issue}`),
    );
    if (entry === undefined) {
      throw new Error(`#${issue} has no pull request.`);
    }
    const [number, pullRequest] = entry;
    this.pullRequests.set(number, { ...pullRequest, state: "merged" });
    this.repository = { ...this.repository, headSha: sha(`main ${number}`) };
    this.change(issue, { state: "closed", closedAs: "completed", closedAt: this.now });
  }

  issue(number: number): ObservedIssue {
    const issue = this.issues.get(number);
    if (issue === undefined) {
      throw new Error(`There is no issue #${number}.`);
    }
    return issue;
  }

  stateLabels(number: number): readonly string[] {
    return this.issue(number).labels.filter((label) => label.startsWith("state:"));
  }

  #applyOne(effect: Effect): EffectOutcome {
    switch (effect.type) {
      case "set-state-label":
        return this.#onIssue(effect, (issue) => {
          const kept = issue.labels.filter((label) => !label.toLowerCase().startsWith("state:"));
          const state = effect.state === undefined ? [] : [`state:${effect.state}`];
          return { ...issue, labels: [...kept, ...state] };
        });
      case "close-issue":
        return this.#onIssue(effect, (issue) =>
          issue.state === "closed"
            ? issue
            : { ...issue, state: "closed", closedAs: "completed", closedAt: this.now },
        );
      case "write-status-comment":
        return this.#onIssue(effect, (issue) => {
          this.#writeComment(effect.issue, STATUS_MARKER, effect.body);
          return issue;
        });
      case "comment-once":
        return this.#onIssue(effect, (issue) => {
          const marker = onceMarker(effect.key);
          if (this.#comment(effect.issue, marker) === undefined) {
            this.#writeComment(effect.issue, marker, effect.body);
          }
          return issue;
        });
      case "open-pull-request":
        return this.#openPullRequest(effect);
      case "write-milestone-block": {
        const milestone = this.milestones.get(effect.milestone);
        if (milestone !== undefined) {
          milestone.description = withBlock(milestone.description, effect.block);
        }
        return { effect, failure: undefined };
      }
      case "start-tick":
        this.ticksStarted += 1;
        return { effect, failure: undefined };
    }
  }

  #onIssue(
    effect: Extract<Effect, { readonly issue: number }>,
    change: (issue: ObservedIssue) => ObservedIssue,
  ): EffectOutcome {
    const issue = this.issues.get(effect.issue);
    if (issue === undefined) {
      return { effect, failure: `issue #${effect.issue} does not exist` };
    }
    this.issues.set(effect.issue, change(issue));
    return { effect, failure: undefined };
  }

  #openPullRequest(effect: Extract<Effect, { readonly type: "open-pull-request" }>): EffectOutcome {
    const known = [...this.pullRequests.values()].find(
      ({ headBranch, state }) => headBranch === effect.branch && state === "open",
    );
    const number = known?.number ?? this.issues.size + this.pullRequests.size + 1;
    const changed = { labels: effect.labels, milestone: effect.milestone };
    this.pullRequests.set(number, {
      number,
      headBranch: effect.branch,
      headSha: sha(effect.branch),
      state: "open",
      isDraft: known?.isDraft ?? effect.isDraft,
      url: `${this.repository.url}/pull/${number}`,
      labels:
        changed.labels.length > 0 || changed.milestone !== undefined
          ? changed.labels
          : (known?.labels ?? []),
      milestone: changed.milestone ?? known?.milestone,
    });
    return { effect, failure: undefined, pullRequest: number };
  }

  #writeComment(issue: number, marker: string, text: string): void {
    const comments = this.comments.get(issue) ?? [];
    const index = comments.findIndex((comment) => comment.includes(marker));
    comments.splice(index < 0 ? comments.length : index, index < 0 ? 0 : 1, `${marker}\n${text}`);
    this.comments.set(issue, comments);
  }

  #comment(issue: number, marker: string): string | undefined {
    return this.comments.get(issue)?.find((comment) => comment.includes(marker));
  }

  #statusComment(issue: number): string | undefined {
    return this.#comment(issue, STATUS_MARKER);
  }

  #observedPullRequests(query: ObserveQuery): readonly ObservedPullRequest[] {
    const all = [...this.pullRequests.values()];
    const newest = query.branches.flatMap(
      (branch) => all.findLast((one) => one.headBranch === branch) ?? [],
    );
    const open = query.scope === "only" ? [] : all.filter(({ state }) => state === "open");
    return [...new Map([...open, ...newest].map((one) => [one.number, one])).values()];
  }

  readonly #milestone = (number: number): ObservedMilestone => {
    const { title, description } = this.milestones.get(number) ?? { title: "", description: "" };
    const issues = [...this.issues.values()].filter(({ milestone }) => milestone === number);
    const openIssues = issues.filter(({ state }) => state === "open").length;
    return { number, title, description, openIssues, closedIssues: issues.length - openIssues };
  };
}

/** A plain open issue with the trigger label, set by a writer, and what the test cares about. */
export function anIssue(given: Partial<ObservedIssue> = {}): ObservedIssue {
  const number = given.number ?? 1;
  const title = given.title ?? `Issue ${number}`;
  const body = given.body ?? "Please do it.";
  return {
    number,
    title,
    body,
    textHash: textHash(title, body),
    state: "open",
    closedAs: undefined,
    closedAt: undefined,
    reopened: undefined,
    createdAt: "2026-11-19T09:00:00Z",
    author: READER,
    assignees: [],
    labels: ["trigger:agent-execute"],
    milestone: undefined,
    blockedBy: [],
    openBlockerCount: 0,
    subIssues: [],
    subIssueCount: 0,
    parent: undefined,
    trigger: { by: WRITER, at: "2026-11-19T10:00:00Z" },
    textEdits: [],
    textEditsComplete: true,
    statusComment: undefined,
    ...given,
  };
}

export function textHash(title: string, body: string): string {
  return createHash("sha256").update(`${title}\n${body}`).digest("hex");
}

/** A well-formed commit id that is a function of `text`. */
export function sha(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}
