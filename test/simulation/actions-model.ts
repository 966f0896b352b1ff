import type { Claim } from "../../src/core/journal/records.ts";
import type { ObservedRun } from "../../src/core/observation.ts";
import type { AbortSignalLike } from "../../src/ports/agent.ts";
import type { RunAttempt } from "../../src/ports/world.ts";
import type { Chance } from "./chance.ts";
import { latestOf, type Leg, listRun, type SimAttempt, type SimJob, type SimRun } from "./runs.ts";
import { SlotGroups } from "./slot-groups.ts";
import type { Task } from "./task.ts";
import type { Timeline } from "./timeline.ts";

/** What the jobs do; the model only decides when, where, and whether they live. */
export interface JobWork {
  readonly plan: (
    task: Task,
    run: RunAttempt,
    emit: (claims: readonly Claim[]) => void,
  ) => Promise<void>;
  /** Returns what is handed off. */
  readonly session: (task: Task, leg: Leg, stop: AbortSignalLike) => Promise<string | undefined>;
  readonly finalize: (task: Task, leg: Leg) => Promise<void>;
}

/** How unreliable runners and triggers are; all are probabilities. */
export interface Climate {
  readonly loseTrigger: number;
  readonly doubleTrigger: number;
  readonly lateTrigger: number;
  readonly sessionNeverStarts: number;
  readonly sessionStartsLate: number;
  readonly finalizeStartsLate: number;
  readonly runnerDies: number;
  readonly listsLate: number;
  /** Whether two plan jobs may overlap: GitHub promises little about concurrency groups. */
  readonly plansOverlap: boolean;
}

export interface ActionsModelOptions {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly climate: () => Climate;
  readonly work: JobWork;
  readonly newTask: (name: string, chance: Chance) => Task;
  readonly note: (who: string, what: string) => void;
  readonly count: (fault: string) => void;
}

/** After the matrix is out, announcing may take so long; then the action ends by itself, well. */
const ANNOUNCE_LIMIT_SECONDS = 15;

/** GitHub Actions as far as the loop depends on it: runs, attempts, jobs, groups, runners that die. */
export class ActionsModel {
  readonly runs = new Map<number, SimRun>();
  readonly slots: SlotGroups;
  readonly #options: ActionsModelOptions;
  #lastRun = 100;
  #lastJob = 9_000;
  #triggers = 0;
  #planning: SimRun | undefined;
  #waiting: SimRun | undefined;
  /** What to do when the process of a job dies with its runner, by task. */
  readonly #funerals = new Map<Task, () => void>();
  readonly #stops = new Map<Leg, StopSignal>();
  readonly #sessions = new Map<Leg, Task>();
  /** Jobs that no runner takes before the world turns kind. */
  readonly #stuck = new Set<() => void>();

  constructor(options: ActionsModelOptions) {
    this.#options = options;
    this.slots = new SlotGroups();
  }

