import { beforeEach, describe, expect, it } from "vitest";

import type { ConfigurationFile } from "../../src/adapters/configuration/schema.ts";
import { ConfigurationError } from "../../src/core/failure.ts";
import type { Claim } from "../../src/core/journal/records.ts";
import type { ObservedIssue } from "../../src/core/observation.ts";
import type { AgentRun } from "../../src/core/session/agent-run.ts";
import { CONTEXT_FILES } from "../../src/core/session/prompt.ts";
import { parseSessionResult, type SessionResult } from "../../src/core/session/session-result.ts";
import { findSetup } from "../../src/stages/run-session/find-setup.ts";
import { READER, TRIGGER, WRITER } from "../world/an-issue.ts";
import { anAgentRun, aRefusedRun, PureAgent, RESULT } from "../world/pure-agent.ts";
import { PureFleet } from "../world/pure-fleet.ts";
import {
  blockBy,
  close,
  editBody,
  removeLabel,
  rename,
  reopen,
  setLabel,
} from "../world/pure-people.ts";
import { PureWorkspace, type PureWorkspaceOptions } from "../world/pure-workspace.ts";

let fleet: PureFleet;
let claim: Claim;

beforeEach(async () => {
  await begin();
});

/** A fleet whose first issue is claimed; the others wait behind it. */
async function begin(
  issue: Partial<ObservedIssue> = {},
  configuration: ConfigurationFile = {},
): Promise<void> {
  fleet = new PureFleet({
    issues: [issue, { labels: [], trigger: undefined }],
    configuration: { checks: { build: "npm run build", test: "npm test" }, ...configuration },
  });
  const [first] = await fleet.tick();
  if (first === undefined) {
    throw new Error("Nothing was claimed.");
  }
  claim = first;
}

interface Ran {
  readonly outcome: string;
  readonly result: SessionResult;
  readonly workspace: PureWorkspace;
  readonly agent: PureAgent;
}

async function run(
  options: PureWorkspaceOptions = {},
  agent = new PureAgent(),
  of: Claim = claim,
): Promise<Ran> {
  const workspace = new PureWorkspace({ claim: of.nonce, ...options });
  const { outcome, digest } = await fleet.session(of, { workspace, agent });
  const result = parseSessionResult(workspace.handedOff ?? "");
  if ("error" in result) {
    throw new Error(`What was handed off cannot be read: ${result.error}`);
  }
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  return { outcome, result, workspace, agent };
}

