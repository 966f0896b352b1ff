import type { Claim } from "../../src/core/journal/records.ts";
import type { ObservedRun } from "../../src/core/observation.ts";
import { type ActionsModelOptions, Jobs } from "./jobs.ts";
import { Legs } from "./legs.ts";
import { latestOf, type Leg, listRun, type SimAttempt, type SimJob, type SimRun } from "./runs.ts";
import type { Task } from "./task.ts";

/** After the matrix is out, announcing may take so long; then the action ends by itself, well. */
const ANNOUNCE_LIMIT_SECONDS = 15;

/** GitHub Actions as far as the loop depends on it: runs, attempts, jobs, groups, runners that die. */
export class ActionsModel {
  readonly runs = new Map<number, SimRun>();
  readonly #options: ActionsModelOptions;
  readonly #jobs: Jobs;
  readonly #legs: Legs;
  #lastRun = 100;
  #triggers = 0;
  #planning: SimRun | undefined;
  #waiting: SimRun | undefined;

  constructor(options: ActionsModelOptions) {
    this.#options = options;
    this.#jobs = new Jobs(options);
    this.#legs = new Legs(options, this.#jobs, (run, attempt) =>
      this.#completeIfDone(run, attempt),
    );
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

  read(wanted: readonly number[]): readonly ObservedRun[] {
    const { timeline } = this.#options;
    return wanted.flatMap((id) => listRun(this.runs.get(id), timeline.seconds) ?? []);
  }

  /** Starts a finished finalize job again in the next run attempt; returns why not. */
  rerunJob(id: number): string | undefined {
    const run = [...this.runs.values()].find((one) =>
      one.attempts.some(({ legs }) => legs.some(({ finalize }) => finalize?.id === id)),
    );
    const old = run === undefined || run.isDeleted ? undefined : latestOf(run);
    const leg = old?.legs.find(({ finalize }) => finalize?.id === id);
    if (run === undefined || old === undefined || leg === undefined || !old.isCompleted) {
      return `job ${id} cannot be started again`;
    }
    this.#repeat(run, old, "tick", (one) => one === leg);
    return undefined;
  }

  /** A person starts a finished run again: all of it, or only its jobs that failed. */
  rerun(run: SimRun, what: "all" | "failed"): boolean {
    const old = latestOf(run);
    if (!old.isCompleted || run.isDeleted || (what === "failed" && !old.legs.some(didFail))) {
      return false;
    }
    run.isCancelled = false;
    if (what === "failed") {
      this.#repeat(run, old, "person", didFail);
    } else {
      const attempt = this.#newAttempt(run, "person");
      attempt.isPlanning = true;
      this.#startPlan(run, attempt);
    }
    return true;
  }

  /** One more attempt, in which these legs run again from the job on that failed; the others are carried over. */
  #repeat(
    run: SimRun,
    old: SimAttempt,
    by: SimAttempt["by"],
    runsAgain: (leg: Leg) => boolean,
  ): void {
    const attempt = this.#newAttempt(run, by);
    // What is documented of carried jobs, and what was seen: listed under each attempt, or once.
    const isListed = this.#options.chance.fork(`carry ${run.id}.${attempt.number}`).is(0.7);
    const carry = (job: SimJob | undefined): SimJob | undefined =>
      job !== undefined && isListed ? this.#jobs.carry(attempt, job) : job;
    for (const leg of old.legs) {
      const isAgain = runsAgain(leg);
      if (isAgain && leg.session?.conclusion !== "success") {
        this.#legs.start(run, attempt, leg.claim);
        continue;
      }
      const session = carry(leg.session);
      const finalize = isAgain ? undefined : carry(leg.finalize);
      const again: Leg = { ...leg, attempt, session, finalize, isDone: !isAgain };
      attempt.legs.push(again);
      if (isAgain) {
        this.#legs.queueFinalize(again);
      }
    }
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
      this.#legs.cancel(leg);
    }
    return true;
  }

  /** The runner under a process is gone. */
  bury(task: Task): void {
    this.#jobs.bury(task);
  }

  /** The machine under a session goes away. */
  killSessionOn(slot: string): boolean {
    return this.#legs.killSessionOn(slot);
  }

  /** Control runners fail for a while. */
  failControlRunners(seconds: number): void {
    this.#legs.failControlRunners(seconds);
  }

  /** Everything that waited for a runner gets one. */
  turnKind(): void {
    this.#legs.turnKind();
  }

  get isQuiet(): boolean {
    return [...this.runs.values()].every((run) => latestOf(run).isCompleted);
  }

  #newAttempt(run: SimRun, by: SimAttempt["by"]): SimAttempt {
    const attempt: SimAttempt = {
      number: run.attempts.length + 1,
      jobs: [],
      legs: [],
      by,
      isPlanning: false,
      isCompleted: false,
    };
    run.attempts.push(attempt);
    return attempt;
  }

  #queuePlan(why: string): void {
    const run: SimRun = {
      id: (this.#lastRun += 1),
      attempts: [],
      isCancelled: false,
      isDeleted: false,
    };
    this.runs.set(run.id, run);
    const attempt = this.#newAttempt(run, "event");
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
    const job = this.#jobs.add(attempt, "water-spider / plan", own);
    this.#jobs.begin(job);
    const task = newTask(name, own);
    let claims: readonly Claim[] = [];
    let isOver = false;
    const end = (conclusion: "success" | "failure"): void => {
      if (!isOver) {
        isOver = true;
        this.#jobs.outlive(task);
        task.kill();
        this.#jobs.end(job, conclusion);
        this.#endPlan(run, attempt, conclusion === "success" ? claims : []);
      }
    };
    this.#jobs.mourn(task, () => end("failure"));
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
      this.#legs.start(run, attempt, claim);
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
}

function didFail({ finalize }: Leg): boolean {
  return finalize?.conclusion !== "success";
}
