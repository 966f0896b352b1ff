import { beforeEach, describe, expect, it } from "vitest";

import { ConfigurationError } from "../../src/core/failure.ts";
import type { Claim } from "../../src/core/journal/records.ts";
import { READER, TRIGGER, WRITER } from "../world/an-issue.ts";
import { PureAgent } from "../world/pure-agent.ts";
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
import { PureWorkspace } from "../world/pure-workspace.ts";
import { type ClaimedSession, claimSession, runClaim } from "./claimed-session.ts";
import { nextClaim } from "./claims.ts";

let fleet: PureFleet;
let claim: Claim;
let run: ClaimedSession["run"];
let outcomeAfter: ClaimedSession["outcomeAfter"];

beforeEach(async () => {
  ({ fleet, claim, run, outcomeAfter } = await claimSession());
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
    const other = new PureFleet({
      issues: [{ body: "Depends on #2" }, { labels: [], trigger: undefined }],
    });
    close(other.world, 2);
    const claimed = await nextClaim(other);
    reopen(other.world, 2);

    const { result } = await runClaim(other, claimed);

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
    const machine = { runner: "mac-1-3", git: undefined, aheadSeconds: 9_000, os: "Linux" };

    const { result } = await fleet.session(claim, { workspace, agent: new PureAgent(), machine });

    expect(result.detail).toMatch(
      /^The runner mac-1-3 cannot work: git was not found .*\nThe clock/,
    );
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
