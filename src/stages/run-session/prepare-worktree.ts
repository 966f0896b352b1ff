import type { PrepareSettings } from "../../core/configuration.ts";
import { ConfigurationError } from "../../core/failure.ts";
import type { AbortSignalLike } from "../../ports/agent.ts";
import type { CommandRun, StartPoint } from "../../ports/workspace.ts";
import type { RunSessionPorts } from "./run-session.ts";

const MINUTE_MS = 60_000;

/** A registry may fail for once; a pause of the fleet that only a person ends is dear. */
const TRIES = 2;

/** How much of a failing command's output the log shows, and how much of its last line people read. */
const LOGGED_CHARACTERS = 2_000;
const SHOWN_CHARACTERS = 120;

type PreparePorts = Pick<RunSessionPorts, "workspace" | "log">;

export interface PrepareConditions {
  readonly baseSha: string;
  /** What lies in the worktree: commands over kept work run what an agent wrote. */
  readonly start: StartPoint;
  readonly stop: AbortSignalLike;
}

/**
 * Makes a fresh worktree ready with the configured commands; nothing that they leave counts as work.
 * Throws `ConfigurationError` when they fail: on the base that is nobody's attempt [N28, F111].
 */
export async function prepareWorktree(
  ports: PreparePorts,
  prepare: PrepareSettings,
  { baseSha, start, stop }: PrepareConditions,
): Promise<void> {
  if (prepare.commands.length === 0) {
    return;
  }
  await ports.workspace.beginPrepare();
  const isBase = start !== "kept-work";
  const failure = await runPrepare(ports, prepare, { sharesDownloads: isBase, stop });
  if (stop.aborted) {
    return;
  }
  if (failure !== undefined && !isBase) {
    ports.log.notice(`Prepare fails with the kept work, which the agent may repair: ${failure}`);
  }
  if (failure !== undefined && isBase) {
    throw unpreparedBase(baseSha, failure);
  }
  const { reset, left } = await ports.workspace.settlePrepared();
  if (reset.length > 0) {
    ports.log.notice(`Prepare changed tracked files; they were put back: ${list(reset)}.`);
  }
  if (left.length > 0) {
    ports.log.notice(
      `Prepare left what is neither tracked nor ignored; it is no part of any work: ${list(left)}. Add it to .gitignore.`,
    );
  }
}

/** Prepare fails where nobody has worked: so would every other session. */
export function unpreparedBase(baseSha: string, failure: string): ConfigurationError {
  return new ConfigurationError(
    `On the base ${baseSha.slice(0, 12)}, before any work, ${failure} ` +
      "Repair the base branch or 'prepare' in the configuration, then resume the fleet.",
  );
}

/**
 * Runs the commands one after the other within their common limit. Returns in one sentence why they
 * failed; `undefined` = they did not. Commands that run a session's files share no downloads.
 */
export async function runPrepare(
  { workspace, log }: PreparePorts,
  { commands, limitMinutes }: PrepareSettings,
  options: { readonly sharesDownloads: boolean; readonly stop: AbortSignalLike },
): Promise<string | undefined> {
  let remainingMs = limitMinutes * MINUTE_MS;
  for (const command of commands) {
    let run: CommandRun | undefined;
    for (let turn = 1; turn <= TRIES && isWorthTrying(run, remainingMs, options.stop); turn += 1) {
      run = await workspace.runCommand(command, remainingMs, options);
      remainingMs -= run.seconds * 1000;
      log.info(
        `Prepare (${command}): ${describe(run, limitMinutes)}, ${run.seconds.toFixed(1)} s.`,
      );
    }
    if (run?.exitCode !== 0 || run.timedOut) {
      log.info(run?.tail.slice(-LOGGED_CHARACTERS) ?? "");
      return `\`${command}\` ${describe(run, limitMinutes)}${lastLine(run)}.`;
    }
  }
  return undefined;
}

function isWorthTrying(
  run: CommandRun | undefined,
  remainingMs: number,
  stop: AbortSignalLike,
): boolean {
  return (
    !stop.aborted && remainingMs > 0 && (run === undefined || (run.exitCode !== 0 && !run.timedOut))
  );
}

function describe(run: CommandRun | undefined, limitMinutes: number): string {
  if (run === undefined || run.timedOut) {
    return `did not end within prepare's limit of ${limitMinutes} min`;
  }
  return run.exitCode === 0
    ? "succeeded"
    : `failed with ${run.exitCode === undefined ? "a signal" : `exit code ${run.exitCode}`}`;
}

function lastLine(run: CommandRun | undefined): string {
  const line = (run?.tail ?? "").trim().split("\n").at(-1)?.trim() ?? "";
  return line === "" ? "" : ` (${line.slice(0, SHOWN_CHARACTERS)})`;
}

function list(paths: readonly string[]): string {
  const shown = paths.slice(0, 5).join(", ");
  return paths.length > 5 ? `${shown} and ${paths.length - 5} more` : shown;
}
