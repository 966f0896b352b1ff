import { beforeEach, describe, expect, it } from "vitest";

import type { Claim } from "../../src/core/journal/records.ts";
import { findSetup } from "../../src/stages/run-session/find-setup.ts";
import { PureAgent } from "../world/pure-agent.ts";
import type { PureFleet } from "../world/pure-fleet.ts";
import { PureWorkspace } from "../world/pure-workspace.ts";
import { type ClaimedSession, claimSession } from "./claimed-session.ts";

const prepare = { commands: ["npm ci", "make tools"], limit: "5m" };

let fleet: PureFleet;
let claim: Claim;
let run: ClaimedSession["run"];
let outcomeAfter: ClaimedSession["outcomeAfter"];

beforeEach(async () => {
  ({ fleet, claim, run, outcomeAfter } = await claimSession({}, { prepare }));
});

describe("runSession: prepare", () => {
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
