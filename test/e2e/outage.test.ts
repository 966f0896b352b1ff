import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { judge } from "../kills/judge.ts";
import { JOURNAL, KillWorld } from "../kills/kill-world.ts";
import { readJournalCommits } from "./journal-commits.ts";
import { readGit } from "./read-git.ts";

/** Both finalizes of one run die before their first write, and nobody repairs anything. */
describe("an outage of the control runner", () => {
  let world: KillWorld;

  beforeAll(async () => {
    world = await KillWorld.open();
    // One tick is to claim both.
    await world.command("pause");
    for (const title of ["Add a line", "Add another line"]) {
      await world.trigger(await world.addIssue(title, "Add a line to `done.txt`."));
    }
    await world.engine.whenIdle();
    await world.outage.begin();
    let deaths = 0;
    const allDied = world.until((event) => {
      deaths += event.type === "job-finished" && event.name.endsWith(" / finalize") ? 1 : 0;
      return deaths === 2;
    });
    const resumed = world.command("resume");
    await allDied;
    await world.outage.end();
    await resumed;
    await world.untilQuiet({
      merges: false,
      isDone: ({ pullRequests }) => pullRequests.size === 2,
    });
  });

  afterAll(async () => {
    await world.close();
  });

  it("costs no session: each finalize runs again, one after the other [F10, F102]", async () => {
    const log = await readGit(world.bare, "log", "--reverse", "--format=%s", JOURNAL);

    expect(log.split("\n").slice(2)).toEqual([
      "resumed by maintainer",
      "dispatched: #1 on mac-1/1, attempt 1; #2 on mac-1/2, attempt 1",
      "finalize again: #1",
      "delivered: #1, score 89",
      "finalize again: #2",
      "delivered: #2, score 89",
    ]);
  });

  it("gives each an attempt of their run, and the session's work of the first one [F14]", async () => {
    const facts = (await readJournalCommits(world.bare)).map(({ event }) => event.fact);
    const claims = facts.flatMap((fact) => (fact.type === "dispatched" ? fact.claims : []));
    const again = facts.flatMap((fact) => (fact.type === "finalize-again" ? [fact] : []));

    expect(claims.map(({ issue, runAttempt }) => [issue, runAttempt])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(new Set(claims.map(({ runId }) => runId)).size).toBe(1);
    expect(again.map(({ issue, runAttempt }) => [issue, runAttempt])).toEqual([
      [1, 2],
      [2, 3],
    ]);
  });

  it("leaves what is there without it: one branch, pull request, comment, label each [F10]", async () => {
    const verdict = await judge(world, { end: "delivered", maxAttempts: 1 });

    expect(verdict).toEqual({ duplicates: [], lost: [] });
  });
});
