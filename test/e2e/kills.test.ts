import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { judge } from "../kills/judge.ts";
import type { KillPoint } from "../kills/kill-switch.ts";
import { JOURNAL, KillWorld, REPOSITORY } from "../kills/kill-world.ts";
import { BEFORE_FIRST_WRITE } from "../kills/scenarios.ts";
import { readJournalCommits } from "./journal-commits.ts";
import { readGit } from "./read-git.ts";

const AFTER_THE_CLAIMS: KillPoint = {
  at: "request",
  jobPattern: "/ plan$",
  counts: "writes",
  number: 2,
  when: "after",
};
const AFTER_THE_COMMAND: KillPoint = {
  at: "request",
  jobPattern: "/ command$",
  counts: "writes",
  number: 1,
  when: "after",
};

const jobs = v.object({
  jobs: v.array(v.object({ name: v.string(), conclusion: v.string() })),
});

/** One history in which every action is killed once, with SIGKILL, and nobody repairs anything. */
describe("each action killed at a bad moment", () => {
  let world: KillWorld;
  let issue: number;
  const killed: (string | undefined)[] = [];

  /** Does something, waits for the end of all that it starts, and notes what was killed. */
  async function killDuring(point: KillPoint, work: () => Promise<void>): Promise<void> {
    await world.kills.arm(point);
    await work();
    await world.engine.whenIdle();
    killed.push(await world.kills.disarm());
  }

  beforeAll(async () => {
    world = await KillWorld.open();
    issue = await world.addIssue("Add a line", "Add a line to `done.txt`.");
    await killDuring(AFTER_THE_CLAIMS, () => world.trigger(issue));
    await killDuring({ at: "stage", stage: "agent" }, () => world.tick());
    await killDuring(AFTER_THE_COMMAND, () => world.command("start 9"));
    await world.advance();
    await killDuring(BEFORE_FIRST_WRITE, () => world.tick());
    await world.untilQuiet({
      merges: false,
      isDone: ({ pullRequests }) => pullRequests.has(issue),
    });
  });

  afterAll(async () => {
    await world.close();
  });

  it("was killed there: dispatch, run-session, command, finalize", () => {
    expect(killed).toEqual([
      "water-spider / plan: git git-receive-pack",
      "agent",
      "water-spider / command: git git-receive-pack",
      "water-spider / i1 / finalize: git git-receive-pack",
    ]);
  });

  it("loses nothing and does nothing twice: one branch, pull request, comment, label [F10]", async () => {
    const verdict = await judge(world, { end: "delivered", maxAttempts: 2 });

    expect(verdict).toEqual({ duplicates: [], lost: [] });
  });

  it("counts only the session that was killed as an attempt, and repeats only the dead finalize [F10, F14]", async () => {
    const log = await readGit(world.bare, "log", "--reverse", "--format=%s", JOURNAL);

    expect(log.split("\n")).toEqual([
      "approved: #1 by maintainer",
      "dispatched: #1 on mac-1/1, attempt 1",
      "returned: #1",
      "dispatched: #1 on mac-1/1, attempt 1",
      "retry: #1",
      "target: 9 by maintainer",
      "dispatched: #1 on mac-1/1, attempt 2",
      "finalize again: #1",
      "delivered: #1, score 89",
    ]);
  });

  it("shows the delivery in a second attempt of its run, with the session taken over", async () => {
    const facts = (await readJournalCommits(world.bare)).map(({ event }) => event.fact);
    const claims = facts.flatMap((fact) => (fact.type === "dispatched" ? fact.claims : []));
    const list = async (attempt: number): Promise<unknown> => {
      const run = `/repos/${REPOSITORY}/actions/runs/${claims.at(-1)?.runId}`;
      const path = `${run}/attempts/${attempt}/jobs`;
      const listed = await world.maintainer.request("GET", path, jobs);
      return Object.fromEntries(
        listed.jobs.map(({ name, conclusion }) => [
          name.replace("water-spider / ", ""),
          conclusion,
        ]),
      );
    };

    const before = { command: "skipped", plan: "success", "i1 / session": "success" };
    expect(await list(1)).toEqual({ ...before, "i1 / finalize": "failure", settle: "success" });
    expect(await list(2)).toEqual({ ...before, "i1 / finalize": "success", settle: "skipped" });
  });
});
