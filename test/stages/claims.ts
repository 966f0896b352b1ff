import type { Claim } from "../../src/core/journal/records.ts";
import type { PureFleet } from "../world/pure-fleet.ts";

/** The first claim of one more tick. */
export async function nextClaim(fleet: PureFleet): Promise<Claim> {
  const [next] = await fleet.tick();
  return must(next);
}

export function must(claim: Claim | undefined): Claim {
  if (claim === undefined) {
    throw new Error("Nothing was claimed.");
  }
  return claim;
}

export function issuesOf(claims: readonly Claim[]): readonly number[] {
  return claims.map(({ issue }) => issue);
}