  /** Something happened that starts a tick; the trigger may be lost, doubled or late. */
  trigger(why: string): void {
    const { chance, timeline, climate, count, note } = this.#options;
    this.#triggers += 1;
    const fate = chance.fork(`trigger ${this.#triggers}`);
    const { loseTrigger, doubleTrigger, lateTrigger } = climate();
    if (fate.is(loseTrigger)) {
      count("trigger-lost");
      note("trigger", `lost: ${why}`);
      return;
    }
    const copies = fate.is(doubleTrigger) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const isLate = fate.is(lateTrigger);
      count(copy > 0 ? "trigger-doubled" : isLate ? "trigger-late" : "");
      timeline.in(isLate ? fate.between(120, 2_000) : fate.between(2, 20), () =>
        this.#queuePlan(why),
      );
    }
  }

  read(wanted: readonly RunAttempt[]): readonly ObservedRun[] {
    const { timeline } = this.#options;
    return wanted.flatMap((one) => listRun(this.runs.get(one.runId), one, timeline.seconds) ?? []);
  }

  /** The runner under a process is gone. */
  bury(task: Task): void {
    const funeral = this.#funerals.get(task);
    this.#funerals.delete(task);
    // GitHub notices a lost runner only after a while.
    this.#options.timeline.in(task.chance.between(20, 700), () => funeral?.());
  }

  /** Starts a finished finalize job again in the next run attempt; returns why not. */
  rerunJob(id: number): string | undefined {
    const run = [...this.runs.values()].find((one) =>
      one.attempts.some(({ jobs }) => jobs.some((job) => job.id === id)),
    );
    const old = run === undefined || run.isDeleted ? undefined : latestOf(run);
    const leg = old?.legs.find(({ finalize }) => finalize?.id === id);
    if (run === undefined || old === undefined || leg === undefined || !old.isCompleted) {
      return `job ${id} cannot be started again`;
    }
    const attempt = this.#newAttempt(run);
    const again: Leg = { ...leg, attempt, finalize: undefined, isDone: false };
    attempt.legs.push(again);
    this.#queueFinalize(again);
    return undefined;
  }

  /** A person starts a finished run again: all of it, or only its legs that failed. */
  rerun(run: SimRun, what: "all" | "failed"): boolean {
    const old = latestOf(run);
    if (!old.isCompleted || run.isDeleted) {
      return false;
    }
    const failed = old.legs.filter(({ finalize }) => finalize?.conclusion !== "success");
    if (what === "failed" && failed.length === 0) {
      return false;
    }
    run.isCancelled = false;
    const attempt = this.#newAttempt(run);
    if (what === "all") {
      attempt.isPlanning = true;
      this.#startPlan(run, attempt);
    } else {
      for (const { claim } of failed) {
        this.#startLeg(run, attempt, claim);
      }
    }
    return true;
  }

  /** GitHub deletes only runs that have ended. */
  deleteRun(run: SimRun): boolean {
    if (!latestOf(run).isCompleted || run.isDeleted) {
      return false;
    }
    run.isDeleted = true;
    return true;
  }

  cancel(run: SimRun): boolean {
    const attempt = latestOf(run);
    if (attempt.isCompleted || run.isCancelled || attempt.isPlanning) {
      return false;
    }
    run.isCancelled = true;
    for (const leg of attempt.legs) {
      if (leg.session?.status === "queued") {
        this.slots.remove(leg);
        this.#endSession(leg, "cancelled", undefined);
      } else if (leg.session?.status === "in_progress") {
        this.#stops.get(leg)?.abort();
        this.#options.timeline.in(8, () => this.#killSession(leg, "cancelled"));
      }
    }
    return true;
  }

  /** The machine under a session goes away. */
  killSessionOn(slot: string): boolean {
    const leg = [...this.#sessions.keys()].find(({ claim }) => claim.slot === slot);
    const task = leg === undefined ? undefined : this.#sessions.get(leg);
    if (leg === undefined || task === undefined || task.isDead) {
      return false;
    }
    task.kill();
    this.bury(task);
    return true;
  }

  /** Everything that waited for a runner gets one. */
  turnKind(): void {
    for (const start of this.#stuck) {
      start();
    }
    this.#stuck.clear();
  }

  get isQuiet(): boolean {
    return [...this.runs.values()].every((run) => latestOf(run).isCompleted);
  }

  #newAttempt(run: SimRun): SimAttempt {
    const attempt: SimAttempt = {
      number: run.attempts.length + 1,
      jobs: [],
      legs: [],
      isPlanning: false,
      isCompleted: false,
    };
    run.attempts.push(attempt);
    return attempt;
  }

  #newJob(attempt: SimAttempt, name: string, chance: Chance): SimJob {
    const { timeline, climate } = this.#options;
    const isLate = chance.is(climate().listsLate);
    const job: SimJob = {
      id: (this.#lastJob += 1),
      name,
      listedAt: timeline.seconds + (isLate ? chance.between(20, 400) : chance.between(0, 5)),
      status: "queued",
      conclusion: undefined,
      startedAt: undefined,
      completedAt: undefined,
    };
    attempt.jobs.push(job);
    return job;
  }

  #queuePlan(why: string): void {
    const run: SimRun = {
      id: (this.#lastRun += 1),
      attempts: [],
      isCancelled: false,
      isDeleted: false,
    };
    this.runs.set(run.id, run);
    const attempt = this.#newAttempt(run);
    attempt.isPlanning = true;
    this.#options.note(`run ${run.id}`, `is queued: ${why}`);
    if (this.#planning === undefined || this.#options.climate().plansOverlap) {
      this.#startPlan(run, attempt);
      return;
    }
    // Of the runs that wait for the group the newest stays.
    if (this.#waiting !== undefined) {
      this.#options.count("plan-replaced");
      latestOf(this.#waiting).isPlanning = false;
      latestOf(this.#waiting).isCompleted = true;
    }
    this.#waiting = run;
  }

  #startPlan(run: SimRun, attempt: SimAttempt): void {
    const { chance, timeline, newTask, work } = this.#options;
    this.#planning = run;
    const name = `plan ${run.id}.${attempt.number}`;
    const own = chance.fork(name);
    const job = this.#newJob(attempt, "water-spider / plan", own);
    this.#begin(job);
    const task = newTask(name, own);
    let claims: readonly Claim[] = [];
    let isOver = false;
    const end = (conclusion: "success" | "failure"): void => {
      if (!isOver) {
        isOver = true;
        this.#funerals.delete(task);
        task.kill();
        this.#end(job, conclusion);
        this.#endPlan(run, attempt, conclusion === "success" ? claims : []);
      }
    };
    this.#funerals.set(task, () => end("failure"));
    const emit = (emitted: readonly Claim[]): void => {
      claims = emitted;
      timeline.in(ANNOUNCE_LIMIT_SECONDS, () => {
        if (!task.isDead) {
          end("success");
        }
      });
    };
    work.plan(task, { runId: run.id, runAttempt: attempt.number }, emit).then(
      () => end("success"),
      (error: unknown) => {
        task.note(`failed: ${String(error)}`);
        end("failure");
      },
    );
  }

  #endPlan(run: SimRun, attempt: SimAttempt, claims: readonly Claim[]): void {
    attempt.isPlanning = false;
    for (const claim of claims) {
      this.#startLeg(run, attempt, claim);
    }
    this.#completeIfDone(run, attempt);
    const waiting = this.#waiting;
    if (this.#planning === run) {
      this.#planning = undefined;
      this.#waiting = undefined;
      if (waiting !== undefined) {
        this.#startPlan(waiting, latestOf(waiting));
      }
    }
  }

  #startLeg(run: SimRun, attempt: SimAttempt, claim: Claim): void {
    const { chance, timeline } = this.#options;
    const leg: Leg = {
      claim,
      run,
      attempt,
      session: undefined,
      finalize: undefined,
      handOff: undefined,
      isDone: false,
    };
    attempt.legs.push(leg);
    const own = chance.fork(`leg ${claim.nonce}.${attempt.number}`);
    timeline.in(own.between(1, 15), () => {
      leg.session = this.#newJob(attempt, `water-spider / i${claim.issue} / session`, own);
      if (run.isCancelled) {
        this.#endSession(leg, "cancelled", undefined);
        return;
      }
      this.slots.enter(leg, () => this.#awaitRunner(leg, own));
    });
  }

  /** It holds its slot's group already; now a runner has to take it. */
  #awaitRunner(leg: Leg, chance: Chance): void {
    const { climate, timeline, count, note } = this.#options;
    const { sessionNeverStarts, sessionStartsLate } = climate();
    const start = (): void => this.#startSession(leg, chance);
    if (chance.is(sessionNeverStarts)) {
      count("session-never-starts");
      note(`leg i${leg.claim.issue}`, "no runner takes its session");
      this.#stuck.add(start);
      return;
    }
    const isLate = chance.is(sessionStartsLate);
    count(isLate ? "session-starts-late" : "");
    timeline.in(isLate ? chance.between(700, 2_400) : chance.between(2, 30), start);
  }

  #startSession(leg: Leg, chance: Chance): void {
    const { session, claim, attempt } = leg;
    if (session?.status !== "queued") {
      return;
    }
    this.#begin(session);
    const task = this.#options.newTask(
      `session i${claim.issue} ${claim.nonce}.${attempt.number}`,
      chance,
    );
    const stop = new StopSignal();
    this.#stops.set(leg, stop);
    this.#sessions.set(leg, task);
    this.#funerals.set(task, () => this.#endSession(leg, "failure", undefined));
    if (chance.is(this.#options.climate().runnerDies)) {
      this.#options.timeline.in(chance.between(1, 1_500), () => {
        if (!task.isDead && session.status === "in_progress") {
          this.#options.count("runner-died");
          task.note("its runner died");
          task.kill();
          this.bury(task);
        }
      });
    }
    this.#options.work.session(task, leg, stop).then(
      (handOff) => this.#endSession(leg, "success", handOff),
      (error: unknown) => {
        task.note(`failed: ${String(error)}`);
        this.#endSession(leg, "failure", undefined);
      },
    );
  }

  #killSession(leg: Leg, conclusion: "cancelled"): void {
    if (leg.session?.status === "in_progress") {
      this.#sessions.get(leg)?.kill();
      this.#endSession(leg, conclusion, undefined);
    }
  }

  #endSession(leg: Leg, conclusion: string, handOff: string | undefined): void {
    if (leg.session === undefined || leg.session.status === "completed") {
      return;
    }
    const task = this.#sessions.get(leg);
    if (task !== undefined) {
      task.kill();
      this.#funerals.delete(task);
      this.#sessions.delete(leg);
    }
    leg.handOff = handOff;
    this.#end(leg.session, leg.run.isCancelled ? "cancelled" : conclusion);
    this.slots.leave(leg);
    this.#queueFinalize(leg);
  }

  #queueFinalize(leg: Leg): void {
    const { chance, timeline, climate, count } = this.#options;
    const { claim, attempt } = leg;
    const own = chance.fork(`finalize ${claim.nonce}.${attempt.number}`);
    timeline.in(own.between(1, 10), () => {
      leg.finalize = this.#newJob(attempt, `water-spider / i${claim.issue} / finalize`, own);
      if (leg.run.isCancelled && own.is(0.3)) {
        // Cancelled by force: not even `always()` starts it.
        this.#endFinalize(leg, "cancelled");
        return;
      }
      const isLate = own.is(climate().finalizeStartsLate);
      count(isLate ? "finalize-starts-late" : "");
      timeline.in(isLate ? own.between(600, 4_000) : own.between(2, 30), () =>
        this.#startFinalize(leg, own),
      );
    });
  }

  #startFinalize(leg: Leg, chance: Chance): void {
    if (leg.finalize?.status !== "queued") {
      return;
    }
    const { claim, attempt } = leg;
    this.#begin(leg.finalize);
    const task = this.#options.newTask(
      `finalize i${claim.issue} ${claim.nonce}.${attempt.number}`,
      chance,
    );
    const end = (conclusion: "success" | "failure"): void => {
      this.#funerals.delete(task);
      this.#endFinalize(leg, conclusion);
    };
    this.#funerals.set(task, () => end("failure"));
    this.#options.work.finalize(task, leg).then(
      () => end("success"),
      (error: unknown) => {
        task.note(`failed: ${String(error)}`);
        end("failure");
      },
    );
  }

  #endFinalize(leg: Leg, conclusion: string): void {
    if (leg.finalize !== undefined && leg.finalize.status !== "completed") {
      this.#end(leg.finalize, conclusion);
      leg.isDone = true;
      this.#completeIfDone(leg.run, leg.attempt);
    }
  }

  /** When all legs are done, settle kicks for those that could not, and the run ends. */
  #completeIfDone(run: SimRun, attempt: SimAttempt): void {
    if (attempt.isPlanning || attempt.isCompleted || attempt.legs.some(({ isDone }) => !isDone)) {
      return;
    }
    const hasFailed = attempt.legs.some(
      ({ session, finalize }) =>
        session?.conclusion !== "success" || finalize?.conclusion !== "success",
    );
    const { timeline } = this.#options;
    if (attempt.legs.length === 0) {
      attempt.isCompleted = true;
      return;
    }
    timeline.in(hasFailed ? 12 : 3, () => {
      attempt.isCompleted = true;
      if (hasFailed) {
        this.trigger(`settle of run ${run.id}`);
      }
    });
  }

  #begin(job: SimJob): void {
    job.status = "in_progress";
    job.startedAt = this.#options.timeline.now();
  }

  #end(job: SimJob, conclusion: string): void {
    job.status = "completed";
    job.conclusion = conclusion;
    job.completedAt = this.#options.timeline.now();
  }
}

/** The signal of a job that is cancelled. */
class StopSignal implements AbortSignalLike {
  aborted = false;
  readonly #listeners: (() => void)[] = [];

  addEventListener(_type: "abort", listener: () => void): void {
    this.#listeners.push(listener);
  }

  abort(): void {
    this.aborted = true;
    for (const listener of this.#listeners.splice(0)) {
      listener();
    }
  }
}
