import type { Claim } from "../../src/core/journal/records.ts";
import type { AbortSignalLike } from "../../src/ports/agent.ts";
import type { Chance } from "./chance.ts";
import type { Leg, RunAttempt, SimAttempt, SimJob } from "./runs.ts";
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

/** The jobs of all runs, as the API lists them, and what becomes of one whose runner dies. */
export class Jobs {
  readonly #options: ActionsModelOptions;
  #last = 9_000;
  /** What to do when the process of a job dies with its runner, by task. */
  readonly #funerals = new Map<Task, () => void>();

  constructor(options: ActionsModelOptions) {
    this.#options = options;
  }

  /** A new job of a run attempt, which the API lists sooner or later. */
  add(attempt: SimAttempt, name: string, chance: Chance): SimJob {
    const { timeline, climate } = this.#options;
    const isLate = chance.is(climate().listsLate);
    const job: SimJob = {
      id: (this.#last += 1),
      runAttempt: attempt.number,
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

  /** A job of the attempt before, as it ended, under a new id. */
  carry(attempt: SimAttempt, job: SimJob): SimJob {
    const carried = { ...job, id: (this.#last += 1), runAttempt: attempt.number };
    attempt.jobs.push(carried);
    return carried;
  }

  begin(job: SimJob): void {
    job.status = "in_progress";
    job.startedAt = this.#options.timeline.now();
  }

  end(job: SimJob, conclusion: string): void {
    job.status = "completed";
    job.conclusion = conclusion;
    job.completedAt = this.#options.timeline.now();
  }

  /** Does `funeral` when the process dies with its runner. */
  mourn(task: Task, funeral: () => void): void {
    this.#funerals.set(task, funeral);
  }

  /** The process ended before its runner did. */
  outlive(task: Task): void {
    this.#funerals.delete(task);
  }

  /** The runner under a process is gone. */
  bury(task: Task): void {
    const funeral = this.#funerals.get(task);
    this.#funerals.delete(task);
    // GitHub notices a lost runner only after a while.
    this.#options.timeline.in(task.chance.between(20, 700), () => funeral?.());
  }
}
