import type { Claim } from "../../src/core/journal/records.ts";
import { TRIGGER, WRITER } from "../world/an-issue.ts";
import { PureWorld } from "../world/pure-world.ts";
import { ActionsModel } from "./actions-model.ts";
import { type Act, drawActs, formatAct } from "./acts.ts";
import { Chance } from "./chance.ts";
import { checkEnd } from "./check-end.ts";
import { type JobContext, makeJobWork, obey } from "./job-work.ts";
import type { Climate } from "./jobs.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { markReady, mergeReady, perform } from "./people.ts";
import { SharedJournal } from "./shared-journal.ts";
import type { SessionEnd } from "./sim-agent.ts";
import { drawSnapshot } from "./snapshot.ts";
import { FAIR, Task, type Weather } from "./task.ts";
import { drawTemper, KIND_CLIMATE, type Temper } from "./temper.ts";
import { Timeline } from "./timeline.ts";
import { type Violation, Watcher } from "./watcher.ts";

export interface HistoryOptions {
  readonly seed: number;
  readonly mutant?: Mutant | undefined;
  /** Numbers of the acts of people that are left out. */
  readonly drop?: ReadonlySet<number>;
}

export interface HistoryReport {
  readonly seed: number;
  readonly steps: number;
  /** By kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly violation: Violation | undefined;
  /** Acts of people that there were, dropped ones included. */
  readonly acts: number;
  readonly events: number;
  /** What happened, one line each. */
  readonly story: readonly string[];
}

/** More steps mean that something goes round in circles. */
const MAX_STEPS = 20_000;

/** After the last act the world is kind, and everything ends within so many hourly ticks. */
const MAX_KIND_HOURS = 40;

/** One history from its seed: people, faults and ticks that overlap, then a kind world until all is quiet. */
export async function runHistory(options: HistoryOptions): Promise<HistoryReport> {
  return await new History(options).run();
}

class History {
  readonly #options: HistoryOptions;
  readonly #chance: Chance;
  readonly #temper: Temper;
  readonly #timeline = new Timeline();
  readonly #world: PureWorld;
  readonly #journal: SharedJournal;
  readonly #actions: ActionsModel;
  readonly #watcher: Watcher;
  readonly #context: JobContext;
  readonly #acts: readonly Act[];
  readonly #story: string[] = [];
  readonly #faults: Record<string, number> = {};
  #isKind = false;
  #commands = 0;

