import { beforeEach, describe, expect, it } from "vitest";

import { READER, sha, WRITER } from "../world/an-issue.ts";
import { PureAgent } from "../world/pure-agent.ts";
import { PureWorkspace } from "../world/pure-workspace.ts";
import { runClaim } from "./claimed-session.ts";
import { nextClaim } from "./claims.ts";
import { BRANCH, FIX, FixedFleet } from "./manual-fix-fleet.ts";

let fleet: FixedFleet;

beforeEach(async () => {
  fleet = await FixedFleet.failed();
});

describe("/manual-fix", () => {
  it("freezes the tip of the branch and puts the issue into the queue again [E21]", async () => {
    await fleet.fix();

    expect(fleet.journal.facts("manual-fix-requested")).toEqual([
      { type: "manual-fix-requested", issue: 1, by: WRITER.login, headSha: FIX },
    ]);
    expect((await fleet.collect()).plan.ready).toEqual([1]);
  });

  it("is claimed for that commit, and no attempt is counted [E29a]", async () => {
    const claim = await fleet.fixedAndClaimed();

    expect(claim).toMatchObject({ attempt: 1, manualFix: { headSha: FIX, by: WRITER.login } });
    expect(fleet.record()?.attempts).toBe(1);
  });

  it("replaces the commit that still waits when a newer one was pushed", async () => {
    await fleet.fix();
    await fleet.fix(sha("a better commit"));

    expect(fleet.record()?.manualFix?.headSha).toBe(sha("a better commit"));
  });

  it("is forgotten when a writer wants the agent to start over", async () => {
    await fleet.fix();

    await fleet.obey({ type: "retry", issue: 1 });

    expect(await nextClaim(fleet)).toMatchObject({ attempt: 1, manualFix: undefined });
  });
});

/** What a person reads who is refused; nothing is journalled. */
async function refusal(): Promise<string | undefined> {
  const before = fleet.journal.events.length;
  await fleet.obey({ type: "manual-fix", issue: 1 });
  expect(fleet.journal.events).toHaveLength(before);
  return fleet.log.lines.at(-1);
}

describe("/manual-fix that does not apply", () => {
  it("tells somebody who may not write [N01]", async () => {
    fleet.push();

    await fleet.obey({ type: "manual-fix", issue: 1 }, { by: READER.login });

    expect(fleet.record()?.manualFix).toBeUndefined();
    expect(fleet.log.lines.at(-1)).toContain("no write permission");
  });

  it("says where to push when the branch does not exist", async () => {
    expect(await refusal()).toContain(
      `The branch ${BRANCH} does not exist; push your commit there`,
    );
  });

  it("says where to push when the branch is as we left it", async () => {
    fleet = await FixedFleet.draft();

    expect(await refusal()).toContain(`Nobody pushed to ${BRANCH} since its last delivery`);
  });

  it("waits for the end of a session that runs", async () => {
    fleet = new FixedFleet({ issues: [{}] });
    await fleet.tick();
    fleet.push();

    expect(await refusal()).toContain("works on it; say it again when that has ended");
  });

  it("needs an attempt that has ended", async () => {
    fleet = new FixedFleet({ issues: [{}] });
    fleet.push();

    expect(await refusal()).toContain("No attempt has ended yet");
  });

  it("leaves delivered work to its pull request", async () => {
    fleet = new FixedFleet({ issues: [{}] });
    const claim = await nextClaim(fleet);
    const { workspace } = await runClaim(fleet, claim);
    await fleet.finalize(claim, { result: workspace.handedOff });
    fleet.push();

    expect(await refusal()).toContain("Its work is delivered");
  });

  it("does nothing for a delivery that is over", async () => {
    await fleet.obey({ type: "cancel", issue: 1 });
    fleet.push();

    expect(await refusal()).toContain("Its delivery is cancelled");
  });

  it("leaves an issue alone that is tried again by itself", async () => {
    fleet = new FixedFleet({ issues: [{}] });
    const claim = await nextClaim(fleet);
    await fleet.finalize(claim, {});
    fleet.push();

    expect(fleet.record()?.result?.outcome).toBe("retry");
    expect(await refusal()).toContain("It has not stopped");
  });

  it("says so when that commit waits already", async () => {
    await fleet.fix();

    expect(await refusal()).toContain("waits for its checks already");
  });
});

const openAgent = (): Promise<PureAgent> => Promise.reject(new Error("There is no agent."));

describe("the session of a manual fix", () => {
  it("runs the checks on that commit, and no agent [E29a]", async () => {
    const claim = await fleet.fixedAndClaimed();

    const { workspace, agent, result } = await runClaim(fleet, claim);

    expect(agent.requests).toEqual([]);
    expect(workspace.opened).toMatchObject([{ pushedSha: FIX, baseSha: claim.baseSha }]);
    expect(result).toMatchObject({ ending: "worked", title: undefined, summary: undefined });
    expect(result.checks.map(({ name }) => name)).toEqual(["build", "test", "lint"]);
    expect(workspace.calls).not.toContain("writeContext");
  });

  it("needs neither the agent nor its credential", async () => {
    const claim = await fleet.fixedAndClaimed();
    const workspace = new PureWorkspace({ claim: claim.nonce });
    const { outcome } = await fleet.session(claim, {
      workspace,
      agent: new PureAgent(),
      openAgent,
    });

    expect(outcome).toBe("delivered");
  });

  it("prepares the pushed commit once before its checks [N28]", async () => {
    fleet.configure({ prepare: { commands: ["npm ci"] }, checks: { test: "npm test" } });
    const claim = await fleet.fixedAndClaimed();

    const { workspace } = await runClaim(fleet, claim);

    const commands = workspace.calls.filter((call) => call.startsWith("runCommand"));
    expect(commands[0]).toBe("runCommand npm ci");
    expect(commands.filter((call) => call.endsWith("npm ci"))).toHaveLength(1);
    expect(workspace.calls.indexOf("harvest")).toBeLessThan(
      workspace.calls.indexOf("runCommand npm ci"),
    );
  });

  it.each([
    { onBase: 0, cause: "checks-failed" },
    { onBase: 1, cause: "prepare-failed" },
  ])(
    "tells a commit that cannot be prepared from a base that cannot: $cause [N28]",
    async ({ onBase, cause }) => {
      fleet.configure({ prepare: { commands: ["npm ci"] }, checks: { test: "npm test" } });
      const claim = await fleet.fixedAndClaimed();

      const { result } = await runClaim(fleet, claim, {
        commands: { "npm ci": { exitCode: 1 } },
        onBase: { "npm ci": { exitCode: onBase } },
      });

      expect(result).toMatchObject({ ending: "failed", cause });
    },
  );

  it("says when there is nothing to check: the commit is the base", async () => {
    const claim = await fleet.fixedAndClaimed();

    const workspace = await fleet.check(claim, { changed: [] });

    expect(workspace.calls.some((call) => call.startsWith("runCommand"))).toBe(false);
    expect(fleet.record()?.result).toMatchObject({ outcome: "needs-human", cause: "no-change" });
  });
});
