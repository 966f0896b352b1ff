import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { SNAPSHOT_VERSION } from "../../core/backlog/snapshot-text.ts";
import type { Log } from "../../ports/log.ts";
import type { Snapshots } from "../../ports/snapshots.ts";
import { actionsLog } from "./actions-log.ts";
import type { JobEnvironment } from "./job-environment.ts";
import { readCachedFile } from "./read-cached-file.ts";

/** Where the snapshot lies in the workspace while it is saved; part of what finds it again. */
const SNAPSHOT_FILE = ".water-spider/snapshot.json";

/** A cache that takes longer is of no use to a tick. */
const SAVE_LIMIT_MS = 20_000;

/**
 * Events whose cache token may write. Runs that people without write access can start only read
 * (GitHub's changelog of 2026-06-26): the ticks that a finished session or the clock starts save.
 */
const WRITING_EVENTS = ["push", "schedule", "workflow_dispatch", "repository_dispatch", "delete"];

export interface CachedSnapshotsOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workspace: string;
  readonly runnerTemp: string;
  readonly runId: number;
  readonly runAttempt: number;
  /** Ticks with another configuration remember for themselves. */
  readonly configurationPath: string;
  readonly log: Log;
}

/** The snapshots of this job's repository. */
export function openCachedSnapshots(job: JobEnvironment, configurationPath: string): Snapshots {
  const environment = process.env;
  return new CachedSnapshots({ ...job, environment, configurationPath, log: actionsLog });
}

/** The snapshot in GitHub's cache. Every failure is a line in the log, and a full reading. */
export class CachedSnapshots implements Snapshots {
  readonly #options: CachedSnapshotsOptions;
  readonly #prefix: string;

  constructor(options: CachedSnapshotsOptions) {
    this.#options = options;
    const path = createHash("sha256").update(options.configurationPath).digest("hex");
    this.#prefix = `water-spider-snapshot-v${SNAPSHOT_VERSION}-${path.slice(0, 8)}-`;
  }

  async load(): Promise<string | undefined> {
    const { environment, runnerTemp, log } = this.#options;
    try {
      const text = await readCachedFile(environment, {
        keyPrefix: this.#prefix,
        path: SNAPSHOT_FILE,
        directory: runnerTemp,
      });
      log.info(text === undefined ? "No snapshot is cached." : "A cached snapshot was found.");
      return text;
    } catch (error) {
      log.info(`The cached snapshot could not be read (${describe(error)}); all issues are read.`);
      return undefined;
    }
  }

  async save(text: string): Promise<void> {
    const { environment, workspace, log } = this.#options;
    if (!mayWrite(environment)) {
      log.info("The snapshot is not saved: the cache token of this event only reads.");
      return;
    }
    const file = join(workspace, SNAPSHOT_FILE);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      const late = sleep(SAVE_LIMIT_MS, "late" as const, { ref: false });
      const saved = await Promise.race([this.#saveFile(), late]);
      log.info(
        saved === "saved" ? "The snapshot is saved." : "The snapshot could not be saved this time.",
      );
    } catch (error) {
      log.info(`The snapshot could not be saved (${describe(error)}).`);
    } finally {
      await rm(dirname(file), { recursive: true, force: true });
    }
  }

  async #saveFile(): Promise<"saved" | "refused"> {
    const { runId, runAttempt } = this.#options;
    // Imported here because it takes most of the start time, and most ticks save nothing.
    const { saveCache } = await import("@actions/cache");
    const id = await saveCache([SNAPSHOT_FILE], `${this.#prefix}${runId}-${runAttempt}`);
    return id < 0 ? "refused" : "saved";
  }
}

function mayWrite(environment: CachedSnapshotsOptions["environment"]): boolean {
  const mode = (environment["ACTIONS_CACHE_MODE"] ?? "").toLowerCase();
  if (mode !== "") {
    return mode.startsWith("write");
  }
  return WRITING_EVENTS.includes(environment["GITHUB_EVENT_NAME"] ?? "");
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
