import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type FinishedRehearsal, rehearse } from "./finished-rehearsal.ts";
import { readGit } from "./read-git.ts";
import type { RehearsalDocument } from "./rehearsal-document.ts";
import { describeBranches } from "./rehearsed-branches.ts";
import { describeGitHub } from "./rehearsed-github.ts";
import { describeJournal } from "./rehearsed-journal.ts";
import { BLOCKED, DELIVERED, NEEDS_HUMAN, SAMPLE, UNTOUCHED } from "./sample-issues.ts";

const CANARY = "sk-ant-rehearsal-canary-0000";

let finished: FinishedRehearsal;

beforeAll(async () => {
  finished = await rehearse();
});

afterAll(async () => {
  await finished.remove();
});

describe("the rehearsal's document", () => {
  let rehearsal: RehearsalDocument;
  let exitCode: number | undefined;
  let outcomeOf: FinishedRehearsal["outcomeOf"];

  beforeAll(() => {
    ({ rehearsal, exitCode, outcomeOf } = finished);
  });

  it("says that everything came to the expected end, without an error on the way", () => {
    expect(rehearsal).toMatchObject({ ok: true, mismatches: [], errors: [] });
    expect(exitCode).toBe(0);
  });

  it("lists every issue of the sample with its outcome, in order", () => {
    expect(rehearsal.issues.map(({ number, outcome }) => [number, outcome])).toEqual(
      SAMPLE.issues.map(({ number, expected }) => [number, expected.outcome]),
    );
  });

  it("names what each issue waits for", () => {
    expect(rehearsal.issues.map(({ blockedBy }) => blockedBy)).toEqual(
      SAMPLE.issues.map(({ blockedBy }) => blockedBy),
    );
  });

  it("has one attempt, a score, a pull request and times for what was delivered", () => {
    for (const { number } of DELIVERED) {
      const { attempts, score, pullRequest, startedAt, finishedAt } = outcomeOf(number);
      expect(attempts).toBe(1);
      // Neither security nor documentation is measured here, so nothing can be perfect [F76].
      expect(score).toBe(89);
      expect(pullRequest).toBeGreaterThan(SAMPLE.issues.length);
      expect(Date.parse(finishedAt ?? "")).toBeGreaterThan(Date.parse(startedAt ?? ""));
    }
  });

  it("has neither attempt nor time nor pull request for what never started", () => {
    for (const { number } of [...BLOCKED, ...UNTOUCHED]) {
      expect(outcomeOf(number)).toMatchObject({
        attempts: 0,
        score: null,
        pullRequest: null,
        startedAt: null,
        finishedAt: null,
      });
    }
  });

  it("counts five sessions at once at most, and more than one [F47, F48]", () => {
    expect(rehearsal.maxConcurrentSessions).toBeLessThanOrEqual(5);
    expect(rehearsal.maxConcurrentSessions).toBeGreaterThan(1);
  });

  it("names the real agent that ran", () => {
    expect(rehearsal.agent.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(rehearsal.agent.binary).toMatch(/claude$/);
  });

  it("spends at most ten requests on a delivered issue, ticks apart [F34, W22]", () => {
    const { rest, graphql, contentCreating } = rehearsal.apiRequests;
    const legs = DELIVERED.length + NEEDS_HUMAN.length;

    // How many ticks there are depends on how fast this machine is: both have a budget.
    const ticksApart = rest + graphql - 5 * rehearsal.ticks;
    expect(ticksApart).toBeLessThanOrEqual(6.5 * legs);
    expect(ticksApart / DELIVERED.length).toBeLessThanOrEqual(10);
    // A comment for each leg and a pull request for each delivery; notices are rare.
    expect(contentCreating).toBeLessThanOrEqual(legs + DELIVERED.length + 3);
  });

  it("names commands that a person may copy, and they work", async () => {
    for (const command of rehearsal.where.commands) {
      const [, folder = "", ...args] = command.replace(/^git -C /, "git ").split(" ");
      expect(await readGit(folder, ...args)).not.toBe("");
    }
  });
});

describeBranches(() => finished);
describeJournal(() => finished);
describeGitHub(() => finished);

describe("what is left on the machine", () => {
  let rehearsal: RehearsalDocument;

  beforeAll(() => {
    ({ rehearsal } = finished);
  });

  it("never shows the model's key in a log, an artifact, a comment or a pull request [F72]", async () => {
    const { folder, logs } = rehearsal.where;

    for (const root of [logs, join(folder, "artifacts"), join(folder, "pull-requests")]) {
      for (const file of await listFiles(root)) {
        expect([file, (await readFile(file, "utf8")).includes(CANARY)]).toEqual([file, false]);
      }
    }
    const kept = await readFile(join(folder, "github-snapshot.json"), "utf8");
    expect(kept).not.toContain(CANARY);
  });

  it("is no worktree and no lock of a session that ended", async () => {
    const worktrees = (await listFiles(join(rehearsal.where.folder, "runners"))).filter((file) =>
      file.includes(".worktrees/"),
    );

    expect(worktrees).toEqual([]);
  });
});

async function listFiles(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
