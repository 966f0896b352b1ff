import { withDefaults } from "../../src/adapters/configuration/defaults.ts";
import type { ConfigurationFile } from "../../src/adapters/configuration/schema.ts";
import type { Configuration } from "../../src/core/configuration.ts";
import type { Command } from "../../src/core/fleet/commands.ts";
import type { Claim } from "../../src/core/journal/records.ts";
import type { ObservedJob, ObservedRun } from "../../src/core/observation.ts";
import type { TickPlan } from "../../src/core/plan/tick-plan.ts";
import type { MachineFacts } from "../../src/core/session/preflight.ts";
import type { AbortSignalLike, Agent } from "../../src/ports/agent.ts";
import type { Journal } from "../../src/ports/journal.ts";
import type { Workspace } from "../../src/ports/workspace.ts";
import type { World } from "../../src/ports/world.ts";
import { collect } from "../../src/stages/collect.ts";
import { dispatch } from "../../src/stages/dispatch.ts";
import { finalize, type FinalizeReport } from "../../src/stages/finalize/finalize.ts";
import { obeyCommand } from "../../src/stages/obey-command.ts";
import {
  runSession,
  type RunSessionInputs,
  type RunSessionReport,
} from "../../src/stages/run-session/run-session.ts";
import { WRITER } from "./an-issue.ts";
import { PureClock } from "./pure-clock.ts";
import { PureDelivery, type PureDeliveryOptions } from "./pure-delivery.ts";
import { PureJournal } from "./pure-journal.ts";
import { PureLog } from "./pure-log.ts";
import { PureWorld, type PureWorldSeed } from "./pure-world.ts";

export interface PureFleetSeed extends PureWorldSeed {
  readonly configuration?: ConfigurationFile;
}

export interface DispatchOptions {
  readonly credential?: "present" | "missing";
  readonly dryRun?: boolean;
  /** In the place of the fleet's own, for example one that crashes. */
  readonly world?: World;
  readonly journal?: Journal;
  readonly emit?: (claims: readonly Claim[]) => void;
}

export interface SessionOptions {
  readonly workspace: Workspace;
  readonly agent: Agent;
  /** In the place of a machine that has the agent. */
  readonly openAgent?: () => Promise<Agent>;
  /** In what the machine differs from one on which everything is right. */
  readonly machine?: Partial<MachineFacts>;
  /** How the repository's own setup action ended. */
  readonly setup?: RunSessionInputs["setup"];
  /** The cancel of the job. */
  readonly stop?: AbortSignalLike;
  /** In the place of the fleet's own reader of configurations. */
  readonly readConfiguration?: (text: string | undefined) => Configuration;
}

export interface FinalizeOptions {
  /** What the session job put out; by default the digest of what arrived. */
  readonly digest?: string;
  readonly run?: { readonly runId: number; readonly runAttempt: number };
  readonly dryRun?: boolean;
  readonly world?: World;
  readonly journal?: Journal;
}

export interface ObeyOptions {
  readonly by?: string;
  readonly at?: string;
  readonly dryRun?: boolean;
  readonly world?: World;
  readonly journal?: Journal;
}

/**
 * The fleet of one repository on the pure world: what workflow runs do, without runners. Every
 * part shares one clock.
 */
export class PureFleet {
  readonly world: PureWorld;
  readonly journal: PureJournal;
  readonly clock = new PureClock();
  readonly log = new PureLog();
  /** The middle of every jitter: delays are the configured ones. */
  readonly random = (): number => 0.5;
  readonly configuration: Configuration;
  #lastRun = 100;
  #lastNonce = 0;
  #lastJob = 9_000;

  constructor(seed: PureFleetSeed = {}) {
    this.world = new PureWorld(seed);
    this.journal = new PureJournal(this.world.branches);
    this.configuration = withDefaults(seed.configuration ?? { checks: { test: "npm test" } });
  }

  advance(minutes: number): void {
    this.clock.advance(minutes);
    this.world.now = this.clock.now();
    this.journal.now = this.clock.now();
  }

  /** What collect hands to dispatch: as a file, so as JSON. */
  async collect(): Promise<TickPlan> {
    const { world, journal, clock, log, random, configuration } = this;
    const inputs = { configuration, repositoryName: world.repository.name };
    const tick: TickPlan = JSON.parse(
      JSON.stringify(await collect({ world, journal, clock, log, random }, inputs)),
    );
    return tick;
  }

  /** Dispatches a plan as a run of its own; the run is in progress as long as it has claims. */
  async dispatch(tick: TickPlan, options: DispatchOptions = {}): Promise<readonly Claim[]> {
    const { clock, log } = this;
    this.#lastRun += 1;
    const runId = this.#lastRun;
    const claims = await dispatch(
      {
        world: options.world ?? this.world,
        journal: options.journal ?? this.journal,
        clock,
        log,
        newNonce: () => `claim-${++this.#lastNonce}`,
        readBranch: async () => this.world.repository.headSha,
      },
      {
        tick,
        run: { runId, runAttempt: 1 },
        credential: options.credential ?? "present",
        dryRun: options.dryRun ?? false,
        emit: options.emit ?? (() => undefined),
      },
    );
    this.reportRun(runId, claims.length === 0 ? "completed" : "in_progress");
    return claims;
  }

  /** One tick: collect, then dispatch. */
  async tick(options: DispatchOptions = {}): Promise<readonly Claim[]> {
    return await this.dispatch(await this.collect(), options);
  }

