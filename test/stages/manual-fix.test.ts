import { beforeEach, describe, expect, it } from "vitest";

import type { Claim, IssueRecord } from "../../src/core/journal/records.ts";
import { READER, sha, TRIGGER, WRITER } from "../world/an-issue.ts";
import { PureAgent } from "../world/pure-agent.ts";
import type { PureDeliveryOptions } from "../world/pure-delivery.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import { merge, moveBase, rejectPullRequest, removeLabel, setLabel } from "../world/pure-people.ts";
import { PureWorkspace, type PureWorkspaceOptions } from "../world/pure-workspace.ts";
import { runClaim } from "./claimed-session.ts";
import { nextClaim } from "./claims.ts";

const BRANCH = "feature/issue-1";
const FIX = sha("a person's commit");
const CHECKS = { checks: { build: "npm run build", test: "npm test", lint: "npm run lint" } };

let fleet: PureFleet;

/** An issue whose session failed: its tests stayed red. */
beforeEach(async () => {
  fleet = new PureFleet({ issues: [{}], configuration: CHECKS });
  const claim = await nextClaim(fleet);
  const { workspace } = await runClaim(fleet, claim, RED);
  await fleet.finalize(claim, { result: workspace.handedOff });
  fleet.advance(5);
  await fleet.tick();
});

const RED: PureWorkspaceOptions = { commands: { "npm test": { exitCode: 1, tail: "1 != 2" } } };

/** The same, but its work is a draft: nothing that gives points is configured. */
async function aDraft(): Promise<void> {
  fleet = new PureFleet({ issues: [{}], configuration: {} });
  const claim = await nextClaim(fleet);
  const { workspace } = await runClaim(fleet, claim);
  await fleet.finalize(claim, { result: workspace.handedOff });
  fleet.advance(5);
  await fleet.tick();
}

/** With checks from now on, so that a fix can be green. */
function configureChecks(): void {
  fleet = Object.assign(fleet, {
    configuration: {
      ...fleet.configuration,
      checks: { build: "true", test: "npm test", lint: "true" },
    },
  });
}

function push(commit = FIX): void {
  fleet.world.branches.set(BRANCH, commit);
}

async function fix(): Promise<void> {
  push();
  await fleet.obey({ type: "manual-fix", issue: 1 });
}

function record(): IssueRecord | undefined {
  return fleet.journal.state.issues.get(1);
}

/** What the checks of the claimed fix come to. */
async function check(
  claim: Claim,
  workspace: PureWorkspaceOptions = {},
  arrived: PureDeliveryOptions = {},
): Promise<PureWorkspace> {
  const ran = await runClaim(fleet, claim, workspace);
  fleet.advance(5);
  await fleet.finalize(claim, { result: ran.workspace.handedOff, ...arrived });
  return ran.workspace;
}

async function fixedAndClaimed(): Promise<Claim> {
  await fix();
  return await nextClaim(fleet);
}

describe("/manual-fix", () => {
  it("freezes the tip of the branch and puts the issue into the queue again [E21]", async () => {
    await fix();

    expect(fleet.journal.facts("manual-fix-requested")).toEqual([
      { type: "manual-fix-requested", issue: 1, by: WRITER.login, headSha: FIX },
    ]);
    expect((await fleet.collect()).plan.ready).toEqual([1]);
  });

  it("is claimed for that commit, and no attempt is counted [E29a]", async () => {
    const claim = await fixedAndClaimed();

    expect(claim).toMatchObject({ attempt: 1, manualFix: { headSha: FIX, by: WRITER.login } });
    expect(record()?.attempts).toBe(1);
  });

  it("replaces the commit that still waits when a newer one was pushed", async () => {
    await fix();
    push(sha("a better commit"));

    await fleet.obey({ type: "manual-fix", issue: 1 });

    expect(record()?.manualFix?.headSha).toBe(sha("a better commit"));
  });

  it("is forgotten when a writer wants the agent to start over", async () => {
    await fix();

    await fleet.obey({ type: "retry", issue: 1 });

    expect(await nextClaim(fleet)).toMatchObject({ attempt: 1, manualFix: undefined });
  });
});

