import type { ConfigurationFile } from "../../src/adapters/configuration/schema.ts";
import type { Claim, Result } from "../../src/core/journal/records.ts";
import type { SessionResult } from "../../src/core/session/session-result.ts";
import { aSession } from "../arbitraries/session.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import { nextClaim } from "./claims.ts";

/** The branch that work on issue 1 is delivered to. */
export const BRANCH = "feature/issue-1";

/** A fleet with one claimed issue. */
export async function claimDelivery(
  configuration?: ConfigurationFile,
): Promise<{ readonly fleet: PureFleet; readonly claim: Claim }> {
  const fleet = new PureFleet({
    issues: [{ milestone: 7 }],
    milestones: [{ number: 7, title: "1.0" }],
    ...(configuration === undefined ? {} : { configuration }),
  });
  return { fleet, claim: await nextClaim(fleet) };
}

/** What the session of the claim hands over: green work, and what the test cares about. */
export function handedOver(claim: Claim, fields: Partial<SessionResult> = {}): SessionResult {
  const { issue, attempt, nonce, runId, runAttempt, baseSha } = claim;
  return aSession({ issue, attempt, claim: nonce, runId, runAttempt, baseSha, ...fields });
}

/** What the journal says about the last session of issue 1. */
export function resultIn({ journal }: PureFleet): Result | undefined {
  return journal.state.issues.get(1)?.result;
}
