/**
 * The settings of one repository, complete: every key has a value, defaults filled in
 * (requirements.md, "Settled defaults"). The YAML file and its JSON Schema are the adapter's.
 * Keys are grouped as in the file; names carry their unit.
 */
export interface Configuration {
  /** Exact name of the label that puts an issue into the queue [W04]. */
  readonly triggerLabel: string;
  /** Where the journal and kept work live; `refs/heads/water-spider/` where rules refuse others. */
  readonly refPrefix: string;
  readonly branchPrefix: string;
  /** Public repositories are refused until opted in [N05]. */
  readonly allowPublic: boolean;
  /** Logins that an escalation mentions, besides the assignees [V11]. */
  readonly escalateTo: readonly string[];
  readonly maxParallel: number;
  readonly maxOpenPullRequests: number;
  /** Deliveries that one person starts within an hour; the rest of theirs waits [N26]. */
  readonly startsPerActor: number;
  readonly avoidOverlap: boolean;
  readonly unblockOn: "merged" | "pr-created" | "closed";
  readonly machines: readonly Machine[];
  readonly trust: {
    /** Numeric ids of bots that may set the trigger label. */
    readonly bots: readonly number[];
  };
  readonly priority: {
    readonly mode: "strict" | "weighted";
    /** Shown score of P0, P1, P2, P3. */
    readonly weights: readonly [number, number, number, number];
    /** One class up per so many days of waiting, at most so many classes, never into P0. */
    readonly ageingDays: number;
    readonly ageingClasses: number;
  };
  readonly estimateDefaultMinutes: number;
  readonly dependencySources: readonly DependencySource[];
  readonly workspace: WorkspaceSettings;
  readonly prepare: PrepareSettings;
  readonly checks: Checks;
  readonly session: SessionSettings;
  readonly retry: RetrySettings;
  readonly quality: QualitySettings;
  readonly history: HistorySettings;
  readonly api: {
    /** With fewer requests or points left this hour a tick reads and writes nothing [F34]. */
    readonly floor: number;
  };
}

/** `task-lists` (`- [ ] #12` in the body) is off unless a configuration names it. */
export type DependencySource = "labels" | "body" | "native" | "sub-issues" | "task-lists";

/** A computer with self-hosted runners; each slot is one session at a time. */
export interface Machine {
  readonly name: string;
  readonly labels: readonly string[];
  readonly slots: number;
}

/** How a session's worktree is made. */
export interface WorkspaceSettings {
  /** Directories to check out, besides the files beside the way to them; none means all. */
  readonly sparse: readonly string[];
  /** Check out submodules as well, and theirs. */
  readonly submodules: boolean;
  /** Use the untouched files of the worktree before, where that is faster. */
  readonly recycle: boolean;
  /** A machine with less is given no session [W30c]; `undefined` = not asked. */
  readonly minFreeDiskBytes: number | undefined;
}

/** What makes a fresh worktree ready to work in, for example `npm ci` [N28]. */
export interface PrepareSettings {
  readonly commands: readonly string[];
  /** Time limit of all of them together. */
  readonly limitMinutes: number;
}

/** Commands that judge the work; `undefined` = not configured [W18, D8]. */
export interface Checks {
  readonly build: string | undefined;
  readonly test: string | undefined;
  readonly lint: string | undefined;
}

export interface SessionSettings {
  /** Passed to the agent as `--model`; `undefined` leaves the agent's default. */
  readonly model: string | undefined;
  readonly softMinutes: number;
  readonly hardMinutes: number;
  readonly stallMinutes: number;
  readonly maxTurns: number;
  readonly maxBudgetUsd: number;
  /** Time limit of one check command. */
  readonly checkMinutes: number;
  readonly sandbox: SandboxSettings;
}

/** What keeps a session's commands from the rest of their machine [F72]. */
export interface SandboxSettings {
  /** `auto`: where the machine has one; `required`: elsewhere no session starts. */
  readonly mode: "auto" | "required" | "off";
  /** Folders of the user's home that commands may read all the same, `~/` at their beginning. */
  readonly readable: readonly string[];
  /** Hosts that the agent's commands may reach, `*.` at the beginning for all below a domain. */
  readonly hosts: readonly string[];
}

export interface RetrySettings {
  /** Attempts after the first one. */
  readonly max: number;
  readonly delaysMinutes: readonly number[];
  /** No delay is planned longer than this. */
  readonly capMinutes: number;
  /** Share of a delay by which chance moves it, 0 to 1. */
  readonly jitterShare: number;
}

/** How long finished work can be looked up, by reader [W12]. */
export interface HistorySettings {
  /** In the queue's views: so long the record of an ended delivery stays as it is. */
  readonly queueDays: number;
  readonly sessionDays: number;
  readonly metricDays: number;
}

export interface QualitySettings {
  /** Points from which a pull request is opened ready for review. */
  readonly pullRequest: number;
  /** Points from which a draft goes to a person. */
  readonly human: number;
}
