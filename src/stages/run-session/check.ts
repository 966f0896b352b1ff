import type { Configuration } from "../../core/configuration.ts";
import { CHECK_NAMES, type CheckResult } from "../../core/session/session-result.ts";
import type { CommandRun } from "../../ports/workspace.ts";
import type { RunSessionPorts } from "./run-session.ts";

const MINUTE_MS = 60_000;

/** Runs the configured checks one after the other, after the agent's processes are gone [E10]. */
export async function runChecks(
  { workspace, log }: RunSessionPorts,
  { checks, session }: Configuration,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const name of CHECK_NAMES) {
    const command = checks[name];
    if (command !== undefined) {
      const run = await workspace.runCommand(command, session.checkMinutes * MINUTE_MS);
      const status = statusOf(run);
      log.info(`Check ${name} (${command}): ${status}, ${run.seconds.toFixed(1)} s.`);
      results.push({ name, command, status, seconds: run.seconds, tail: run.tail });
    }
  }
  return results;
}

function statusOf({ exitCode, timedOut }: CommandRun): CheckResult["status"] {
  if (timedOut) {
    return "timed-out";
  }
  return exitCode === 0 ? "passed" : "failed";
}
