import { beforeEach, describe, expect, it } from "vitest";

import type { Claim, IssueRecord } from "../../src/core/journal/records.ts";
import type { SessionResult } from "../../src/core/session/session-result.ts";
import { aCheck, aSession } from "../arbitraries/session.ts";
import { sha } from "../world/an-issue.ts";
import { aBundledFile } from "../world/pure-delivery.ts";
import { PureFleet } from "../world/pure-fleet.ts";

const KEPT = "refs/water-spider/wip/1";

let fleet: PureFleet;
let claim: Claim;

beforeEach(async () => {
  fleet = new PureFleet({ issues: [{}] });
  claim = await claimed();
});

async function claimed(): Promise<Claim> {
  const [next] = await fleet.tick();
  if (next === undefined) {
    throw new Error("Nothing was claimed.");
  }
  return next;
}

function session(fields: Partial<SessionResult>): SessionResult {
  const { issue, attempt, nonce, runId, runAttempt, baseSha } = claim;
  return aSession({ issue, attempt, claim: nonce, runId, runAttempt, baseSha, ...fields });
}

const RED = { checks: [aCheck("test", "failed")] } as const;
const STALLED = { ending: "failed", cause: "stalled", checks: [] } as const;

function record(): IssueRecord | undefined {
  return fleet.journal.state.issues.get(1);
}

function kept(): string | undefined {
  return fleet.world.branches.get(KEPT);
}

describe("work that is not delivered", () => {
  it.each([
    ["of a session that stalled", STALLED],
    ["whose checks are red", RED],
  ])("%s is kept, together with its result [N11, F69]", async (_, fields) => {
    await fleet.finalize(claim, { result: session(fields) });

    expect(kept()).toMatch(/^[0-9a-f]{40}$/);
    const { machine } = claim;
    expect(record()).toMatchObject({ keptSha: kept(), result: { keptSha: kept(), machine } });
    expect(fleet.world.branches.has("feature/issue-1")).toBe(false);
    expect(fleet.world.pullRequests.size).toBe(0);
  });

  it("is kept when a person cancels, and when the text is no longer approved [F19, N37]", async () => {
    fleet.journal.force({
      type: "stop-requested",
      stops: [{ issue: 1, claim: claim.nonce, reason: "cancelled" }],
    });

    await fleet.finalize(claim, { result: session({ ...STALLED, cause: "cancelled" }) });

    expect(record()).toMatchObject({ keptSha: kept(), result: { outcome: "cancelled" } });
  });

  it("goes nowhere when its files are refused, or its bundle cannot be used [F84, N20]", async () => {
    const files = [aBundledFile({ path: ".github/workflows/ci.yml" })];

    await fleet.finalize(claim, { result: session(STALLED), files });

    expect(kept()).toBeUndefined();
    expect(record()?.keptSha).toBeUndefined();
  });

  it("is nothing when the session changed nothing, and asks git for nothing", async () => {
    const { delivery } = await fleet.finalize(claim, {
      result: session({ ...STALLED, files: [] }),
    });

    expect(delivery.commits).toEqual([]);
    expect(kept()).toBeUndefined();
  });

  it("replaces what an earlier attempt left", async () => {
    fleet.world.branches.set(KEPT, sha("earlier"));

    await fleet.finalize(claim, { result: session(STALLED) });

    expect(kept()).not.toBe(sha("earlier"));
    expect(record()?.keptSha).toBe(kept());
  });

  it("is dropped, and its result journalled all the same, when somebody else moves the ref", async () => {
    fleet.journal.interloper = {
      before: "result",
      act: () => {
        fleet.world.branches.set(KEPT, sha("somebody's"));
      },
    };

    const report = await fleet.finalize(claim, { result: session(STALLED) });

    expect(report.outcome).toBe("retry");
    expect(record()).toMatchObject({ claim: undefined, keptSha: undefined });
    expect(kept()).toBe(sha("somebody's"));
  });
});

describe("kept work", () => {
  it("stays for the next attempt when that one leaves nothing [N11]", async () => {
    await fleet.finalize(claim, { result: session(STALLED) });
    fleet.advance(60);
    claim = await claimed();

    await fleet.finalize(claim, { result: session({ ...STALLED, files: [] }) });

    expect(record()?.keptSha).toBe(kept());
  });

  it("is done with once the work is delivered", async () => {
    await fleet.finalize(claim, { result: session(STALLED) });
    fleet.advance(60);
    claim = await claimed();

    await fleet.finalize(claim, { result: session({}) });

    expect(record()).toMatchObject({ keptSha: undefined, result: { outcome: "delivered" } });
  });
});
