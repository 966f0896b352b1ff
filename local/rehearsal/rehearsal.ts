import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { STAND_INS } from "../runner/stand-ins/table.ts";
import type { RehearsalOptions } from "./arguments.ts";
import { readJournal } from "./journal-reading.ts";
import { StandInMaintainer } from "./maintainer.ts";
import { judgeIssue, type IssueOutcome } from "./outcome.ts";
import type { Tools } from "./preflight.ts";
import type { Progress } from "./progress.ts";
import { writeDiffs } from "./pull-request-diffs.ts";
import type { RehearsalResult, WhereToLook } from "./report.ts";
import type { Sample } from "./sample.ts";
import { lookAt, type Seen } from "./sighting.ts";
import { openWatch, type Watch } from "./watch.ts";
import type { World } from "./world.ts";

export interface RehearsalRun {
  readonly world: World;
  readonly sample: Sample;
  readonly tools: Tools;
  readonly options: RehearsalOptions;
  readonly folder: string;
  readonly startedMs: number;
}

/** How often the stand-in maintainer looks at the pull requests. */
const LOOK_EVERY_MS = 700;
const MAX_SESSIONS = 5;
/** Beside the other folders, with `--keep`. */
const SNAPSHOT_FILE = "github-snapshot.json";

/** Lets the world run until nothing is left to do, and reads back what became of every issue. */
export async function rehearse(run: RehearsalRun): Promise<RehearsalResult> {
  const { world, options, startedMs } = run;
  const watch = openWatch(world, run.sample, startedMs);
  const mismatches: string[] = [];
  try {
    if ((await workThrough(run, watch)) === "expired") {
      const { timeLimitSeconds } = options;
      mismatches.push(`after ${timeLimitSeconds} s there was still something to do`);
    }
    await watch.look();
  } finally {
    watch.close();
  }
  const seen = await lookAt(world.repositoryPath, world.people.maintainer);
  const where = whereToLook(run);
  await writeDiffs(where.repository, seen.pullRequests.values(), where.diffs);
  const issues = await judgeIssues(run, seen, watch.progress());
  mismatches.push(...issues.flatMap((issue) => issue.mismatches));
  const { ticks, maxConcurrentSessions } = watch.progress();
  if (maxConcurrentSessions > MAX_SESSIONS) {
    mismatches.push(`${maxConcurrentSessions} sessions at once, but ${MAX_SESSIONS} are allowed`);
  }
  const { product, refused } = await world.github.requests();
  mismatches.push(...[...new Set(refused)].map((what) => `NOT EMULATED: ${what}`));
  const { rest, graphql, git, contentCreating } = product;
  if (run.options.keep) {
    await keepGitHub(run);
  }
  return {
    ok: mismatches.length === 0,
    mismatches,
    errors: watch.errors(),
    issues,
    maxConcurrentSessions,
    ticks,
    apiRequests: { rest, graphql, git, contentCreating },
    wallSeconds: (Date.now() - startedMs) / 1000,
    agent: run.tools.agent,
    standIns: STAND_INS.map(({ action, differs }) => `${action}: ${differs}`),
    where,
  };
}

/** Keeps GitHub as it is now: a new embedded GitHub can be restored from the file and asked. */
async function keepGitHub({ world, folder }: RehearsalRun): Promise<void> {
  const snapshot = await world.github.snapshot();
  await writeFile(join(folder, SNAPSHOT_FILE), JSON.stringify(snapshot));
}

/** Starts the engine, with the stand-in maintainer at work, until all is done or time is up. */
async function workThrough(
  { world, options, startedMs }: RehearsalRun,
  watch: Watch,
): Promise<"settled" | "expired"> {
  const maintainer = new StandInMaintainer(world.people.maintainer, world.repositoryPath);
  let rounds: NodeJS.Timeout | undefined;
  const failure = new Promise<never>((_, reject) => {
    rounds = setInterval(() => {
      maintainer.mergeReady().then(watch.look).catch(reject);
    }, LOOK_EVERY_MS);
  });
  try {
    world.engine.start();
    const leftMs = options.timeLimitSeconds * 1000 - (Date.now() - startedMs);
    return await Promise.race([settle(world, maintainer), failure, expire(leftMs)]);
  } finally {
    clearInterval(rounds);
  }
}

/**
 * Waits until nothing is left to do: no run is under way, no pull request can be merged, and one
 * more tick of the schedule has changed nothing.
 */
async function settle(world: World, maintainer: StandInMaintainer): Promise<"settled"> {
  for (;;) {
    await world.engine.whenIdle();
    if ((await maintainer.mergeReady()) > 0) {
      continue;
    }
    const before = await fingerprint(world);
    await world.github.fireSchedule(world.repository);
    await world.engine.whenIdle();
    if (before === (await fingerprint(world))) {
      return "settled";
    }
  }
}

/** Everything that a tick could have changed for people. */
async function fingerprint(world: World): Promise<string> {
  const seen = await lookAt(world.repositoryPath, world.people.maintainer);
  return JSON.stringify([[...seen.issues], [...seen.pullRequests]]);
}

async function expire(ms: number): Promise<"expired"> {
  await new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, ms)).unref();
  });
  return "expired";
}

async function judgeIssues(
  { world, sample, folder, options }: RehearsalRun,
  seen: Seen,
  progress: Progress,
): Promise<readonly IssueOutcome[]> {
  const gitUrl = `${world.github.apiUrl}/${world.repository}.git`;
  const journal = await readJournal(gitUrl, world.people.maintainer, folder);
  return sample.issues.map((issue) =>
    judgeIssue({
      issue,
      journal: journal.get(issue.number),
      seen: seen.issues.get(issue.number),
      pullRequest: seen.pullRequests.get(issue.number),
      progress: progress.issues.get(issue.number),
      agent: options.agent,
    }),
  );
}

function whereToLook({ folder, sample }: RehearsalRun): WhereToLook {
  const { owner, name } = sample.repository;
  const repository = join(folder, "github/git", owner, `${name}.git`);
  return {
    folder,
    repository,
    diffs: join(folder, "pull-requests"),
    logs: join(folder, "logs"),
    commands: [
      `git -C ${repository} log --graph --oneline --branches --glob=refs/pull`,
      `git -C ${repository} show main`,
      `git -C ${repository} log refs/water-spider/journal`,
    ],
  };
}