describe("/manual-fix that does not apply", () => {
  async function refusal(): Promise<string | undefined> {
    const before = fleet.journal.events.length;
    await fleet.obey({ type: "manual-fix", issue: 1 });
    expect(fleet.journal.events).toHaveLength(before);
    return fleet.log.lines.at(-1);
  }

  it("tells somebody who may not write [N01]", async () => {
    push();

    await fleet.obey({ type: "manual-fix", issue: 1 }, { by: READER.login });

    expect(record()?.manualFix).toBeUndefined();
    expect(fleet.log.lines.at(-1)).toContain("no write permission");
  });

  it("says where to push when the branch does not exist", async () => {
    expect(await refusal()).toContain(
      `The branch ${BRANCH} does not exist; push your commit there`,
    );
  });

  it("says where to push when the branch is as we left it", async () => {
    await aDraft();

    expect(await refusal()).toContain(`Nobody pushed to ${BRANCH} since its last delivery`);
  });

  it("waits for the end of a session that runs", async () => {
    fleet = new PureFleet({ issues: [{}] });
    await fleet.tick();
    push();

    expect(await refusal()).toContain("works on it; say it again when that has ended");
  });

  it("needs an attempt that has ended", async () => {
    fleet = new PureFleet({ issues: [{}] });
    push();

    expect(await refusal()).toContain("No attempt has ended yet");
  });

  it("leaves delivered work to its pull request", async () => {
    fleet = new PureFleet({ issues: [{}] });
    const claim = await nextClaim(fleet);
    const { workspace } = await runClaim(fleet, claim);
    await fleet.finalize(claim, { result: workspace.handedOff });
    push();

    expect(await refusal()).toContain("Its work is delivered");
  });

  it("does nothing for a delivery that is over", async () => {
    await fleet.obey({ type: "cancel", issue: 1 });
    push();

    expect(await refusal()).toContain("Its delivery is cancelled");
  });

  it("leaves an issue alone that is tried again by itself", async () => {
    fleet = new PureFleet({ issues: [{}] });
    const claim = await nextClaim(fleet);
    await fleet.finalize(claim, {});
    push();

    expect(record()?.result?.outcome).toBe("retry");
    expect(await refusal()).toContain("It has not stopped");
  });

  it("says so when that commit waits already", async () => {
    await fix();

    expect(await refusal()).toContain("waits for its checks already");
  });
});

describe("the session of a manual fix", () => {
  it("runs the checks on that commit, and no agent [E29a]", async () => {
    const claim = await fixedAndClaimed();

    const { workspace, agent, result } = await runClaim(fleet, claim);

    expect(agent.requests).toEqual([]);
    expect(workspace.opened).toMatchObject([{ pushedSha: FIX, baseSha: claim.baseSha }]);
    expect(result).toMatchObject({ ending: "worked", title: undefined, summary: undefined });
    expect(result.checks.map(({ name }) => name)).toEqual(["build", "test", "lint"]);
    expect(workspace.calls).not.toContain("writeContext");
  });

  it("needs neither the agent nor its credential", async () => {
    const claim = await fixedAndClaimed();
    const workspace = new PureWorkspace({ claim: claim.nonce });
    const openAgent = (): Promise<PureAgent> => Promise.reject(new Error("There is no agent."));

    const { outcome } = await fleet.session(claim, {
      workspace,
      agent: new PureAgent(),
      openAgent,
    });

    expect(outcome).toBe("delivered");
  });

  it("prepares the pushed commit once before its checks [N28]", async () => {
    fleet = Object.assign(fleet, {
      configuration: {
        ...fleet.configuration,
        prepare: { commands: ["npm ci"], limitMinutes: 10 },
      },
    });
    const claim = await fixedAndClaimed();

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
      fleet = Object.assign(fleet, {
        configuration: {
          ...fleet.configuration,
          prepare: { commands: ["npm ci"], limitMinutes: 10 },
        },
      });
      const claim = await fixedAndClaimed();

      const { result } = await runClaim(fleet, claim, {
        commands: { "npm ci": { exitCode: 1 } },
        onBase: { "npm ci": { exitCode: onBase } },
      });

      expect(result).toMatchObject({ ending: "failed", cause });
    },
  );

  it("says when there is nothing to check: the commit is the base", async () => {
    const claim = await fixedAndClaimed();

    const workspace = await check(claim, { changed: [] });

    expect(workspace.calls.some((call) => call.startsWith("runCommand"))).toBe(false);
    expect(record()?.result).toMatchObject({ outcome: "needs-human", cause: "no-change" });
  });
});

