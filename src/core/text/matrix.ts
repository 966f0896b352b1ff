import type { Configuration } from "../configuration.ts";
import type { Claim } from "../journal/records.ts";
import { CHECK_NAMES } from "../session/session-result.ts";

/** One leg of the session matrix: whole numbers, a nonce and configuration names [W10]. */
export interface MatrixLeg {
  readonly issue: number;
  readonly attempt: number;
  readonly slot: string;
  readonly claim: string;
  /** Base commit of the claim: what runs before the session is taken from it. */
  readonly "base-sha": string;
  /** Labels of the machine, as JSON for `fromJSON` in `runs-on`. */
  readonly "runs-on": string;
  /** The job must outlive the session's own limits: a job timeout looks like a cancel [C5]. */
  readonly "timeout-minutes": number;
}

/** For what a job does besides its session and its commands: the setup action has 10 of them. */
const MARGIN_MINUTES = 20;

type MatrixSettings = Pick<Configuration, "machines" | "session" | "prepare" | "checks">;

/** Returns the value of `strategy.matrix` for these claims, as JSON. */
export function formatMatrix(
  claims: readonly Claim[],
  { machines, session, prepare, checks }: MatrixSettings,
): string {
  const commands = CHECK_NAMES.filter((name) => checks[name] !== undefined).length;
  // Before the session, and again before the checks when it changed a manifest.
  const prepareMinutes = prepare.commands.length === 0 ? 0 : 2 * prepare.limitMinutes;
  const minutes =
    session.hardMinutes + prepareMinutes + commands * session.checkMinutes + MARGIN_MINUTES;
  const legs = claims.map(({ issue, attempt, slot, machine, nonce, baseSha }): MatrixLeg => {
    const labels = machines.find(({ name }) => name === machine)?.labels ?? [];
    return {
      issue,
      attempt,
      slot,
      claim: nonce,
      "base-sha": baseSha,
      "runs-on": JSON.stringify(labels),
      "timeout-minutes": Math.ceil(minutes),
    };
  });
  return JSON.stringify({ include: legs });
}
