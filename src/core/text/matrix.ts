import type { Configuration } from "../configuration.ts";
import type { Claim } from "../journal/records.ts";

/** One leg of the session matrix: whole numbers, a nonce and configuration names [W10]. */
export interface MatrixLeg {
  readonly issue: number;
  readonly attempt: number;
  readonly slot: string;
  readonly claim: string;
  /** Labels of the machine, as JSON for `fromJSON` in `runs-on`. */
  readonly "runs-on": string;
}

/** Returns the value of `strategy.matrix` for these claims, as JSON. */
export function formatMatrix(
  claims: readonly Claim[],
  machines: Configuration["machines"],
): string {
  const legs = claims.map(({ issue, attempt, slot, machine, nonce }): MatrixLeg => {
    const labels = machines.find(({ name }) => name === machine)?.labels ?? [];
    return { issue, attempt, slot, claim: nonce, "runs-on": JSON.stringify(labels) };
  });
  return JSON.stringify({ include: legs });
}