describe("finalize of a manual fix", () => {
  it("delivers the commit as it is, in a new pull request that says who asked [E21]", async () => {
    await check(await fixedAndClaimed());

    expect(fleet.world.branches.get(BRANCH)).toBe(FIX);
    expect(record()).toMatchObject({
      attempts: 1,
      manualFix: undefined,
      claim: undefined,
      result: { outcome: "delivered", cause: "manual-fix", headSha: FIX },
    });
    expect(fleet.world.pullRequestsOf(1)).toMatchObject([{ state: "open", isDraft: false }]);
    const opened = fleet.world.applied.find(({ type }) => type === "open-pull-request");
    expect(opened).toMatchObject({
      body: expect.stringMatching(new RegExp(`People wrote this\\. ${WRITER.login}.*${FIX}`)),
    });
  });

  it("makes the draft that is there ready, once [E21]", async () => {
    await aDraft();
    configureChecks();

    await check(await fixedAndClaimed());
    await fleet.tick();
    await fleet.tick();

    expect(fleet.world.pullRequestsOf(1)).toMatchObject([{ state: "open", isDraft: false }]);
    expect(fleet.world.applied.filter(({ type }) => type === "mark-ready")).toHaveLength(1);
    expect(
      fleet.world.comments.get(1)?.filter((text) => text.includes("is ready for review")),
    ).toHaveLength(1);
  });

  it("leaves it in a draft when nothing was measured [D8]", async () => {
    await aDraft();

    await check(await fixedAndClaimed());

    expect(record()?.result).toMatchObject({
      outcome: "needs-human",
      cause: "review-needed",
      headSha: FIX,
    });
    expect(fleet.world.stateLabels(1)).toEqual(["state:reviewing"]);
  });

  it("hands red checks to a person at once, with what they said, in one comment [V11]", async () => {
    await check(await fixedAndClaimed(), RED);
    await fleet.tick();
    await fleet.tick();

    expect(record()).toMatchObject({
      manualFix: undefined,
      result: { outcome: "needs-human", cause: "checks-failed", headSha: undefined },
    });
    const told = fleet.world.comments.get(1)?.filter((text) => text.includes(FIX.slice(0, 12)));
    expect(told?.filter((text) => text.includes("```\n1 != 2\n```"))).toHaveLength(1);
    expect(told?.filter((text) => text.includes("A person is needed here."))).toHaveLength(1);
    expect(fleet.world.pullRequests.size).toBe(0);
  });

  it("keeps the draft in sight when its fix is red, and another push can follow", async () => {
    await aDraft();
    configureChecks();
    await check(await fixedAndClaimed(), RED);
    expect(fleet.world.stateLabels(1)).toEqual(["state:reviewing"]);
    push(sha("a second commit"));

    await fleet.obey({ type: "manual-fix", issue: 1 });
    await check(await nextClaim(fleet));

    expect(record()?.result).toMatchObject({
      outcome: "delivered",
      headSha: sha("a second commit"),
    });
  });

  it("delivers nothing but the commit that was asked for [F11]", async () => {
    const claim = await fixedAndClaimed();
    push(sha("pushed later"));

    await check(claim);

    expect(record()?.result).toMatchObject({
      outcome: "needs-human",
      cause: "branch-moved",
      headSha: undefined,
      detail: expect.stringContaining("Say it again"),
    });
    expect(fleet.world.branches.get(BRANCH)).toBe(sha("pushed later"));
  });

  it("does not deliver when somebody pushes between the look and the push", async () => {
    const claim = await fixedAndClaimed();
    fleet.journal.interloper = { before: "result", act: () => push(sha("pushed just then")) };

    await check(claim);

    expect(record()?.result).toMatchObject({ outcome: "needs-human", cause: "branch-moved" });
    expect(fleet.world.branches.get(BRANCH)).toBe(sha("pushed just then"));
  });

  it("hands a conflict with today's base to a person, not to an agent", async () => {
    const claim = await fixedAndClaimed();
    moveBase(fleet.world, "a conflicting change");

    await check(claim, {}, { mergesCleanly: false });

    expect(record()?.result).toMatchObject({ outcome: "needs-human", cause: "conflict" });
    expect(await fleet.tick()).toEqual([]);
  });

  it("holds no path back that people may push themselves [N20]", async () => {
    const claim = await fixedAndClaimed();

    await check(claim, { changed: [{ path: ".github/workflows/ci.yml", change: "modified" }] });

    expect(record()?.result?.outcome).toBe("delivered");
  });

  it("delivers nothing after the approval was withdrawn [F28]", async () => {
    const claim = await fixedAndClaimed();
    fleet.journal.force({ type: "withdrawn", withdrawals: [{ issue: 1, cause: "text-edited" }] });

    await check(claim);

    expect(fleet.world.pullRequests.size).toBe(0);
    expect(record()?.result?.outcome).not.toBe("delivered");
  });
});

