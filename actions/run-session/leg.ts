import { integerInput, requiredInput } from "../../src/adapters/actions/inputs.ts";

/** The leg of the matrix that this job is. */
export interface Leg {
  readonly issue: number;
  readonly attempt: number;
  readonly slot: string;
  readonly claim: string;
}

export function readLeg(): Leg {
  return {
    issue: integerInput("issue", 1),
    attempt: integerInput("attempt", 1),
    slot: requiredInput("slot"),
    claim: requiredInput("claim"),
  };
}
