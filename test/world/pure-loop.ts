import type { Claim } from "../../src/core/journal/records.ts";
import type { Journal } from "../../src/ports/journal.ts";
import type { World } from "../../src/ports/world.ts";
import { Crash, DyingProcess } from "./crashes.ts";
import { PureAgent } from "./pure-agent.ts";
import type { PureFleet } from "./pure-fleet.ts";
import { merge } from "./pure-people.ts";
import { PureWorkspace, type PureWorkspaceOptions } from "./pure-workspace.ts";

export interface Work {
  readonly workspace?: PureWorkspaceOptions;
  readonly agent?: PureAgent;
}

export interface PureLoopOptions {
  /** What a session does; by default green work on one file. */
  readonly work?: (claim: Claim) => Work;
  /** Picks one of so many things that could happen next; by default each in turn. */
  readonly choose?: (count: number) => number;
  /** Makes the process of a job; by default one that lives. */
  readonly process?: (job: "dispatch" | "finalize", world: World, journal: Journal) => DyingProcess;
  /** Whether legs run although their dispatch died after it had handed out the matrix. */
  readonly legsSurviveDispatch?: boolean;
}

/** A step of a leg; returns the one that follows. */
type Step = () => Promise<Step | undefined>;

/** More steps than any test needs mean that something goes round in circles. */
const MAX_STEPS = 1_000;

/**
 * The whole loop on the pure world: ticks, legs that overlap, kicks, and a person who merges what
 * is ready, until nothing is left to do. Watches the invariants after every step.
 */
export class PureLoop {
  readonly fleet: PureFleet;
  /** Sessions whose job runs, by slot. */
  readonly sessions = new Map<string, Claim>();
  maxSessions = 0;
  /** Issues in the order in which their sessions began. */
  readonly started: number[] = [];
  readonly #options: PureLoopOptions;
  #legs: Step[] = [];
  /** What the sessions handed off, by nonce of their claim. */
  readonly #handOffs = new Map<string, string | undefined>();
  #ticksDue = 0;
  #kicksSeen = 0;
  #steps = 0;

  constructor(fleet: PureFleet, options: PureLoopOptions = {}) {
    this.fleet = fleet;
    this.#options = options;
  }

  /** Runs until a tick, after all waiting times are over, changes nothing any more. */
  async settle(): Promise<void> {
    this.#ticksDue = 1;
    for (;;) {
      this.#countStep();
      await this.#work();
      const before = this.#fingerprint();
      this.fleet.advance(61);
      await this.#tick();
      this.#countKicks();
      const isQuiet =
        this.#legs.length === 0 && this.#ticksDue === 0 && this.#fingerprint() === before;
      if (isQuiet && !this.#mergeReady()) {
        return;
      }
    }
  }

