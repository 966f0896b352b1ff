import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Configuration } from "../../core/configuration.ts";
import { ConfigurationError } from "../../core/failure.ts";
import type { ObservedRepository } from "../../core/observation.ts";
import { secondsBetween } from "../../core/text/instant.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Journal } from "../../ports/journal.ts";
import type { Log } from "../../ports/log.ts";
import type { Snapshots } from "../../ports/snapshots.ts";
import type { World } from "../../ports/world.ts";
import { readConfiguration } from "../configuration/read-configuration.ts";
import { GitJournal } from "../git/git-journal.ts";
import { Git } from "../git/git.ts";
import { removeRef } from "../git/remove-ref.ts";
import { makeClient } from "../github/client.ts";
import { GitHubWorld, type ReadScope } from "../github/github-world.ts";
import { actionsLog } from "./actions-log.ts";
import { booleanInput, optionalInput, requiredInput } from "./inputs.ts";
import { type JobEnvironment, readJobEnvironment } from "./job-environment.ts";

/** What an action needs of the outside before it knows the repository's configuration. */
export interface JobConnection {
  readonly job: JobEnvironment;
  readonly run: { readonly runId: number; readonly runAttempt: number };
  readonly configurationPath: string;
  /** Print each write instead of doing it. */
  readonly dryRun: boolean;
  readonly world: World;
  /** Keeps what was read of the issues for the next tick. Never throws. */
  readonly saveSnapshot: (journalSeq: number) => Promise<void>;
  /** A bare repository of this action alone; its pushes and fetches carry the token. */
  readonly git: Git;
  readonly remoteUrl: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Requests to GitHub's API so far. */
  readonly requestCount: () => number;
  /** GitHub's time in the latest answer: ISO 8601, UTC. */
  readonly serverTime: () => string | undefined;
}

/** The same with the configuration, and with the journal, whose place is a setting. */
export interface Connection extends JobConnection {
  readonly repository: ObservedRepository;
  readonly configuration: Configuration;
  readonly journal: Journal;
  /** How much later it was here than at GitHub when it answered; `undefined` = it did not say. */
  readonly aheadSeconds: number | undefined;
}

/** Where a job keeps its snapshot; handed in, so that only the action that does so bundles it. */
export type OpenSnapshots = (job: JobEnvironment, configurationPath: string) => Snapshots;

/** Reads the inputs that all actions share and connects to this job's repository. */
export async function connectJob(
  scope: ReadScope,
  openSnapshots?: OpenSnapshots,
): Promise<JobConnection> {
  const job = readJobEnvironment(process.env);
  const token = requiredInput("github-token");
  const configurationPath = optionalInput("config") || ".github/water-spider.yml";
  const client = makeClient(token, job, actionsLog);
  const { workflowFile, serverUrl, owner, repo, runId, runAttempt } = job;
  const git = await openScratchRepository(job, token);
  const remoteUrl = `${serverUrl}/${owner}/${repo}.git`;
  const world = new GitHubWorld({
    client,
    configurationPath,
    workflowFile,
    removeRef: (spent) => removeRef(git, remoteUrl, spent),
    clock: readTime,
    scope,
    log: actionsLog,
    random: Math.random,
    ...(openSnapshots === undefined ? {} : { snapshots: openSnapshots(job, configurationPath) }),
  });
  return {
    job,
    run: { runId, runAttempt },
    configurationPath,
    dryRun: booleanInput("dry-run"),
    world,
    saveSnapshot: (journalSeq) => world.saveSnapshot(journalSeq),
    git,
    remoteUrl,
    clock: systemClock,
    random: Math.random,
    log: actionsLog,
    requestCount: client.requestCount,
    serverTime: client.serverTime,
  };
}

/** Connects, and reads the repository with the configuration on its default branch. */
export async function connect(
  scope: ReadScope,
  openSnapshots?: OpenSnapshots,
): Promise<Connection> {
  const connection = await connectJob(scope, openSnapshots);
  const { repository, configurationText } = await connection.world.readRepository();
  const aheadSeconds = secondsBetween(connection.serverTime() ?? "", connection.clock.now());
  const configuration = readConfiguration(configurationText, connection.configurationPath);
  const journal = openJournal(connection, configuration);
  return { ...connection, repository, configuration, journal, aheadSeconds };
}

/** The journal of the repository, where its configuration says that it is. */
export function openJournal(
  { git, remoteUrl, run }: JobConnection,
  { refPrefix }: Configuration,
): Journal {
  return new GitJournal({
    git,
    remoteUrl,
    ref: `${refPrefix}journal`,
    run,
    clock: readTime,
    newNonce: randomUUID,
    random: Math.random,
    sleep: (ms) => sleep(ms),
  });
}

/** The machine's clock, for adapters that want a date. */
export function readTime(): Date {
  return new Date();
}

export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  after: (minutes) => new Date(Date.now() + minutes * 60_000).toISOString(),
};

async function openScratchRepository(job: JobEnvironment, token: string): Promise<Git> {
  const directory = join(job.runnerTemp, `water-spider-git-${randomUUID().slice(0, 8)}`);
  await mkdir(directory, { recursive: true });
  const git = new Git({ cwd: directory, token, serverUrl: job.serverUrl });
  try {
    await git.run(["init", "--quiet", "--bare", "."]);
  } catch (error) {
    // A machine without git: whoever uses it says so where that can still become a result.
    if (!(error instanceof ConfigurationError)) {
      throw error;
    }
  }
  return git;
}