describe("a manual fix that was not judged", () => {
  it("is claimed again after it was given back, as the same try [W30c]", async () => {
    const claim = await fixedAndClaimed();
    await check(claim, { shortage: "The disk is full." });

    expect(record()?.result).toMatchObject({ outcome: "returned", cause: "machine-full" });
    expect(await nextClaim(fleet)).toMatchObject({ manualFix: { headSha: FIX, attempt: 1 } });
    expect(record()?.attempts).toBe(1);
  });

  it("is tried again after its machine was lost, whatever attempts the agent has used up", async () => {
    const { max } = fleet.configuration.retry;
    let claim = await fixedAndClaimed();
    for (let turn = 1; turn <= max; turn += 1) {
      await fleet.finalize(claim, {});
      expect(record()?.result?.outcome).toBe("retry");
      fleet.advance(120);
      claim = await nextClaim(fleet);
      expect(claim.manualFix?.attempt).toBe(turn + 1);
    }

    await fleet.finalize(claim, {});

    expect(record()?.result).toMatchObject({ outcome: "needs-human", cause: "session-lost" });
    expect(record()).toMatchObject({ attempts: 1, manualFix: undefined });
  });

  it("waits before it is tried again [D9]", async () => {
    const claim = await fixedAndClaimed();
    await fleet.finalize(claim, {});

    expect(await fleet.tick()).toEqual([]);
    expect(fleet.world.stateLabels(1)).toEqual(["state:retrying"]);
  });

  it("is over when its draft is merged meanwhile", async () => {
    await aDraft();
    await fix();
    const [draft] = fleet.world.pullRequestsOf(1);
    fleet.world.pullRequests.set(draft?.number ?? 0, { ...anOpen(draft), isDraft: false });
    merge(fleet.world, 1);

    expect(await fleet.tick()).toEqual([]);
    expect(record()).toMatchObject({ ended: "completed", manualFix: undefined });
  });
});

function anOpen<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error("There is no pull request.");
  }
  return value;
}

describe("a person's commit", () => {
  it.each(["retry", "label"] as const)(
    "is not overwritten by an attempt after it (%s)",
    async (how) => {
      await aDraft();
      await check(await fixedAndClaimed());
      fleet.advance(5);
      if (how === "retry") {
        await fleet.obey({ type: "retry", issue: 1 });
      } else {
        rejectPullRequest(fleet.world, 1);
        removeLabel(fleet.world, 1, TRIGGER);
        await fleet.tick();
        fleet.advance(5);
        setLabel(fleet.world, 1, TRIGGER, WRITER);
      }

      const claim = await nextClaim(fleet);
      const { workspace } = await runClaim(fleet, claim);
      await fleet.finalize(claim, { result: workspace.handedOff });

      expect(claim.manualFix).toBeUndefined();
      expect(fleet.world.branches.get(BRANCH)).toBe(FIX);
      expect(record()?.result).toMatchObject({ outcome: "needs-human", cause: "work-refused" });
    },
  );
});
