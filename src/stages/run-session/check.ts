import type { Configuration } from "../../core/configuration.ts";
import { CHECK_NAMES, type CheckResult } from "../../core/session/session-result.ts";
import type { CommandRun } from "../../ports/workspace.ts";
import type { RunSessionPorts } from "./run-session.ts";

const MINUTE_MS = 60_000;

/** What the checks say of the work, and whether the base is to blame for a red one. */
export interface CheckReport {
  readonly results: readonly CheckResult[];
  /** The first command that fails on the base too; `undefined` = none does [N29, F100]. */
  readonly redOnBase: string | undefined;
}

/** Runs the configured checks one after the other, after the agent's processes are gone [E10]. */
export async function runChecks(
  { workspace, log }: RunSessionPorts,
  { checks, session }: Configuration,
): Promise<CheckReport> {
  const limitMs = session.checkMinutes * MINUTE_MS;
  const results: CheckResult[] = [];
  for (const name of CHECK_NAMES) {
    const command = checks[name];
    if (command !== undefined) {
      const run = await workspace.runCommand(command, limitMs);
      const status = statusOf(run);
      log.info(`Check ${name} (${command}): ${status}, ${run.seconds.toFixed(1)} s.`);
      results.push({ name, command, status, seconds: run.seconds, tail: run.tail });
    }
  }
  const red = results.filter(({ status }) => status === "failed");
  return { results, redOnBase: await findRedOnBase({ workspace, log }, red, limitMs) };
}

/** A gate that is red without the work as well says nothing of the work. */
async function findRedOnBase(
  { workspace, log }: Pick<RunSessionPorts, "workspace" | "log">,
  red: readonly CheckResult[],
  limitMs: number,
): Promise<string | undefined> {
  if (red.length === 0) {
    return undefined;
  }
  await workspace.resetToBase();
  for (const { command } of red) {
    const status = statusOf(await workspace.runCommand(command, limitMs));
    log.info(`The same on the base (${command}): ${status}.`);
    if (status === "failed") {
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
