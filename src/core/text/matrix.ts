import type { Configuration } from "../configuration.ts";
import type { Claim } from "../journal/records.ts";
import { CHECK_NAMES } from "../session/session-result.ts";

/** One leg of the session matrix: whole numbers, a nonce and configuration names [W10]. */
export interface MatrixLeg {
  readonly issue: number;
  readonly attempt: number;
  readonly slot: string;
  readonly claim: string;
  /** Labels of the machine, as JSON for `fromJSON` in `runs-on`. */
  readonly "runs-on": string;
  /** The job must outlive the session's own limits: a job timeout looks like a cancel [C5]. */
  readonly "timeout-minutes": number;
}

/** For what a job does besides its session and its checks. */
const MARGIN_MINUTES = 10;

/** Returns the value of `strategy.matrix` for these claims, as JSON. */
export function formatMatrix(
  claims: readonly Claim[],
  { machines, session, checks }: Pick<Configuration, "machines" | "session" | "checks">,
): string {
  const commands = CHECK_NAMES.filter((name) => checks[name] !== undefined).length;
  const minutes = session.hardMinutes + commands * session.checkMinutes + MARGIN_MINUTES;
  const legs = claims.map(({ issue, attempt, slot, machine, nonce }): MatrixLeg => {
    const labels = machines.find(({ name }) => name === machine)?.labels ?? [];
    return {
      issue,
      attempt,
      slot,
      claim: nonce,
      "runs-on": JSON.stringify(labels),
      "timeout-minutes": Math.ceil(minutes),
    };
  });
  return JSON.stringify({ include: legs });
}
