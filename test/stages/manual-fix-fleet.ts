import { withDefaults } from "../../src/adapters/configuration/defaults.ts";
import type { ConfigurationFile } from "../../src/adapters/configuration/schema.ts";
import type { Claim, IssueRecord } from "../../src/core/journal/records.ts";
import { sha } from "../world/an-issue.ts";
import type { PureDeliveryOptions } from "../world/pure-delivery.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import { PureWorkspace, type PureWorkspaceOptions } from "../world/pure-workspace.ts";
import { runClaim } from "./claimed-session.ts";
import { nextClaim } from "./claims.ts";

export const BRANCH = "feature/issue-1";

/** A commit of a person's. */
export const FIX = sha("a person's commit");

const CHECKS: ConfigurationFile["checks"] = {
  build: "npm run build",
  test: "npm test",
  lint: "npm run lint",
};

/** What a worktree says whose tests are red. */
export const RED: PureWorkspaceOptions = {
  commands: { "npm test": { exitCode: 1, tail: "1 != 2" } },
};

/** A fleet of one issue, and people who push to its branch. */
export class FixedFleet extends PureFleet {
  /** An issue whose session failed: its tests stayed red. */
  static async failed(): Promise<FixedFleet> {
    const fleet = new FixedFleet({ issues: [{}], configuration: { checks: CHECKS } });
    await fleet.#attempt(RED);
    return fleet;
  }

  /** An issue whose work is a draft: nothing that gives points is configured. */
  static async draft(): Promise<FixedFleet> {
    const fleet = new FixedFleet({ issues: [{}], configuration: {} });
    await fleet.#attempt({});
    return fleet;
  }

  /** The same with a configuration by which a fix can be green or red. */
  static async draftAndChecks(): Promise<FixedFleet> {
    const fleet = await FixedFleet.draft();
    fleet.configure({ checks: CHECKS });
    return fleet;
  }

  configure(file: ConfigurationFile): void {
    Object.assign(this, { configuration: withDefaults(file) });
  }

  push(commit = FIX): void {
    this.world.branches.set(BRANCH, commit);
  }

  /** A person pushes and says so. */
  async fix(commit = FIX): Promise<void> {
    this.push(commit);
    await this.obey({ type: "manual-fix", issue: 1 });
  }

  async fixedAndClaimed(): Promise<Claim> {
    await this.fix();
    return await nextClaim(this);
  }

  record(): IssueRecord | undefined {
    return this.journal.state.issues.get(1);
  }

  /** Runs session and finalize of the claim. */
  async check(
    claim: Claim,
    workspace: PureWorkspaceOptions = {},
    arrived: PureDeliveryOptions = {},
  ): Promise<PureWorkspace> {
    const ran = await runClaim(this, claim, workspace);
    this.advance(5);
    await this.finalize(claim, { result: ran.workspace.handedOff, ...arrived });
    return ran.workspace;
  }

  async #attempt(work: PureWorkspaceOptions): Promise<void> {
    await this.check(await nextClaim(this), work);
    await this.tick();
    this.advance(5);
  }
}
