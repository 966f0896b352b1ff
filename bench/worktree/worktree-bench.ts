import type { BenchOptions, BenchReport } from "../bench-options.ts";
import type { RepositorySize } from "./generated-repository.ts";
import { formatWorktreeReport, judgeWorktrees } from "./worktree-report.ts";
import { type Measured, type StartOf, WorktreeWorld } from "./worktree-world.ts";

/** One way to get a worktree, measured once. */
export interface WorktreeCell extends Measured {
  readonly way: Way;
  readonly round: number;
  /** How many started at the same time. */
  readonly atOnce: number;
}

export type Way = "full clone" | "depth-1 clone" | "cold start" | "warm, fresh" | "warm, recycled";

/** What was found besides times and bytes. */
export interface WorktreeFindings {
  readonly cells: readonly WorktreeCell[];
  /** Seconds of clearing away after each session, off the way of the next start. */
  readonly endSeconds: readonly number[];
  /** What of the sessions before was found in recycled worktrees. */
  readonly remains: readonly string[];
  /** How many recycled worktrees were looked through. */
  readonly checked: number;
}

interface Extent extends RepositorySize {
  readonly rounds: number;
  readonly roundsAtOnce: number;
}

const FULL: Extent = { files: 50_000, commits: 2_000, rounds: 3, roundsAtOnce: 1 };
const QUICK: Extent = { files: 2_500, commits: 60, rounds: 1, roundsAtOnce: 1 };

/** Between two starts the base moves by so many commits. */
const STEP = 5;
const RUNNERS = 5;

/** How long it takes until a session has its worktree, and what that costs over the wire. */
export async function runWorktreeBench({ isQuick, progress }: BenchOptions): Promise<BenchReport> {
  const extent = isQuick ? QUICK : FULL;
  progress(`worktree: generating ${extent.files} files and ${extent.commits} commits ...`);
  const world = await WorktreeWorld.create(extent);
  try {
    const run = new WorktreeRun(world, extent.commits, progress);
    for (let round = 1; round <= extent.rounds; round += 1) {
      await run.one(round);
    }
    for (let round = 1; round <= extent.roundsAtOnce; round += 1) {
      await run.five(round);
    }
    const targets = isQuick ? [] : judgeWorktrees(run.findings);
    return {
      lines: formatWorktreeReport(run.findings, targets),
      data: { extent, ...run.findings, targets },
    };
  } finally {
    await world.close();
  }
}

class WorktreeRun {
  readonly #world: WorktreeWorld;
  readonly #progress: (line: string) => void;
  readonly #cells: WorktreeCell[] = [];
  readonly #endSeconds: number[] = [];
  readonly #remains: string[] = [];
  #checked = 0;
  #behind: number;
  #issue = 0;

  constructor(world: WorktreeWorld, commits: number, progress: (line: string) => void) {
    this.#world = world;
    this.#progress = progress;
    this.#behind = Math.min(150, commits - STEP);
  }

  get findings(): WorktreeFindings {
    return {
      cells: this.#cells,
      endSeconds: this.#endSeconds,
      remains: this.#remains,
      checked: this.#checked,
    };
  }

  /** Every way once, one after the other. */
  async one(round: number): Promise<void> {
    const world = this.#world;
    await this.#record("full clone", round, 1, () => world.clone([]));
    await this.#record("depth-1 clone", round, 1, () => world.clone(["--depth=1"]));
    await world.forget("cold");
    await this.#record("cold start", round, 1, () => this.#measure("start", "cold", [1], false));
    if (round === 1) {
      await this.#measure("session", "warm", [1], true);
    }
    this.#moveBase();
    await this.#record("warm, recycled", round, 1, () => this.#measure("check", "warm", [1], true));
    this.#moveBase();
    await this.#record("warm, fresh", round, 1, () => this.#measure("start", "warm", [2], false));
  }

  /** Five at once. */
  async five(round: number): Promise<void> {
    const world = this.#world;
    const runners = Array.from({ length: RUNNERS }, (_one, index) => index + 1);
    await this.#record("depth-1 clone", round, RUNNERS, () => world.clone(["--depth=1"], RUNNERS));
    await world.forget("cold");
    await this.#record("cold start", round, RUNNERS, () =>
      this.#measure("start", "cold", runners, false),
    );
    if (round === 1) {
      await this.#measure("session", "warm", runners, true);
    }
    this.#moveBase();
    await this.#record("warm, recycled", round, RUNNERS, () =>
      this.#measure("check", "warm", runners, true),
    );
    this.#moveBase();
    const others = runners.map((runner) => runner + RUNNERS);
    await this.#record("warm, fresh", round, RUNNERS, () =>
      this.#measure("start", "warm", others, false),
    );
  }

  async #record(
    way: Way,
    round: number,
    atOnce: number,
    measure: () => Promise<Measured>,
  ): Promise<void> {
    const measured = await measure();
    this.#cells.push({ way, round, atOnce, ...measured });
    const { seconds, bytes } = measured;
    this.#progress(`worktree: ${way}, ${atOnce} at once: ${seconds.toFixed(2)} s, ${bytes} bytes`);
  }

  async #measure(
    type: StartOf["type"],
    machine: string,
    runners: readonly number[],
    recycle: boolean,
  ): Promise<Measured> {
    return await this.#world.measure(async () => {
      const results = await Promise.all(
        runners.map((runner) => {
          this.#issue += 1;
          const issue = this.#issue;
          return this.#world.start({ type, machine, runner, issue, recycle, behind: this.#behind });
        }),
      );
      if (type !== "start") {
        this.#endSeconds.push(...results.map(({ endSeconds }) => endSeconds));
      }
      if (type === "check") {
        this.#checked += results.length;
        this.#remains.push(...results.flatMap(({ remains }) => remains));
      }
      return results;
    });
  }

  #moveBase(): void {
    this.#behind = Math.max(0, this.#behind - STEP);
  }
}