  /** The session of a claim, as its job runs it. */
  async session(
    claim: Claim,
    {
      workspace,
      agent,
      openAgent,
      readConfiguration,
      setup = "none",
      machine,
      stop = NEVER,
    }: SessionOptions,
  ): Promise<RunSessionReport> {
    const { world, journal, clock, log } = this;
    return await runSession(
      {
        world,
        journal,
        clock,
        log,
        workspace,
        inspectMachine: async () => ({ ...A_FIT_MACHINE, ...machine }),
        openAgent: openAgent ?? (async () => agent),
        readConfiguration: readConfiguration ?? (() => this.configuration),
        every: () => () => undefined,
      },
      {
        ...legOf(claim),
        configurationPath: ".github/water-spider.yml",
        setup,
        stop,
      },
    );
  }

  /** The delivery of a claim, with what arrived from its session. */
  async finalize(
    claim: Claim,
    arrived: PureDeliveryOptions,
    options: FinalizeOptions = {},
  ): Promise<FinalizeReport & { readonly delivery: PureDelivery }> {
    const { clock, log, random, configuration } = this;
    const { world = this.world, journal = this.journal, run, dryRun = false } = options;
    const delivery = new PureDelivery({
      branches: this.world.branches,
      isMerged: (one) => this.world.isMerged(one),
      ...arrived,
    });
    const digest = options.digest ?? (arrived.result === undefined ? "" : await delivery.digest());
    const leg = { ...legOf(claim), ...(run === undefined ? {} : { run }) };
    const report = await finalize(
      { world, journal, clock, log, random, delivery },
      { ...leg, digest, configuration, dryRun },
    );
    return { ...report, delivery };
  }

  /** The command job: what a person said, by default a writer and now. */
  async obey(command: Command, options: ObeyOptions = {}): Promise<boolean> {
    const { log, configuration } = this;
    const { world = this.world, journal = this.journal, dryRun = false } = options;
    const { by = WRITER.login, at = this.clock.now() } = options;
    const tryReadBranch = async (name: string): Promise<string | undefined> =>
      this.world.branches.get(name);
    return await obeyCommand(
      { world, journal, log, tryReadBranch },
      { command, by, at, configuration, dryRun },
    );
  }

  get lastRun(): number {
    return this.#lastRun;
  }

  reportRun(runId: number, status: "in_progress" | "completed"): void {
    const known = this.world.runs.find((run) => run.runId === runId);
    this.world.report({ latestAttempt: 1, jobs: [], ...known, runId, status });
  }

  /**
   * Begins one more attempt of a run for one of its jobs, which runs again; the others are carried
   * over under new ids, as they ended. Returns the job as it was before.
   */
  repeatJob(id: number): ObservedJob & Pick<ObservedRun, "runId"> {
    const run = this.world.runs.find(({ jobs }) => jobs.some((job) => job.id === id));
    const again = run?.jobs.find((job) => job.id === id);
    if (run === undefined || again === undefined) {
      throw new Error(`Nobody knows the job ${id}.`);
    }
    const runAttempt = run.latestAttempt + 1;
    const carried = run.jobs
      .filter((job) => job.runAttempt === run.latestAttempt && job !== again)
      .map((job) => ({ ...job, id: ++this.#lastJob, runAttempt }));
    this.world.report({
      ...run,
      latestAttempt: runAttempt,
      status: "in_progress",
      jobs: [...run.jobs, ...carried],
    });
    return { ...again, runId: run.runId };
  }

  /** Reports a job of a claim's leg in the newest attempt, named as GitHub names it. */
  reportJob(
    { runId, issue }: Claim,
    job: "session" | "finalize",
    fields: Partial<ObservedJob>,
  ): void {
    const run = this.world.runs.find((one) => one.runId === runId);
    const name = `water-spider / i${issue} / ${job}`;
    const runAttempt = run?.latestAttempt ?? 1;
    const known = run?.jobs.find((one) => one.name === name && one.runAttempt === runAttempt);
    const others = (run?.jobs ?? []).filter((one) => one !== known);
    const reported: ObservedJob = {
      id: known?.id ?? ++this.#lastJob,
      runAttempt,
      name,
      status: "in_progress",
      conclusion: undefined,
      startedAt: this.clock.now(),
      completedAt: undefined,
      ...fields,
    };
    const status = run?.status ?? "in_progress";
    this.world.report({ runId, latestAttempt: runAttempt, status, jobs: [...others, reported] });
  }

  /** Claims on the journal's tip. */
  claims(): readonly Claim[] {
    return [...this.journal.state.issues.values()].flatMap(({ claim }) => claim ?? []);
  }
}

const NEVER: AbortSignalLike = { aborted: false, addEventListener: () => undefined };
/** A machine on which everything is right. */
export const A_FIT_MACHINE: MachineFacts = {
  runner: "mac-1-1",
  os: "macOS",
  arch: "ARM64",
  environment: "self-hosted",
  path: "/opt/homebrew/bin:/usr/bin:/bin",
  git: "git version 2.51.0",
  aheadSeconds: 1,
  missingPrograms: [],
  sandbox: { kind: "seatbelt" },
};

/** What a leg of the matrix is given of its claim. */
function legOf({ issue, attempt, slot, nonce, runId, runAttempt }: Claim): {
  readonly issue: number;
  readonly attempt: number;
  readonly slot: string;
  readonly claim: string;
  readonly run: { readonly runId: number; readonly runAttempt: number };
} {
  return { issue, attempt, slot, claim: nonce, run: { runId, runAttempt } };
}
