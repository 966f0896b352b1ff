import { beforeEach, describe, expect, it } from "vitest";

import type { Claim, Result } from "../../src/core/journal/records.ts";
import type { SessionResult } from "../../src/core/session/session-result.ts";
import { aCheck } from "../arbitraries/session.ts";
import { aBundledFile } from "../world/pure-delivery.ts";
import type { PureFleet } from "../world/pure-fleet.ts";
import { moveBase } from "../world/pure-people.ts";
import { BRANCH, claimDelivery, handedOver, resultIn } from "./claimed-delivery.ts";
import { nextClaim } from "./claims.ts";

let fleet: PureFleet;
let claim: Claim;

beforeEach(async () => {
  ({ fleet, claim } = await claimDelivery());
});

function session(fields: Partial<SessionResult> = {}): SessionResult {
  return handedOver(claim, fields);
}

function result(): Result | undefined {
  return resultIn(fleet);
}

describe("finalize: work that is not delivered", () => {
  it("hands red checks to a person, without branch or pull request [F75]", async () => {
    await fleet.finalize(claim, { result: session({ checks: [aCheck("test", "failed")] }) });

    expect(result()).toMatchObject({ outcome: "needs-human", cause: "checks-failed" });
    expect(fleet.world.branches.has(BRANCH)).toBe(false);
    expect(fleet.world.pullRequests.size).toBe(0);
    expect(fleet.world.stateLabels(1)).toEqual(["state:failed"]);
  });

  it("hands work without the configured checks to a person: missing is never green [F77]", async () => {
    await fleet.finalize(claim, { result: session({ checks: [] }) });

    expect(result()).toMatchObject({ outcome: "needs-human", cause: "checks-failed" });
  });

  it("passes on what the agent asks", async () => {
    const report = await fleet.finalize(claim, {
      result: session({ ending: "asked", cause: "question", summary: "Which colour?", files: [] }),
    });

    expect(report).toMatchObject({ outcome: "needs-human", detail: "Which colour?" });
    expect(fleet.world.comments.get(1)?.[0]).toContain("Which colour?");
  });

  it("tries again after a while when the model was away [W24b]", async () => {
    await fleet.finalize(claim, {
      result: session({ ending: "failed", cause: "model-unavailable", detail: "529", files: [] }),
    });

    expect(result()).toMatchObject({ outcome: "retry", notBefore: fleet.clock.after(5) });
    expect(fleet.world.stateLabels(1)).toEqual(["state:retrying"]);
  });

  it("tries again when the session job died without a word [F95]", async () => {
    await fleet.finalize(claim, { result: undefined });

    expect(result()).toMatchObject({ outcome: "retry", cause: "session-lost" });
    expect(fleet.journal.state.issues.get(1)?.attempts).toBe(1);
  });

  it("gives back a claim whose session was refused, and counts no attempt", async () => {
    await fleet.finalize(claim, {
      result: session({ ending: "refused", cause: "blocked", detail: "It is blocked by #2 now." }),
    });

    expect(result()).toMatchObject({ outcome: "returned" });
    expect(fleet.journal.state.issues.get(1)?.attempts).toBe(0);
    expect(fleet.world.stateLabels(1)).toEqual(["state:queued"]);
  });

  it("pauses the fleet when the model refuses the credential, and counts no attempt [N24]", async () => {
    await fleet.finalize(claim, {
      result: session({ ending: "failed", cause: "credentials-refused", detail: "401" }),
    });

    expect(fleet.journal.state.fleet.pause?.reason).toBe("configuration");
    expect(fleet.journal.state.issues.get(1)).toMatchObject({ attempts: 0, claim: undefined });
    expect(await fleet.tick()).toEqual([]);
  });

  it("works once more on the new base when the work conflicts with it [F82]", async () => {
    moveBase(fleet.world);

    await fleet.finalize(claim, { result: session(), mergesCleanly: false });
    fleet.reportRun(claim.runId, "completed");
    fleet.advance(6);
    const next = await nextClaim(fleet);

    expect(result()).toMatchObject({ outcome: "retry", cause: "conflict" });
    expect(next).toMatchObject({ attempt: 2, baseSha: fleet.world.repository.headSha });
  });

  it.each([
    [".github/workflows/ci.yml", "a workflow"],
    [".claude/settings.json", "settings of the agent"],
    [".github/CODEOWNERS", "the owners of code"],
  ])("refuses work that changes %s, and pushes nothing [F84]", async (path, what) => {
    await fleet.finalize(claim, { result: session(), files: [aBundledFile({ path })] });

    expect(result()).toMatchObject({ outcome: "needs-human", cause: "work-refused" });
    expect(result()?.detail).toContain(what);
    expect(fleet.world.branches.has(BRANCH)).toBe(false);
  });

  it("refuses a bundle that cannot be opened", async () => {
    const report = await fleet.finalize(claim, {
      result: session(),
      files: { error: "its work does not follow the base" },
    });

    expect(report.outcome).toBe("needs-human");
    expect(report.detail).toContain("does not follow the base");
  });
});
