import { beforeEach, describe, expect, it } from "vitest";

import type { Claim } from "../../src/core/journal/records.ts";
import { CONTEXT_FILES } from "../../src/core/session/prompt.ts";
import { anAgentRun, aRefusedRun, PureAgent, RESULT } from "../world/pure-agent.ts";
import type { PureFleet } from "../world/pure-fleet.ts";
import { type ClaimedSession, claimSession } from "./claimed-session.ts";

let fleet: PureFleet;
let claim: Claim;
let run: ClaimedSession["run"];
let outcomeAfter: ClaimedSession["outcomeAfter"];

beforeEach(async () => {
  ({ fleet, claim, run, outcomeAfter } = await claimSession());
});

describe("runSession: work", () => {
  it("hands off what the agent did, with the checks that ran on it", async () => {
    const ran = await run();

    expect(ran.outcome).toBe("delivered");
    expect(ran.result).toMatchObject({
      issue: 1,
      attempt: 1,
      claim: claim.nonce,
      baseSha: claim.baseSha,
      ending: "worked",
      title: "feat: do the thing",
      files: [{ path: "src/thing.ts", change: "modified" }],
      checks: [
        { name: "build", status: "passed" },
        { name: "test", status: "passed" },
      ],
    });
    expect(await outcomeAfter(ran)).toBe("delivered");
  });

  it("works in this order: lock, fetch, open, context, agent, sweep, harvest, checks, hand-off [E10]", async () => {
    const { workspace } = await run();

    expect(workspace.calls).toEqual([
      "tryLock",
      "fetch",
      "open",
      "writeContext",
      "sweep",
      "harvest",
      "runCommand npm run build",
      "runCommand npm test",
      "sweep",
      "handOff",
    ]);
  });

  it("opens the worktree on the claimed base, on the issue's branch [F82]", async () => {
    const { workspace } = await run();

    expect(workspace.opened).toEqual([
      expect.objectContaining({ issue: 1, branch: "feature/issue-1", baseSha: claim.baseSha }),
    ]);
  });

  it("goes on from the work that finalize kept of the last attempt [F61, N11]", async () => {
    const stalled = anAgentRun({}, { result: undefined, stopReason: "stall" });
    const first = await run({}, new PureAgent(stalled));
    await outcomeAfter(first);
    fleet.advance(60);
    const [second = claim] = await fleet.tick();
    const again = await run({ start: "kept-work" }, new PureAgent(), second);

    const { keptSha } = fleet.journal.state.issues.get(1) ?? {};
    expect(first.workspace.opened[0]?.keptSha).toBeUndefined();
    expect(keptSha).toBeDefined();
    expect(again.workspace.opened[0]?.keptSha).toBe(keptSha);
    expect(first.agent.requests[0]).toMatchObject({ resume: false });
    expect(again.agent.requests[0]).toMatchObject({ resume: true });
    expect(again.agent.requests[0]?.prompt).toContain("unfinished work");
    expect(again.workspace.context.get("EXECUTION_CONTEXT.md")).toContain("Attempt 1: stalled.");
  });

  it("tells the agent its issue in two files of the worktree [E05]", async () => {
    const { workspace, agent } = await run();

    expect(JSON.parse(workspace.context.get(CONTEXT_FILES.json) ?? "")).toMatchObject({
      issue: { number: 1, title: "Issue 1" },
      attempt: 1,
      branch: "feature/issue-1",
    });
    expect(workspace.context.get(CONTEXT_FILES.markdown)).toContain("Please do it.");
    expect(agent.requests[0]?.prompt).toContain("Work item: issue #1, attempt 1.");
  });

  it("gives the agent the checks as tools, and the project's instructions of the base commit [N28]", async () => {
    const { agent } = await run({ files: { "CLAUDE.md": "Tabs, please." } });

    expect(agent.requests[0]?.allowedTools).toContain("Bash(npm test)");
    expect(agent.requests[0]?.allowedTools.join()).not.toMatch(/git push|curl|gh /);
    expect(agent.requests[0]?.systemPrompt).toBe("Tabs, please.");
  });

  it("takes an agent that changed nothing for failed, never for done [F66]", async () => {
    const ran = await run({ changed: [] });

    expect(ran.result).toMatchObject({ ending: "failed", cause: "no-change", checks: [] });
    expect(await outcomeAfter(ran)).toBe("retry");
  });

  it("goes on once with the conversation of a process that was lost, within its limits [F70, N11]", async () => {
    const lost = anAgentRun({}, { exitCode: undefined, signal: "SIGKILL", result: undefined });
    const agent = new PureAgent(lost, anAgentRun({}, { isResumed: true }));

    const ran = await run({}, agent);

    const [first, second] = agent.requests;
    expect(ran.result.ending).toBe("worked");
    expect(agent.requests).toHaveLength(2);
    expect(first).toMatchObject({ resume: false });
    expect(second).toMatchObject({
      resume: true,
      hardLimitMs: (first?.hardLimitMs ?? 0) - 10 * 60_000,
      softLimitMs: (first?.softLimitMs ?? 0) - 10 * 60_000,
    });
    expect(second?.prompt).toMatch(/^Work item: issue #1, attempt 1\.[\s\S]*git status/);
    expect(ran.workspace.calls.filter((call) => call === "sweep")).toHaveLength(3);
  });

  it("takes an agent that is lost twice for crashed", async () => {
    const lost = anAgentRun({}, { exitCode: undefined, signal: "SIGKILL", result: undefined });
    const agent = new PureAgent(lost);

    const { result } = await run({}, agent);

    expect(agent.requests).toHaveLength(2);
    expect(result).toMatchObject({ ending: "failed", cause: "agent-crashed" });
  });

  it.each([
    ["never started", { hasStarted: false, exitCode: 1 }],
    ["was stopped by us", { stopReason: "stall" }],
    ["was lost at the end of its time", { finishedAt: "2026-11-20T11:00:00Z" }],
  ] as const)("does not go on with an agent that %s", async (_, fields) => {
    const agent = new PureAgent(anAgentRun({}, { result: undefined, ...fields }));

    await run({}, agent);

    expect(agent.requests).toHaveLength(1);
  });

  it("hands off what the agent took of its machine", async () => {
    const usage = { peakMemoryMb: 338, cpuSeconds: 41.5 };

    const { result } = await run({}, new PureAgent(anAgentRun({}, { usage })));

    expect(result.agent).toMatchObject(usage);
  });

  it("takes an agent that was not allowed to work to a person, with what it called [F66, N25]", async () => {
    const denied = { ...RESULT, deniedTools: ["Bash", "Bash", "Write"] };

    const ran = await run({ changed: [] }, new PureAgent(anAgentRun({}, { result: denied })));

    expect(ran.result).toMatchObject({ ending: "failed", cause: "permission-denied" });
    expect(ran.result.detail).toContain("Bash, Write");
    expect(await outcomeAfter(ran)).toBe("needs-human");
  });

  it("hands off a question as a question", async () => {
    const agent = new PureAgent(anAgentRun({ status: "needs-human", summary: "Which colour?" }));

    const ran = await run({ changed: [] }, agent);

    expect(ran.result).toMatchObject({ ending: "asked", summary: "Which colour?" });
    expect(await outcomeAfter(ran)).toBe("needs-human");
  });

  it.each([
    ["fails", { exitCode: 1, tail: "1 test failed" }, "failed"],
    ["does not end in time", { exitCode: undefined, timedOut: true }, "timed-out"],
  ] as const)("says so when a check %s, and nothing is delivered [F75]", async (_, how, status) => {
    const ran = await run({ commands: { "npm test": how } });

    expect(ran.result.checks).toEqual([
      expect.objectContaining({ name: "build", status: "passed" }),
      expect.objectContaining({ name: "test", status }),
    ]);
    expect(await outcomeAfter(ran)).toBe("needs-human");
    expect(fleet.world.branches.has("feature/issue-1")).toBe(false);
  });

  it("blames the base for a gate that is red there too: no attempt counts, the fleet waits [F100, N29]", async () => {
    const red = { "npm test": { exitCode: 1 } };

    const ran = await run({ commands: red, onBase: red });

    expect(ran.result).toMatchObject({ ending: "failed", cause: "base-red" });
    expect(await outcomeAfter(ran)).toBe("returned");
    expect(fleet.journal.state.issues.get(1)?.attempts).toBe(0);
    expect(fleet.journal.state.fleet.pause).toMatchObject({
      reason: "base-red",
      baseSha: claim.baseSha,
    });
  });

  it("asks the base only about what is red, after the work was collected [N29]", async () => {
    const ran = await run({ commands: { "npm test": { exitCode: 1 } } });

    expect(ran.workspace.calls.filter((call) => /run|harvest|reset/.test(call))).toEqual([
      "harvest",
      "runCommand npm run build",
      "runCommand npm test",
      "resetToBase",
      "runCommand npm test",
    ]);
    expect(await outcomeAfter(ran)).toBe("needs-human");
  });

  it("runs no check on work that the agent did not finish", async () => {
    const { workspace, result } = await run({}, new PureAgent(aRefusedRun(529, "overloaded")));

    expect(result).toMatchObject({ ending: "failed", cause: "model-unavailable" });
    expect(workspace.calls.join()).not.toContain("runCommand");
  });

  it("names a refused credential as such, which pauses the fleet [N24]", async () => {
    const ran = await run({}, new PureAgent(aRefusedRun(401, "authentication_failed")));

    expect(ran.result.cause).toBe("credentials-refused");
    expect(await outcomeAfter(ran)).toBe("returned");
    expect(fleet.journal.state.fleet.pause?.reason).toBe("configuration");
  });
});