  constructor(options: HistoryOptions) {
    this.#options = options;
    const chance = new Chance(`history ${options.seed}`);
    this.#chance = chance;
    this.#temper = drawTemper(chance.fork("temper"));
    const timeline = this.#timeline;
    const { issues, seconds, acts } = this.#temper;
    this.#world = new PureWorld({ issues });
    const { configuration } = this.#temper;
    this.#watcher = new Watcher({ timeline, world: this.#world, configuration });
    this.#journal = new SharedJournal({
      timeline,
      branches: this.#world.branches,
      onLanded: (landed) => {
        this.#watcher.onLanded(landed);
        const { seq, fact } = landed.event;
        this.#note(landed.by.name, `journals ${seq}: ${JSON.stringify(fact)}`);
      },
      onMoving: (move) => this.#watcher.onMoving(move),
      onRead: (task) => this.#watcher.onJournalRead(task),
      ...(options.mutant?.fold === undefined ? {} : { fold: options.mutant.fold }),
      ...(options.mutant?.ignoresLease === undefined ? {} : { ignoresLease: true }),
    });
    const note = (who: string, what: string): void => this.#note(who, what);
    const count = (fault: string): void => this.#count(fault);
    this.#context = {
      timeline,
      world: this.#world,
      journal: this.#journal,
      watcher: this.#watcher,
      mutant: options.mutant,
      configuration,
      drawSnapshot: (task) =>
        !this.#isKind && task.chance.is(this.#temper.snapshots)
          ? drawSnapshot(task.chance, this.#world.issues.values())
          : new Map(),
      drawLack: (task) =>
        this.#isKind || !task.chance.is(this.#temper.lack)
          ? undefined
          : task.chance.pick(["credential", "requests"]),
      drawSession: (task, claim) => this.#drawSession(task, claim),
      conflicts: (task) => !this.#isKind && task.chance.is(this.#temper.conflict),
      actions: () => this.#actions,
    };
    this.#actions = new ActionsModel({
      timeline,
      chance: chance.fork("actions"),
      climate: (): Climate =>
        this.#isKind
          ? { ...KIND_CLIMATE, plansOverlap: this.#temper.climate.plansOverlap }
          : this.#temper.climate,
      work: makeJobWork(this.#context),
      newTask: (name, own) => this.#newTask(name, own),
      note,
      count,
    });
    this.#watcher.attach(this.#journal, this.#actions);
    this.#acts = drawActs(chance.fork("people"), { count: acts, seconds, issues: issues.length });
    for (const issue of this.#world.issues.values()) {
      if (issue.labels.includes(TRIGGER)) {
        const by = issue.trigger?.by === WRITER ? "writer" : "reader";
        this.#watcher.endorsements.labelled(issue.number, by, -3_600);
      }
    }
  }

  async run(): Promise<HistoryReport> {
    await this.#runUnkindly();
    if (this.#watcher.violation === undefined) {
      await this.#runKindly();
    }
    return {
      seed: this.#options.seed,
      steps: this.#timeline.steps,
      faults: this.#faults,
      violation: this.#watcher.violation,
      acts: this.#acts.length,
      events: this.#journal.events.length,
      story: this.#story,
    };
  }

  async #runUnkindly(): Promise<void> {
    const { seconds } = this.#temper;
    const timeline = this.#timeline;
    for (const [index, act] of this.#acts.entries()) {
      if (this.#options.drop?.has(index) !== true) {
        timeline.in(act.at, () => this.#perform(index, act));
      }
    }
    for (const outage of this.#temper.outages) {
      timeline.in(outage.at, () => this.#actions.failControlRunners(outage.seconds));
    }
    this.#actions.trigger("first");
    this.#scheduleCron();
    this.#scheduleMaintainer();
    const end = timeline.nowMs + seconds * 1_000;
    timeline.in(seconds, () => undefined);
    while (timeline.nowMs < end && (await this.#step())) {
      // Until the time is over.
    }
  }

  /** No more faults; people merge what is ready and resume what is paused, and say nothing else. */
  async #runKindly(): Promise<void> {
    this.#isKind = true;
    this.#note("world", "turns kind");
    this.#actions.turnKind();
    const end = this.#timeline.seconds + MAX_KIND_HOURS * 3_600;
    let before = "";
    let quietHours = 0;
    while (this.#timeline.seconds < end) {
      const hour = this.#timeline.seconds + 3_600;
      while (this.#timeline.seconds < hour && (await this.#step())) {
        // Until the next hour.
      }
      if (this.#watcher.violation !== undefined) {
        return;
      }
      const now = this.#fingerprint();
      const isQuiet = now === before && this.#actions.isQuiet;
      quietHours = isQuiet ? quietHours + 1 : 0;
      if (quietHours >= 2) {
        checkEnd(this.#watcher);
        return;
      }
      before = now;
    }
    this.#watcher.fail("rest", `It does not come to rest within ${MAX_KIND_HOURS} hours.`);
  }

  async #step(): Promise<boolean> {
    if (this.#watcher.violation !== undefined) {
      return false;
    }
    const went = await this.#timeline.step();
    this.#world.now = this.#timeline.now();
    this.#watcher.afterStep();
    if (this.#timeline.steps > MAX_STEPS) {
      this.#watcher.fail("rest", `It takes more than ${MAX_STEPS} steps.`);
    }
    return went && this.#watcher.violation === undefined;
  }

  #perform(index: number, act: Act): void {
    this.#world.now = this.#timeline.now();
    const isDone = perform(
      {
        world: this.#world,
        watcher: this.#watcher,
        actions: this.#actions,
        command: (command, by) => this.#obey(command, by),
      },
      act,
    );
    if (isDone) {
      this.#note("person", `(${index}) ${formatAct(act)}`);
      this.#actions.trigger(act.type);
    }
  }

  #obey(command: Parameters<typeof obey>[2], by: string): void {
    this.#commands += 1;
    const name = `command ${this.#commands}`;
    const task = this.#newTask(name, this.#chance.fork(name));
    obey(this.#context, task, command, by).then(
      () => this.#actions.trigger(name),
      (error: unknown) => task.note(`failed: ${String(error)}`),
    );
  }

  #scheduleCron(): void {
    const { timeline } = this.#context;
    const next = (): void => {
      if (this.#options.mutant?.losesKicks !== true) {
        this.#actions.trigger("cron");
      }
      timeline.in(3_600, next);
    };
    timeline.in(1_380, next);
  }

  /** Merges what is ready; in the kind world also what was a draft, and resumes the fleet. */
  #scheduleMaintainer(): void {
    const chance = this.#chance.fork("maintainer");
    const round = (): void => {
      this.#world.now = this.#timeline.now();
      for (const issue of this.#world.issues.keys()) {
        const wants = this.#isKind || chance.is(this.#temper.diligence);
        const isMarked = this.#isKind && markReady(this.#world, issue);
        if ((wants && mergeReady(this.#world, issue)) || isMarked) {
          this.#note("maintainer", `merges #${issue}`);
          this.#actions.trigger("merge");
        }
      }
      const { pause, target } = this.#journal.state.fleet;
      if (this.#isKind && (pause !== undefined || target !== undefined)) {
        this.#note("maintainer", "starts the fleet");
        this.#obey({ type: "start", count: undefined }, WRITER.login);
      }
      this.#timeline.in(this.#isKind ? 900 : 1_200, round);
    };
    this.#timeline.in(900, round);
  }

  #drawSession(task: Task, { issue }: Claim): readonly [SessionEnd, number] {
    const { natures, ends, sessionSeconds } = this.#temper;
    const nature = natures.get(issue);
    const seconds = task.chance.between(sessionSeconds * 0.2, sessionSeconds * 2);
    if (nature !== undefined && (this.#isKind || task.chance.is(0.8))) {
      return [nature, seconds];
    }
    return [this.#isKind ? "delivered" : task.chance.weigh(ends), seconds];
  }

  #newTask(name: string, chance: Chance): Task {
    return new Task(name, chance, (): Weather => (this.#isKind ? FAIR : this.#temper.weather), {
      timeline: this.#timeline,
      note: (who, what) => this.#note(who, what),
      count: (fault) => this.#count(fault),
      died: (dead) => this.#actions.bury(dead),
    });
  }

  #note(who: string, what: string): void {
    const seconds = Math.floor(this.#timeline.seconds);
    const clock = [seconds / 3_600, (seconds / 60) % 60, seconds % 60]
      .map((part) => String(Math.floor(part)).padStart(2, "0"))
      .join(":");
    this.#story.push(`${clock} ${who}: ${what}`);
  }

  #count(fault: string): void {
    if (fault !== "") {
      this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
    }
  }

  #fingerprint(): string {
    const { issues, pullRequests, comments } = this.#world;
    const labels = [...issues.values()].map(({ labels: all, state }) => [state, ...all].join(" "));
    const written = [...comments.values()].flat().join("\n").length;
    return [this.#journal.state.seq, pullRequests.size, written, ...labels].join("|");
  }
}