  async #work(): Promise<void> {
    while (this.#ticksDue > 0 || this.#legs.length > 0) {
      this.#countStep();
      this.fleet.advance(1 / 6);
      const count = this.#legs.length + (this.#ticksDue > 0 ? 1 : 0);
      const index = this.#options.choose?.(count) ?? this.#steps % count;
      const leg = this.#legs[index];
      if (leg === undefined) {
        this.#ticksDue -= 1;
        await this.#tick();
      } else {
        const next = await leg();
        this.#legs = this.#legs.flatMap((one) => (one === leg ? (next ?? []) : one));
      }
      this.#countKicks();
    }
  }

  #countStep(): void {
    this.#steps += 1;
    if (this.#steps > MAX_STEPS) {
      throw new Error("The loop does not come to rest.");
    }
  }

  async #tick(): Promise<void> {
    const { world, journal } = this.#process("dispatch");
    let emitted: readonly Claim[] = [];
    let isDead = false;
    try {
      const tick = await this.fleet.collect();
      await this.fleet.dispatch(tick, {
        world,
        journal,
        emit: (claims) => {
          emitted = claims;
        },
      });
    } catch (error) {
      if (!(error instanceof Crash)) {
        throw error;
      }
      isDead = true;
    }
    isDead ||= this.#lastProcess?.isDead === true;
    const legs = isDead && this.#options.legsSurviveDispatch !== true ? [] : emitted;
    const runId = this.fleet.lastRun;
    this.fleet.reportRun(runId, legs.length === 0 ? "completed" : "in_progress");
    this.#legs.push(
      ...legs.map(
        (claim): Step =>
          () =>
            this.#startSession(claim),
      ),
    );
  }

  async #startSession(claim: Claim): Promise<Step> {
    const other = this.sessions.get(claim.slot);
    if (other !== undefined) {
      if (this.#holds(claim) && this.#holds(other)) {
        throw new Error(`#${claim.issue} and #${other.issue} are both on ${claim.slot}.`);
      }
      // One of the two was taken back and came late: the slot's concurrency group makes it wait.
      return () => this.#startSession(claim);
    }
    this.sessions.set(claim.slot, claim);
    if (this.#holds(claim)) {
      this.started.push(claim.issue);
    }
    this.maxSessions = Math.max(this.maxSessions, this.sessions.size);
    this.fleet.reportJob(claim, "session", { status: "in_progress" });
    return () => this.#endSession(claim);
  }

  async #endSession(claim: Claim): Promise<Step> {
    const { workspace: options, agent } = this.#options.work?.(claim) ?? {};
    const workspace = new PureWorkspace({ claim: claim.nonce, ...options });
    await this.fleet.session(claim, { workspace, agent: agent ?? new PureAgent() });
    this.sessions.delete(claim.slot);
    this.#endJob(claim, "session");
    this.#handOffs.set(claim.nonce, workspace.handedOff);
    return async () => {
      this.fleet.reportJob(claim, "finalize", { status: "in_progress" });
      return () => this.#finalize(claim);
    };
  }

  async #finalize(claim: Claim): Promise<undefined> {
    const conclusion = await this.#deliver(claim, claim.runAttempt);
    this.#endJob(claim, "finalize", conclusion);
    const run = this.fleet.world.runs.find(({ runId }) => runId === claim.runId);
    const legs = this.#dispatched().filter(({ runId }) => runId === claim.runId);
    const ended = run?.jobs.filter(
      ({ name, status }) => name.endsWith("finalize") && status === "completed",
    );
    if (ended?.length === legs.length) {
      this.fleet.reportRun(claim.runId, "completed");
    }
  }

  async #deliver(claim: Claim, runAttempt: number): Promise<"success" | "failure"> {
    const { world, journal } = this.#process("finalize");
    const result = this.#handOffs.get(claim.nonce);
    const run = { runId: claim.runId, runAttempt };
    try {
      await this.fleet.finalize(claim, { result }, { world, journal, run });
      return "success";
    } catch (error) {
      if (!(error instanceof Crash)) {
        throw error;
      }
      // settle: a leg that died kicks the next tick by its run.
      this.#ticksDue += 1;
      return "failure";
    }
  }

  /** Starts jobs again that a tick asked for: one more attempt of their run, with that job alone. */
  #startReruns(): void {
    const { fleet } = this;
    for (const id of fleet.world.rerunJobs.splice(0)) {
      const { runId, name } = fleet.repeatJob(id);
      const claim = this.#dispatched().find(
        (one) => one.runId === runId && name.includes(`i${one.issue} /`),
      );
      const run = fleet.world.runs.find((one) => one.runId === runId);
      if (claim === undefined || run === undefined) {
        throw new Error(`Nobody knows the job ${id}.`);
      }
      fleet.reportJob(claim, "finalize", { status: "in_progress" });
      this.#legs.push(async () => {
        const conclusion = await this.#deliver(claim, run.latestAttempt);
        this.#endJob(claim, "finalize", conclusion);
        fleet.reportRun(runId, "completed");
        return undefined;
      });
    }
  }

  #dispatched(): readonly Claim[] {
    return this.fleet.journal.facts("dispatched").flatMap(({ claims }) => claims);
  }

  /** Whether the claim is still on the journal; a late job is refused by that. */
  #holds({ issue, nonce }: Claim): boolean {
    return this.fleet.journal.state.issues.get(issue)?.claim?.nonce === nonce;
  }

  #endJob(claim: Claim, job: "session" | "finalize", conclusion = "success"): void {
    const completedAt = this.fleet.clock.now();
    this.fleet.reportJob(claim, job, { status: "completed", conclusion, completedAt });
  }

  #lastProcess: DyingProcess | undefined;

  #process(job: "dispatch" | "finalize"): DyingProcess {
    const { world, journal } = this.fleet;
    const make = this.#options.process;
    this.#lastProcess = make?.(job, world, journal) ?? new DyingProcess(world, journal);
    return this.#lastProcess;
  }

  #countKicks(): void {
    this.#startReruns();
    this.#ticksDue += this.fleet.world.ticksStarted - this.#kicksSeen;
    this.#kicksSeen = this.fleet.world.ticksStarted;
    // Of several waiting plan jobs only the newest runs.
    this.#ticksDue = Math.min(this.#ticksDue, 1);
  }

  /** Merges every open pull request that is no draft, as the stand-in maintainer does. */
  #mergeReady(): boolean {
    const ready = [...this.fleet.world.pullRequests.values()].filter(
      ({ state, isDraft }) => state === "open" && !isDraft,
    );
    for (const { headBranch } of ready) {
      merge(this.fleet.world, Number(/-(\d+)$/.exec(headBranch)?.[1]));
    }
    return ready.length > 0;
  }

  #fingerprint(): string {
    const { world, journal } = this.fleet;
    const { issues, comments, pullRequests, milestones } = world;
    const seen = [issues, comments, pullRequests, milestones].map((map) => [...map]);
    return JSON.stringify([journal.state.seq, seen]);
  }
}
