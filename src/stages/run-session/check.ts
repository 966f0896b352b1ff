import type { Configuration } from "../../core/configuration.ts";
import { hasManifest } from "../../core/session/manifests.ts";
import {
  type ChangedFile,
  CHECK_NAMES,
  type CheckResult,
} from "../../core/session/session-result.ts";
import type { AbortSignalLike } from "../../ports/agent.ts";
import type { CommandRun } from "../../ports/workspace.ts";
import { runPrepare, unpreparedBase } from "./prepare-worktree.ts";
import type { RunSessionPorts } from "./run-session.ts";

const MINUTE_MS = 60_000;

/** What the checks say of the work, and why they cannot judge it where they cannot. */
export interface CheckReport {
  readonly results: readonly CheckResult[];
  /** `base-red`: a command fails on the base too. `checks-failed`: the work cannot be prepared. */
  readonly failure:
    | { readonly cause: "base-red" | "checks-failed"; readonly detail: string }
    | undefined;
}

/** The work in the worktree. */
export interface CheckedWork {
  readonly files: readonly ChangedFile[];
  readonly baseSha: string;
  /** Prepare ran on what the work began with; false = it never ran here. */
  readonly isPrepared: boolean;
}

/**
 * Runs the configured checks one after the other, after the agent's processes are gone [E10], on
 * what is installed by the work's own manifests when it changed one [N28]. What was stopped is not
 * worth reading: the caller looks at `stop` first.
 */
export async function runChecks(
  ports: Pick<RunSessionPorts, "workspace" | "log">,
  configuration: Configuration,
  { files, baseSha, isPrepared }: CheckedWork,
  stop: AbortSignalLike,
): Promise<CheckReport> {
  const { checks, prepare, session } = configuration;
  const preparesAgain = prepare.commands.length > 0 && hasManifest(files.map(({ path }) => path));
  if (preparesAgain || !isPrepared) {
    const failure = await runPrepare(ports, prepare, { sharesDownloads: false, stop });
    if (failure !== undefined && !isPrepared) {
      await assertPreparedBase(ports, prepare, { baseSha, stop });
    }
    if (failure !== undefined) {
      const why = preparesAgain ? "A manifest changed, and prepare" : "Prepare";
      const detail = `${why} fails with the work: ${failure}`;
      return { results: [], failure: { cause: "checks-failed", detail } };
    }
  }
  const limitMs = session.checkMinutes * MINUTE_MS;
  const results: CheckResult[] = [];
  for (const name of CHECK_NAMES) {
    const command = checks[name];
    if (command !== undefined && !stop.aborted) {
      const run = await ports.workspace.runCommand(command, limitMs, { stop });
      const status = statusOf(run);
      ports.log.info(`Check ${name} (${command}): ${status}, ${run.seconds.toFixed(1)} s.`);
      results.push({ name, command, status, seconds: run.seconds, tail: run.tail });
    }
  }
  const red = stop.aborted ? [] : results.filter(({ status }) => status === "failed");
  if (red.length === 0) {
    return { results, failure: undefined };
  }
  await ports.workspace.resetToBase();
  if (preparesAgain) {
    await runPrepare(ports, prepare, { sharesDownloads: false, stop });
  }
  const redOnBase = await findRed(ports, red, { limitMs, stop });
  const detail = `\`${redOnBase}\` fails on the base ${baseSha.slice(0, 12)} too.`;
  return { results, failure: redOnBase === undefined ? undefined : { cause: "base-red", detail } };
}

/** Throws `ConfigurationError` when prepare fails on the base as well: that says nothing of the work. */
async function assertPreparedBase(
  ports: Pick<RunSessionPorts, "workspace" | "log">,
  prepare: Configuration["prepare"],
  { baseSha, stop }: { readonly baseSha: string; readonly stop: AbortSignalLike },
): Promise<void> {
  if (stop.aborted) {
    return;
  }
  await ports.workspace.resetToBase();
  const failure = await runPrepare(ports, prepare, { sharesDownloads: false, stop });
  if (failure !== undefined && !stop.aborted) {
    throw unpreparedBase(baseSha, failure);
  }
}

/** A gate that is red without the work as well says nothing of the work [N29, F100]. */
async function findRed(
  { workspace, log }: Pick<RunSessionPorts, "workspace" | "log">,
  red: readonly CheckResult[],
  { limitMs, stop }: { readonly limitMs: number; readonly stop: AbortSignalLike },
): Promise<string | undefined> {
  for (const { command } of red) {
    if (stop.aborted) {
      return undefined;
    }
    const status = statusOf(await workspace.runCommand(command, limitMs, { stop }));
    log.info(`The same on the base (${command}): ${status}.`);
    if (status === "failed" && !stop.aborted) {
      return command;
    }
  }
  return undefined;
}

function statusOf({ exitCode, timedOut }: CommandRun): CheckResult["status"] {
  if (timedOut) {
    return "timed-out";
  }
  return exitCode === 0 ? "passed" : "failed";
}