/** What finalize makes of it. */
async function outcomeAfter({ workspace }: Ran): Promise<string | undefined> {
  await fleet.finalize(claim, { result: workspace.handedOff });
  return fleet.journal.state.issues.get(1)?.result?.outcome;
}

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

  it("gives the claim back when the machine has no room, and counts no attempt [W30c]", async () => {
    const ran = await run({ shortage: "There are 0.1 GB free at /x." });

    expect(ran.result).toMatchObject({
      ending: "refused",
      cause: "machine-full",
      detail: "There are 0.1 GB free at /x.",
    });
    expect(ran.workspace.opened).toEqual([]);
    expect(ran.agent.requests).toEqual([]);
    expect(await outcomeAfter(ran)).toBe("returned");
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

describe("runSession: prepare", () => {
  const prepare = { commands: ["npm ci", "make tools"], limit: "5m" };

  beforeEach(async () => {
    await begin({}, { prepare });
  });

  it("runs the commands on the base before the agent hears of anything, and settles them [N28]", async () => {
    const { workspace, agent } = await run();

    expect(workspace.calls.slice(0, 8)).toEqual([
      "tryLock",
      "fetch",
      "open",
      "beginPrepare",
      "runCommand npm ci",
      "runCommand make tools",
      "settlePrepared",
      "writeContext",
    ]);
    expect(workspace.shared).toEqual(prepare.commands);
    expect(agent.requests[0]?.allowedTools).toContain("Bash(npm ci)");
  });

  it("tries a failing command once more: a registry may fail for once", async () => {
    const flaky = new PureWorkspace({ claim: claim.nonce });
    const runOnce = flaky.runCommand.bind(flaky);
    let runs = 0;
    flaky.runCommand = async (...args) => ({
      ...(await runOnce(...args)),
      exitCode: ++runs === 1 ? 1 : 0,
    });

    const { result } = await fleet.session(claim, { workspace: flaky, agent: new PureAgent() });

    expect(result.ending).toBe("worked");
    expect(flaky.calls.filter((call) => call === "runCommand npm ci")).toHaveLength(2);
  });

  it.each([
    ["fails", { exitCode: 7, tail: "npm error notarget\n" }, "exit code 7 (npm error notarget)"],
    ["takes too long", { exitCode: undefined, timedOut: true, seconds: 300 }, "limit of 5 min"],
  ] as const)(
    "counts no attempt and pauses the fleet with one clear sentence when a command %s [N28]",
    async (_, how, said) => {
      const ran = await run({ commands: { "npm ci": how } });

      expect(ran.result).toMatchObject({ ending: "failed", cause: "prepare-failed" });
      expect(ran.agent.requests).toEqual([]);
      expect(await outcomeAfter(ran)).toBe("returned");
      expect(fleet.journal.state.issues.get(1)?.attempts).toBe(0);
      const pause = fleet.journal.state.fleet.pause;
      expect(pause?.reason).toBe("configuration");
      expect(pause?.detail).toContain(`\`npm ci\``);
      expect(pause?.detail).toContain(said);
      expect(pause?.detail.length).toBeLessThan(300);
    },
  );

  it("gives all commands together one limit", async () => {
    const ran = await run({ commands: { "npm ci": { seconds: 300 } } });

    expect(ran.result).toMatchObject({ cause: "prepare-failed" });
    expect(ran.result.detail).toContain("`make tools` did not end within prepare's limit of 5 min");
  });

  it("says what it put back and what it leaves out, because people have to ignore it [F111]", async () => {
    await run({ prepared: { reset: ["package-lock.json"], left: [".venv/"] } });

    expect(fleet.log.lines.join("\n")).toMatch(/put back: package-lock\.json/);
    expect(fleet.log.lines.join("\n")).toMatch(/no part of any work: \.venv\//);
  });

  it("prepares again before the checks when the work changed a manifest, without shared downloads [N28]", async () => {
    const changed = [{ path: "packages/a/package.json", change: "modified" }] as const;

    const { workspace } = await run({ changed });

    const afterHarvest = workspace.calls.slice(workspace.calls.indexOf("harvest"));
    expect(afterHarvest).toEqual([
      "harvest",
      "runCommand npm ci",
      "runCommand make tools",
      "runCommand npm run build",
      "runCommand npm test",
      "sweep",
      "handOff",
    ]);
    expect(workspace.shared).toHaveLength(2);
  });

  it("blames the work, not the fleet, when prepare fails with its manifests", async () => {
    const changed = [{ path: "package.json", change: "modified" }] as const;
    const ran = await run({ changed, afterHarvest: { "npm ci": { exitCode: 1 } } });

    expect(ran.result).toMatchObject({ ending: "failed", cause: "checks-failed", checks: [] });
    expect(await outcomeAfter(ran)).toBe("needs-human");
    expect(fleet.journal.state.fleet.pause).toBeUndefined();
  });

  it("asks the base about a red check with the base's own packages [N29]", async () => {
    const changed = [{ path: "package.json", change: "modified" }] as const;
    const red = { "npm test": { exitCode: 1 } };

    const { workspace } = await run({ changed, commands: red });

    const afterReset = workspace.calls.slice(workspace.calls.indexOf("resetToBase"));
    expect(afterReset.slice(0, 4)).toEqual([
      "resetToBase",
      "runCommand npm ci",
      "runCommand make tools",
      "runCommand npm test",
    ]);
  });
});

describe("findSetup", () => {
  it.each([
    [true, { ".github/actions/water-spider-setup/action.yml": "runs: {}" }],
    [false, {}],
  ])(
    "puts the setup action of the base into the workspace, without taking the lock: %s [N31]",
    async (found, files) => {
      const workspace = new PureWorkspace({ files });

      const hasSetup = await findSetup({ workspace, log: fleet.log }, claim.baseSha, "/work");

      expect(hasSetup).toBe(found);
      expect(workspace.calls).toEqual([
        "fetch",
        "exportFolder .github/actions/water-spider-setup /work",
      ]);
    },
  );
});

describe("runSession: an account's limit", () => {
  it("makes the fleet wait until the reset that the agent named, and costs no attempt [F55, N24]", async () => {
    const refused = aRefusedRun(429, "rate_limit");
    const resetsAtSeconds = Date.parse(refused.finishedAt) / 1_000 + 90 * 60;
    const limited: AgentRun = { ...refused, rateLimit: { of: "account", resetsAtSeconds } };

    const ran = await run({}, new PureAgent(limited));

    expect(ran.result).toMatchObject({ cause: "account-limit", resetsInMinutes: 90 });
    expect(await outcomeAfter(ran)).toBe("returned");
    expect(fleet.journal.state.issues.get(1)?.attempts).toBe(0);
    expect(fleet.journal.state.fleet.pause).toMatchObject({
      reason: "account-limit",
      until: expect.stringMatching(/^2026-11-20T10:30/),
    });
  });
});

describe("runSession: a cancelled job", () => {
  const CALLS = [
    "tryLock",
    "fetch",
    "open",
    "writeContext",
    "harvest",
    "runCommand npm run build",
    "runCommand npm test",
  ];

  it.each(CALLS)("ends without a verdict when it is cancelled at %s [F09, F70]", async (call) => {
    const cancelled = new AbortController();
    const workspace = new PureWorkspace({
      claim: claim.nonce,
      commands: { "npm test": { exitCode: 1 } },
      onCall: (made) => {
        if (made === call) {
          cancelled.abort();
        }
      },
    });

    const agent = new PureAgent();
    await fleet.session(claim, { workspace, agent, stop: cancelled.signal });
    await fleet.finalize(claim, { result: workspace.handedOff });

    expect(workspace.calls.at(-1)).toBe("handOff");
    expect(workspace.calls.slice(workspace.calls.indexOf(call) + 1).join()).not.toContain(
      "runCommand",
    );
    expect(fleet.journal.state.issues.get(1)).toMatchObject({
      attempts: 0,
      claim: undefined,
      result: { outcome: "returned", cause: "cancelled" },
    });
  });

  it("starts no agent when it is cancelled before", async () => {
    const agent = new PureAgent();
    const workspace = new PureWorkspace({ claim: claim.nonce });

    await fleet.session(claim, { workspace, agent, stop: AbortSignal.abort() });

    expect(agent.requests).toEqual([]);
  });
});

describe("runSession: what keeps it from starting", () => {
  it("does not start when the claim was given to another run [F04]", async () => {
    const ran = await run({}, new PureAgent(), { ...claim, runId: claim.runId + 1 });

    expect(ran.result).toMatchObject({ ending: "refused", cause: "claim-gone" });
    expect(ran.workspace.calls).toEqual(["handOff"]);
  });

  it("does not start in a re-run of an ended run [F14, F102]", async () => {
    const { result } = await run({}, new PureAgent(), { ...claim, runAttempt: 2 });

    expect(result).toMatchObject({ ending: "refused", cause: "claim-gone" });
  });

  it("does not start a second time on the machine [F04]", async () => {
    const locks = new Set<string>();
    await run({ locks });

    const second = await run({ locks });

    expect(second.result).toMatchObject({ ending: "refused", cause: "already-started" });
    expect(second.agent.requests).toEqual([]);
  });

  it.each([
    ["the body was edited", () => editBody(fleet.world, 1, "Other.", WRITER), "issue-changed"],
    ["it was renamed", () => rename(fleet.world, 1, "Other", READER), "issue-changed"],
    ["it was closed", () => close(fleet.world, 1), "issue-changed"],
    ["the label was taken off", () => removeLabel(fleet.world, 1, TRIGGER), "issue-changed"],
    ["a native blocker was added", () => blockBy(fleet.world, 1, 2), "blocked"],
    ["a blocking label was added", () => setLabel(fleet.world, 1, "blocked-by:#2"), "blocked"],
    ["a label names no issue", () => setLabel(fleet.world, 1, "blocked-by:#77"), "blocked"],
    [
      "the label was taken off and set again, whoever did it,",
      () => {
        removeLabel(fleet.world, 1, TRIGGER);
        setLabel(fleet.world, 1, TRIGGER, READER);
      },
      "issue-changed",
    ],
  ])(
    "does not start when %s since the claim, and gives the attempt back [F28, F44]",
    async (_, change, cause) => {
      fleet.advance(1);
      change();

      const ran = await run();

      expect(ran.result).toMatchObject({ ending: "refused", cause });
      expect(ran.agent.requests).toEqual([]);
      expect(await outcomeAfter(ran)).toBe("returned");
      expect(fleet.journal.state.issues.get(1)?.attempts).toBe(0);
    },
  );

  it("does not start when a blocker that its text names was reopened since the claim [F37, F44]", async () => {
    fleet = new PureFleet({
      issues: [{ body: "Depends on #2" }, { labels: [], trigger: undefined }],
    });
    close(fleet.world, 2);
    const [claimed = claim] = await fleet.tick();
    reopen(fleet.world, 2);

    const { result } = await run({}, new PureAgent(), claimed);

    expect(result).toMatchObject({ ending: "refused", cause: "blocked", issue: 1 });
  });

  it("starts when a blocker that was added is closed already [F37]", async () => {
    close(fleet.world, 2);
    blockBy(fleet.world, 1, 2);

    expect((await run()).result.ending).toBe("worked");
  });

  it("does not start when a stop was asked for since it was claimed [N37, F107]", async () => {
    const { nonce } = claim;
    const stop = { issue: 1, claim: nonce, reason: "cancelled" } as const;
    fleet.journal.force({ type: "stop-requested", stops: [stop] });

    const ran = await run();

    expect(ran.result).toMatchObject({ ending: "refused", cause: "cancelled" });
    expect(ran.agent.requests).toEqual([]);
    expect(ran.workspace.calls).toEqual(["handOff"]);
  });

  it("does not start when the approval was taken back since the claim [F28]", async () => {
    fleet.journal.force({ type: "withdrawn", withdrawals: [{ issue: 1, cause: "text-edited" }] });

    expect((await run()).result).toMatchObject({ ending: "refused", cause: "approval-changed" });
  });

  it("does not start when blockers are counted that cannot be seen [F41]", async () => {
    fleet.world.issues.set(1, { ...fleet.world.issue(1), openBlockerCount: 1 });

    const { result } = await run();

    expect(result).toMatchObject({ ending: "refused", cause: "blocked" });
    expect(result.detail).toContain("not visible");
  });
});

describe("runSession: a machine that cannot work", () => {
  it.each([
    ["the repository's own setup action failed", { setup: "failed" }],
    ["the machine has no git", { machine: { git: undefined } }],
    [
      "the agent is not installed",
      { openAgent: () => Promise.reject(new ConfigurationError("Install Claude Code.")) },
    ],
    [
      "the configuration of the claimed commit is refused",
      {
        readConfiguration: () => {
          throw new ConfigurationError("'max-parallel' must be a whole number.");
        },
      },
    ],
  ] as const)(
    "hands off why, counts no attempt and pauses the fleet when %s [N24, N31]",
    async (_, broken) => {
      const workspace = new PureWorkspace({ claim: claim.nonce });

      await fleet.session(claim, { workspace, agent: new PureAgent(), ...broken });
      await fleet.finalize(claim, { result: workspace.handedOff });

      expect(fleet.journal.state.issues.get(1)).toMatchObject({
        attempts: 0,
        claim: undefined,
        result: { outcome: "returned", cause: "prepare-failed" },
      });
      expect(fleet.journal.state.fleet.pause?.reason).toBe("configuration");
    },
  );

  it("names everything that is wrong with the machine and its runner, and warns of what is odd", async () => {
    const workspace = new PureWorkspace({ claim: claim.nonce });
    const machine = { runner: "mac-1-3", freeBytes: 0, aheadSeconds: 9_000, os: "Linux" };

    const { result } = await fleet.session(claim, { workspace, agent: new PureAgent(), machine });

    expect(result.detail).toMatch(/^The runner mac-1-3 cannot work: Only 0\.0 GiB.*\nThe clock/);
    expect(fleet.log.lines).toContainEqual(
      expect.stringMatching(/^warning: Runner mac-1-3: The machine mac-1 has the label 'macOS'/),
    );
    expect(workspace.calls).not.toContain("open");
  });

  it.each(["fetch", "open", "harvest"] as const)(
    "fails the job loudly when %s breaks, and the issue is tried again [F08]",
    async (step) => {
      const workspace = new PureWorkspace({ claim: claim.nonce, broken: [step] });

      const session = fleet.session(claim, { workspace, agent: new PureAgent() });
      await expect(session).rejects.toThrow(`${step} was told to break`);
      await fleet.finalize(claim, { result: workspace.handedOff });

      expect(fleet.journal.state.issues.get(1)?.result).toMatchObject({
        outcome: "retry",
        cause: "session-lost",
      });
    },
  );
});
