import type { Claim } from "../../src/core/journal/records.ts";
import type { Chance } from "./chance.ts";
import type { ActionsModelOptions, Jobs } from "./jobs.ts";
import type { Leg, SimAttempt, SimRun } from "./runs.ts";
import { SlotGroups } from "./slot-groups.ts";
import { StopSignal } from "./stop-signal.ts";
import type { Task } from "./task.ts";

/** The legs of all runs: a session job in the group of its slot, then a finalize job. */
export class Legs {
  readonly #options: ActionsModelOptions;
  readonly #jobs: Jobs;
  readonly #legDone: (run: SimRun, attempt: SimAttempt) => void;
  readonly #slots = new SlotGroups();
  readonly #stops = new Map<Leg, StopSignal>();
  readonly #sessions = new Map<Leg, Task>();
  readonly #finalizes = new Map<Leg, Task>();
  /** Seconds: until then every job on a control runner fails. */
  #outageUntil = 0;
  /** Jobs that no runner takes before the world turns kind. */
  readonly #stuck = new Set<() => void>();

  constructor(
    options: ActionsModelOptions,
    jobs: Jobs,
    legDone: (run: SimRun, attempt: SimAttempt) => void,
  ) {
    this.#options = options;
    this.#jobs = jobs;
    this.#legDone = legDone;
  }

  start(run: SimRun, attempt: SimAttempt, claim: Claim): void {
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
      leg.session = this.#jobs.add(attempt, `water-spider / i${claim.issue} / session`, own);
      if (run.isCancelled) {
        this.#endSession(leg, "cancelled", undefined);
        return;
      }
      this.#slots.enter(leg, () => this.#awaitRunner(leg, own));
    });
  }

  /** Its finalize job is up next. */
  queueFinalize(leg: Leg): void {
    const { chance, timeline, climate, count } = this.#options;
    const { claim, attempt } = leg;
    const own = chance.fork(`finalize ${claim.nonce}.${attempt.number}`);
    timeline.in(own.between(1, 10), () => {
      leg.finalize = this.#jobs.add(attempt, `water-spider / i${claim.issue} / finalize`, own);
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

  /** A session that waits is cancelled at once; one that runs is told, and killed a little later. */
  cancel(leg: Leg): void {
    if (leg.session?.status === "queued") {
      this.#slots.remove(leg);
      this.#endSession(leg, "cancelled", undefined);
    } else if (leg.session?.status === "in_progress") {
      this.#stops.get(leg)?.abort();
      this.#options.timeline.in(8, () => this.#killSession(leg, "cancelled"));
    }
  }

  /** The machine under a session goes away. */
  killSessionOn(slot: string): boolean {
    const leg = [...this.#sessions.keys()].find(({ claim }) => claim.slot === slot);
    const task = leg === undefined ? undefined : this.#sessions.get(leg);
    if (leg === undefined || task === undefined || task.isDead) {
      return false;
    }
    task.kill();
    this.#jobs.bury(task);
    return true;
  }

  /** Control runners fail for a while: every finalize that runs dies, and each that starts. */
  failControlRunners(seconds: number): void {
    const { timeline, count, note } = this.#options;
    this.#outageUntil = timeline.seconds + seconds;
    count("outage");
    note("control runners", `fail for ${Math.round(seconds)} s`);
    for (const task of this.#finalizes.values()) {
      if (!task.isDead) {
        task.kill();
        this.#jobs.bury(task);
      }
    }
  }

  /** Everything that waited for a runner gets one. */
  turnKind(): void {
    this.#outageUntil = 0;
    for (const start of this.#stuck) {
      start();
    }
    this.#stuck.clear();
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
    this.#jobs.begin(session);
    const task = this.#options.newTask(
      `session i${claim.issue} ${claim.nonce}.${attempt.number}`,
      chance,
    );
    const stop = new StopSignal();
    this.#stops.set(leg, stop);
    this.#sessions.set(leg, task);
    this.#jobs.mourn(task, () => this.#endSession(leg, "failure", undefined));
    if (chance.is(this.#options.climate().runnerDies)) {
      this.#options.timeline.in(chance.between(1, 1_500), () => {
        if (!task.isDead && session.status === "in_progress") {
          this.#options.count("runner-died");
          task.note("its runner died");
          task.kill();
          this.#jobs.bury(task);
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
      this.#jobs.outlive(task);
      this.#sessions.delete(leg);
    }
    leg.handOff = handOff;
    this.#jobs.end(leg.session, leg.run.isCancelled ? "cancelled" : conclusion);
    this.#slots.leave(leg);
    this.queueFinalize(leg);
  }

  #startFinalize(leg: Leg, chance: Chance): void {
    if (leg.finalize?.status !== "queued") {
      return;
    }
    const { claim, attempt } = leg;
    const { timeline, count } = this.#options;
    this.#jobs.begin(leg.finalize);
    if (timeline.seconds < this.#outageUntil) {
      count("finalize-died-in-outage");
      timeline.in(chance.between(5, 60), () => this.#endFinalize(leg, "failure"));
      return;
    }
    const task = this.#options.newTask(
      `finalize i${claim.issue} ${claim.nonce}.${attempt.number}`,
      chance,
    );
    this.#finalizes.set(leg, task);
    const end = (conclusion: "success" | "failure"): void => {
      this.#finalizes.delete(leg);
      this.#jobs.outlive(task);
      this.#endFinalize(leg, conclusion);
    };
    this.#jobs.mourn(task, () => end("failure"));
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
      this.#jobs.end(leg.finalize, conclusion);
      leg.isDone = true;
      this.#legDone(leg.run, leg.attempt);
    }
  }
}
