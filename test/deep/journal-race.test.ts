import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type EmbeddedGitHub, startEmbeddedGitHub } from "../../local/github/embedded-github.ts";
import { GitJournal } from "../../src/adapters/git/git-journal.ts";
import { Git } from "../../src/adapters/git/git.ts";
import type { JournalFact } from "../../src/core/journal/events.ts";
import type { Claim, JournalState } from "../../src/core/journal/records.ts";
import { planTick } from "../../src/core/plan/plan.ts";
import { claimsFact } from "../../src/core/plan/tick-facts.ts";
import type { TickPlan } from "../../src/core/plan/tick-plan.ts";
import { aPlanInput, anIssue, CONFIGURATION, HEAD_SHA, NOW } from "../arbitraries/plan.ts";

const DISPATCHERS = 8;
const ROUNDS = 200;
const ISSUES = 12;
const REPOSITORY = "pocket-labs/race";

/** Eight dispatchers, each with a snapshot of its own, push their claims at the same moment. */
describe("dispatchers racing through real git over HTTP", () => {
  let folder: string;
  let github: EmbeddedGitHub;
  let journals: readonly GitJournal[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "water-spider-race-"));
    github = await startEmbeddedGitHub({ dataDirectory: join(folder, "github") });
    await github.addUser({ login: "maintainer", token: "maintainer-token" });
    await github.addRepository({
      owner: "pocket-labs",
      name: "race",
      private: true,
      files: { "README.md": "Race.\n" },
      collaborators: { maintainer: "admin" },
    });
    journals = await Promise.all(
      Array.from({ length: DISPATCHERS }, async (_, index) => await openJournal(index + 1)),
    );
  });

  afterAll(async () => {
    await github.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function openJournal(runId: number): Promise<GitJournal> {
    const cwd = join(folder, `dispatcher-${runId}`);
    await mkdir(cwd);
    const git = new Git({ cwd, token: "maintainer-token", serverUrl: github.apiUrl });
    await git.run(["init", "--quiet", "--bare", "."]);
    return new GitJournal({
      git,
      remoteUrl: `${github.apiUrl}/${REPOSITORY}.git`,
      ref: "refs/water-spider/journal",
      run: { runId, runAttempt: 1 },
      clock: () => new Date(),
      newNonce: randomUUID,
      random: Math.random,
      sleep: (ms) => sleep(ms),
    });
  }

  it(`claims each issue once, never more than five, never two on a slot, in ${ROUNDS} rounds [F01, F03, F101]`, async () => {
    const [first] = journals;
    await first?.append(() => approveAll());
    const started = new Map<number, number>();

    for (let round = 0; round < ROUNDS; round += 1) {
      const before = await first?.read();
      const landed = await Promise.all(
        journals.map(
          async (journal, index) => await dispatch(journal, index, before, hourOf(round)),
        ),
      );
      for (const claim of landed.flat()) {
        started.set(claim.issue, (started.get(claim.issue) ?? 0) + 1);
      }
      const claims = liveClaims(await first?.read());
      expect(claims.length).toBeLessThanOrEqual(5);
      expect(new Set(claims.map(({ slot }) => slot)).size).toBe(claims.length);
      expect(new Set(landed.flat().map(({ issue }) => issue)).size).toBe(landed.flat().length);
      await finishSome(first, claims, round);
    }

    expect([...started.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(ROUNDS);
  });
});

function approveAll(): JournalFact {
  return {
    type: "approved",
    approvals: Array.from({ length: ISSUES }, (_, index) => {
      const { number, textHash } = anIssue({ number: index + 1 });
      return { issue: number, by: "wren", at: NOW, textHash, restarts: false };
    }),
  };
}

async function dispatch(
  journal: GitJournal,
  index: number,
  seen: JournalState | undefined,
  now: string,
): Promise<readonly Claim[]> {
  const tick = snapshotOf(index, seen, now);
  const conditions = {
    configuration: CONFIGURATION,
    now,
    headSha: HEAD_SHA,
    credential: "present",
    busySlots: tick.busySlots,
    judgedClaims: new Set(tick.judgedClaims),
    apiRemaining: undefined,
  } as const;
  const stamp = {
    runId: index + 1,
    runAttempt: 1,
    at: now,
    baseSha: HEAD_SHA,
    newNonce: randomUUID,
  };
  const appended = await journal.append((tip) => claimsFact(tick, tip, conditions, stamp));
  const fact = appended?.event.fact;
  return fact?.type === "dispatched" ? fact.claims : [];
}

/** Each dispatcher sees other issues, so that their plans disagree on who takes which slot. */
function snapshotOf(index: number, seen: JournalState | undefined, now: string): TickPlan {
  const numbers = Array.from({ length: ISSUES }, (_, offset) => ((index + offset) % ISSUES) + 1);
  const issues = numbers.slice(0, 7).map((number) => anIssue({ number }));
  const input = aPlanInput({ issues });
  const claims = liveClaims(seen);
  const busySlots = claims.map(({ slot }) => slot);
  const liveClaimsByIssue = new Map(claims.map((claim) => [claim.issue, claim]));
  const journal = seen ?? input.journal;
  const plan = planTick({ ...input, now, journal, busySlots, liveClaims: liveClaimsByIssue });
  return {
    v: 1,
    repository: input.observation.repository,
    configuration: CONFIGURATION,
    plan,
    deaths: [],
    endings: [],
    stops: [],
    reruns: [],
    spentRefs: [],
    journalSeq: 0,
    rewind: undefined,
    pause: undefined,
    repairs: [],
    apiRemaining: undefined,
    busySlots,
    servedAgain: [],
    kept: [],
    offlineSlots: [],
    judgedClaims: claims.map(({ nonce }) => nonce),
  };
}

function liveClaims(state: JournalState | undefined): readonly Claim[] {
  return [...(state?.issues.values() ?? [])].flatMap(({ claim }) => claim ?? []);
}

/** Rounds are an hour apart: more claims of one issue within an hour would be held as a storm. */
function hourOf(round: number): string {
  return new Date(Date.parse(NOW) + round * 3_600_000).toISOString();
}

/** Gives back some claims, others stay: the next round meets a fleet that is half busy. */
async function finishSome(
  journal: GitJournal | undefined,
  claims: readonly Claim[],
  round: number,
): Promise<void> {
  for (const { issue, nonce } of claims.filter((_, index) => (index + round) % 2 === 0)) {
    await journal?.append(() => ({
      type: "result",
      issue,
      claim: nonce,
      result: {
        outcome: "returned",
        cause: "refused",
        detail: "The race goes on.",
        score: undefined,
        headSha: undefined,
        pullRequest: undefined,
        keptSha: undefined,
        at: NOW,
        notBefore: undefined,
        startedAt: undefined,
      },
    }));
  }
}
