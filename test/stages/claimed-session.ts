import { expect } from "vitest";

import type { ConfigurationFile } from "../../src/adapters/configuration/schema.ts";
import type { Claim } from "../../src/core/journal/records.ts";
import type { ObservedIssue } from "../../src/core/observation.ts";
import { parseSessionResult, type SessionResult } from "../../src/core/session/session-result.ts";
import { PureAgent } from "../world/pure-agent.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import { PureWorkspace, type PureWorkspaceOptions } from "../world/pure-workspace.ts";
import { nextClaim } from "./claims.ts";

export interface Ran {
  readonly outcome: string;
  readonly result: SessionResult;
  readonly workspace: PureWorkspace;
  readonly agent: PureAgent;
}

/** A claim, and what runs its session. */
export interface ClaimedSession {
  readonly fleet: PureFleet;
  readonly claim: Claim;
  /** Runs the session of the claim, or of another one. */
  readonly run: (options?: PureWorkspaceOptions, agent?: PureAgent, of?: Claim) => Promise<Ran>;
  /** What finalize makes of it. */
  readonly outcomeAfter: (ran: Ran) => Promise<string | undefined>;
}

/** A fleet whose first issue is claimed; the others wait behind it. */
export async function claimSession(
  issue: Partial<ObservedIssue> = {},
  configuration: ConfigurationFile = {},
): Promise<ClaimedSession> {
  const fleet = new PureFleet({
    issues: [issue, { labels: [], trigger: undefined }],
    configuration: { checks: { build: "npm run build", test: "npm test" }, ...configuration },
  });
  const claim = await nextClaim(fleet);
  return {
    fleet,
    claim,
    run: (options, agent, of = claim) => runClaim(fleet, of, options, agent),
    outcomeAfter: async ({ workspace }) => {
      await fleet.finalize(claim, { result: workspace.handedOff });
      return fleet.journal.state.issues.get(1)?.result?.outcome;
    },
  };
}

/** Runs the session of a claim of a fleet, and reads what it handed off. */
export async function runClaim(
  fleet: PureFleet,
  claim: Claim,
  options: PureWorkspaceOptions = {},
  agent = new PureAgent(),
): Promise<Ran> {
  const workspace = new PureWorkspace({ claim: claim.nonce, ...options });
  const { outcome, digest } = await fleet.session(claim, { workspace, agent });
  const result = parseSessionResult(workspace.handedOff ?? "");
  if ("error" in result) {
    throw new Error(`What was handed off cannot be read: ${result.error}`);
  }
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  return { outcome, result, workspace, agent };
}
