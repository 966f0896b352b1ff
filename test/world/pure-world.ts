import type { Effect, EffectOutcome } from "../../src/core/effects.ts";
import type {
  IssueReference,
  Observation,
  ObservedIssue,
  ObservedMilestone,
  ObservedPullRequest,
  ObservedRepository,
  ObservedRun,
  Permission,
} from "../../src/core/observation.ts";
import { STATUS_MARKER } from "../../src/core/text/markers.ts";
import type { ObserveQuery, RepositoryReading, World } from "../../src/ports/world.ts";
import { anIssue, READER, sha, WRITER } from "./an-issue.ts";
import { applyEffect } from "./pure-effects.ts";

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
  /** Tips of the branches that deliveries pushed. */
  readonly branches = new Map<string, string>();
  readonly runs: ObservedRun[] = [];
  /** Every effect that was applied, whether it changed anything or not. */
  readonly applied: Effect[] = [];
  readonly permissions: Map<string, Permission>;
  /** Logins that were asked for. */
  readonly asked: string[] = [];
  ticksStarted = 0;
  /** Ids of jobs that were asked to run again. */
  readonly rerunJobs: number[] = [];
  /** Comments, pull requests and labels that were made, as GitHub counts them [N40]. */
  created = 0;
  configurationText: string | undefined;
  /** What a snapshot says of issues: it is seen instead of them until they are read by number. */
  readonly remembered = new Map<number, ObservedIssue>();
  /** What GitHub says is left of the hour's requests. */
  apiRemaining: number | undefined = undefined;
  rememberedSeq: number | undefined = undefined;
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
  /** The same for those that a setting of GitHub forbids. */
  forbids: (effect: Effect) => boolean = () => false;

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

  /** Whether a pull request brought this commit into the base branch. */
  isMerged(commit: string): boolean {
    return [...this.pullRequests.values()].some(
      ({ state, headSha }) => state === "merged" && headSha === commit,
    );
  }

  async readRepository(): Promise<RepositoryReading> {
    return { repository: this.repository, configurationText: this.configurationText };
  }

  async observe(query: ObserveQuery): Promise<Observation> {
    return this.observeNow(query);
  }

  /** The same at once, for a simulation that decides itself how long a call takes. */
  observeNow(query: ObserveQuery): Observation {
    const issues = new Map(
      query.scope === "only"
        ? []
        : [...this.issues.values()]
            .filter(({ state }) => state === "open")
            .map((issue) => [issue.number, this.#asRead(issue)]),
    );
    const stale = new Set(query.scope === "only" ? [] : this.remembered.keys());
    for (const number of stale) {
      issues.set(number, this.remembered.get(number) ?? anIssue({ number }));
    }
    const commented = this.#readWanted(query, issues, stale);
    const runs = this.runs.filter(({ runId }) => query.runs.includes(runId));
    return {
      at: this.now,
      repository: this.repository,
      issues,
      pullRequests: this.#observedPullRequests(query),
      milestones: query.scope === "only" ? [] : [...this.milestones.keys()].map(this.#milestone),
      runs,
      unreadable: new Map(),
      stale,
      commented,
      apiRemaining: this.apiRemaining,
      rememberedSeq: this.rememberedSeq,
    };
  }

  /** Reads by number until nothing new is wanted; returns what was read so. */
  #readWanted(
    query: ObserveQuery,
    issues: Map<number, ObservedIssue>,
    stale: Set<number>,
  ): ReadonlySet<number> {
    const asked = new Set<number>();
    const commented = new Set<number>();
    for (let round = 0; round < 3; round += 1) {
      const seen = {
        at: this.now,
        repository: this.repository,
        issues,
        unreadable: new Map<number, string>(),
        pullRequests: this.#observedPullRequests(query),
        stale,
      };
      const also = round === 0 ? (query.ifRoom?.(seen) ?? []) : [];
      const wanted = [...query.issues(issues, seen), ...also].filter((one) => !asked.has(one));
      for (const number of wanted) {
        asked.add(number);
        stale.delete(number);
        const issue = this.issues.get(number);
        if (issue === undefined) {
          issues.delete(number);
        } else {
          const statusComment = this.comment(number, STATUS_MARKER);
          issues.set(number, { ...this.#asRead(issue), statusComment });
          commented.add(number);
        }
      }
    }
    return commented;
  }

  async readPermissions(logins: readonly string[]): Promise<ReadonlyMap<string, Permission>> {
    this.asked.push(...logins);
    return new Map(logins.map((login) => [login, this.permissions.get(login) ?? "none"]));
  }

  async apply(effects: readonly Effect[]): Promise<readonly EffectOutcome[]> {
    return this.applyNow(effects);
  }

  applyNow(effects: readonly Effect[]): readonly EffectOutcome[] {
    return effects.map((effect) => {
      if (this.fails(effect)) {
        return { effect, failure: "it was told to fail" };
      }
      if (this.forbids(effect)) {
        return { effect, failure: "it is forbidden", isForbidden: true };
      }
      this.applied.push(effect);
      return applyEffect(this, effect);
    });
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

  /** The pull requests of an issue, oldest first. */
  pullRequestsOf(issue: number): readonly ObservedPullRequest[] {
    return [...this.pullRequests.values()].filter(({ headBranch }) =>
      headBranch.endsWith(`-${issue}`),
    );
  }

  /** Puts what the runner reports of a run in the place of what was reported before. */
  report(run: ObservedRun): void {
    const index = this.runs.findIndex(({ runId }) => runId === run.runId);
    this.runs.splice(index < 0 ? this.runs.length : index, index < 0 ? 0 : 1, run);
  }

  /** Issues and pull requests share one row of numbers. */
  nextNumber(): number {
    return Math.max(0, ...this.issues.keys(), ...this.pullRequests.keys()) + 1;
  }

  /** An issue as a page of issues has it: references show how the other one is now. */
  #asRead(issue: ObservedIssue): ObservedIssue {
    const blockedBy = issue.blockedBy.map(this.#refreshed);
    const openThen = issue.blockedBy.filter(({ state }) => state === "open").length;
    const openNow = blockedBy.filter(({ state }) => state === "open").length;
    return {
      ...issue,
      statusComment: undefined,
      blockedBy,
      openBlockerCount: issue.openBlockerCount - openThen + openNow,
      subIssues: issue.subIssues.map(this.#refreshed),
      parent: issue.parent === undefined ? undefined : this.#refreshed(issue.parent),
    };
  }

  readonly #refreshed = (reference: IssueReference): IssueReference => {
    const issue =
      reference.repository === this.repository.name ? this.issues.get(reference.number) : undefined;
    return issue === undefined
      ? reference
      : { ...reference, state: issue.state, closedAs: issue.closedAs };
  };

  /** The comment that begins with a marker. */
  comment(issue: number, marker: string): string | undefined {
    return this.comments.get(issue)?.find((comment) => comment.startsWith(marker));
  }

  /** Open ones come with every reading; of the branches that are asked for, the newest does. */
  #observedPullRequests(query: ObserveQuery): readonly ObservedPullRequest[] {
    const all = [...this.pullRequests.values()].filter(({ headBranch }) =>
      headBranch.startsWith(query.branchPrefix),
    );
    const newest = query.branches.flatMap(
      (branch) => all.findLast((one) => one.headBranch === branch) ?? [],
    );
    const open = all.filter(({ state }) => state === "open");
    return [...new Map([...open, ...newest].map((one) => [one.number, one])).values()];
  }

  readonly #milestone = (number: number): ObservedMilestone => {
    const { title, description } = this.milestones.get(number) ?? { title: "", description: "" };
    // Pull requests are issues, so a milestone counts them too.
    const all = [...this.issues.values(), ...this.pullRequests.values()].filter(
      ({ milestone }) => milestone === number,
    );
    const openIssues = all.filter(({ state }) => state === "open").length;
    return { number, title, description, openIssues, closedIssues: all.length - openIssues };
  };
}
