import { beforeEach, describe, expect, it } from "vitest";

import { checkCommits } from "../../../scripts/journal/check-commits.ts";
import { readJournalCommits } from "../../../scripts/journal/journal-commits.ts";
import { GitError } from "../../../src/adapters/git/git.ts";
import type { JournalFact } from "../../../src/core/journal/events.ts";
import type {
  Claim,
  HistoryEntry,
  JournalState,
  Result,
} from "../../../src/core/journal/records.ts";
import { approval, JournalRemote, LostAnswerGit, OvertakenGit } from "./journal-remote.ts";

const AT = "2026-11-20T10:00:00Z";

function aClaim(issue: number, slot: string, runId: number): Claim {
  return {
    issue,
    attempt: 1,
    delivery: 1,
    runId,
    runAttempt: 1,
    slot,
    machine: "mac-1",
    textHash: "a".repeat(64),
    baseSha: "b".repeat(40),
    configurationSha: "c".repeat(40),
    at: AT,
    nonce: `claim-${runId}-${issue}`,
    finalizeAgainAt: undefined,
    finalizeAgainIn: undefined,
  };
}

function aDelivery(issue: number): HistoryEntry {
  return {
    issue,
    delivery: 1,
    attempts: 1,
    ended: "completed",
    at: AT,
    outcome: "delivered",
    score: 89,
    pullRequest: undefined,
    sessionSeconds: 60,
    kind: undefined,
    branchSha: undefined,
  };
}

function aResult(): Result {
  return {
    startedAt: AT,
    at: AT,
    outcome: "delivered",
    detail: "The checks are green.",
    cause: undefined,
    score: 89,
    headSha: "d".repeat(40),
    pullRequest: { isDraft: false, title: "fix: keep it" },
    keptSha: undefined,
    notBefore: undefined,
  };
}

/** Claims an issue that nobody holds. */
function claimOf(issue: number, runId: number, tip: JournalState): JournalFact | undefined {
  return tip.issues.get(issue)?.claim === undefined
    ? { type: "dispatched", claims: [aClaim(issue, "mac-1/1", runId)] }
    : undefined;
}

function liveClaims({ issues }: JournalState): readonly Claim[] {
  return [...issues.values()].flatMap(({ claim }) => claim ?? []);
}

describe("GitJournal", () => {
  let remote: JournalRemote;

  beforeEach(async () => {
    remote = await JournalRemote.create();
  });

  it("is empty before the first event", async () => {
    const journal = await remote.newWriter();

    const state = await journal.read();

    expect(state).toMatchObject({ seq: 0, history: [] });
    expect(await remote.tip()).toBeUndefined();
  });

  it("writes the first event, which every other reader sees [D1]", async () => {
    const journal = await remote.newWriter();

    const appended = await journal.append(() => approval(12));

    const read = await (await remote.newWriter()).read();
    expect(appended?.event).toMatchObject({ seq: 1, stamp: { runId: 1, runAttempt: 1 } });
    expect(read).toEqual(appended?.state);
    expect(await remote.listSubjects()).toEqual(["approved: #12 by octocat"]);
  });

  it("appends one commit per event, each on the one before", async () => {
    const journal = await remote.newWriter();

    await journal.append(() => approval(12));
    await journal.append(() => approval(13));
    const last = await journal.append(() => ({ type: "resumed", by: "octocat" }));

    expect(last?.state.seq).toBe(3);
    expect(await remote.listSubjects()).toEqual([
      "resumed by octocat",
      "approved: #13 by octocat",
      "approved: #12 by octocat",
    ]);
    expect([...(await journal.read()).issues.keys()]).toEqual([12, 13]);
  });

  it("takes finished work out of the tree, and keeps its line [W12]", async () => {
    const journal = await remote.newWriter();
    await journal.append(() => approval(12));
    await journal.append(() => approval(13));
    await journal.append(() => ({ type: "ended", deliveries: [aDelivery(12)] }));

    await journal.append(() => ({ type: "archived", issues: [12], historyFrom: "2026-01" }));
    const kept = await (await remote.newWriter()).read();
    await journal.append(() => ({ type: "archived", issues: [], historyFrom: "2027-01" }));
    const forgotten = await (await remote.newWriter()).read();

    expect([...kept.issues.keys()]).toEqual([13]);
    expect(kept.history.map(({ issue }) => issue)).toEqual([12]);
    expect(forgotten.history).toEqual([]);
  });

  it("writes trees that are the fold of the messages, byte for byte, whatever the order of keys [D1]", async () => {
    const journal = await remote.newWriter();
    const claim = aClaim(12, "mac-1/1", 1);
    const { nonce, attempt, ...rest } = claim;
    const facts: readonly JournalFact[] = [
      approval(12),
      { claims: [{ nonce, ...rest, attempt }], type: "dispatched" },
      { type: "result", result: aResult(), claim: nonce, issue: 12 },
      { type: "ended", deliveries: [aDelivery(12)] },
      approval(12),
    ];

    for (const fact of facts) {
      await journal.append(() => fact);
    }

    const tip = (await remote.tip()) ?? "";
    const checked = await checkCommits(readJournalCommits(`${remote.directory}/remote.git`, tip));
    expect(checked).toEqual({ events: 5, issues: 1, differences: [] });
  });

  it("writes nothing when there is nothing to decide", async () => {
    const journal = await remote.newWriter();

    expect(await journal.append(() => undefined)).toBeUndefined();
    expect(await remote.tip()).toBeUndefined();
  });

  it("refuses to write an event that nobody could read again", async () => {
    const journal = await remote.newWriter();
    const fact: JournalFact = { type: "retry-requested", issue: 0, by: "octocat" };

    await expect(journal.append(() => fact)).rejects.toThrow("cannot be journalled");
    expect(await remote.tip()).toBeUndefined();
  });

  it("decides again on the new tip when another writer was faster [F01]", async () => {
    const fast = await remote.newWriter();
    await fast.append(() => approval(12));
    const path = await remote.newRepositoryPath("slow");
    // The other one claims after this one has decided, and before it pushes.
    const git = new OvertakenGit(path, () => fast.append((tip) => claimOf(12, 2, tip)));
    const slow = await remote.newWriter({ git });
    const seen: number[] = [];

    const appended = await slow.append((tip) => {
      seen.push(tip.seq);
      return claimOf(12, 1, tip);
    });

    expect(seen).toEqual([1, 2]);
    expect(appended).toBeUndefined();
    expect((await slow.read()).issues.get(12)?.claim?.runId).toBe(2);
  });

  it("makes two events of equal facts of two writers [F02]", async () => {
    const first = await remote.newWriter({ clock: () => new Date(AT) });
    const second = await remote.newWriter({ clock: () => new Date(AT) });

    await Promise.all([
      first.append(() => ({ type: "resumed", by: undefined })),
      second.append(() => ({ type: "resumed", by: undefined })),
    ]);

    expect(await remote.listSubjects()).toEqual(["resumed", "resumed"]);
    expect((await first.read()).seq).toBe(2);
  });

  it("never gives out more than five claims, no slot and no issue twice: 8 writers, 10 rounds [F01, F101]", async () => {
    const slots = ["mac-1/1", "mac-1/2", "mac-1/3", "mac-2/1", "mac-2/2"];
    const writers = await Promise.all(Array.from({ length: 8 }, () => remote.newWriter()));
    const won: string[] = [];

    for (let round = 0; round < 10; round += 1) {
      const races = writers.map(async (writer, index) => {
        // Each has seen other issues, and wants up to two slots.
        const wanted = [round * 20 + index + 1, round * 20 + ((index + 1) % 8) + 1];
        const appended = await writer.append((tip) => {
          const live = liveClaims(tip);
          const free = slots.filter((slot) => !live.some((claim) => claim.slot === slot));
          const claims = wanted
            .filter((issue) => tip.issues.get(issue)?.claim === undefined)
            .flatMap((issue, at) => {
              const slot = free[at];
              return slot === undefined ? [] : [aClaim(issue, slot, index + 1)];
            });
          return claims.length === 0 ? undefined : { type: "dispatched", claims };
        });
        return appended?.event.fact.type === "dispatched" ? appended.event.fact.claims : [];
      });
      const claimed = (await Promise.all(races)).flat();

      const state = await (writers[0] ?? (await remote.newWriter())).read();
      const live = liveClaims(state);
      expect(live.length).toBe(5);
      expect(new Set(live.map(({ slot }) => slot)).size).toBe(5);
      expect(claimed.map(({ nonce }) => nonce).toSorted()).toEqual(
        live.map(({ nonce }) => nonce).toSorted(),
      );
      won.push(...claimed.map(({ issue }) => `${round}:${issue}`));
      const ended = live.map(({ issue }) => aDelivery(issue));
      await (writers[round % 8] ?? (await remote.newWriter())).append(() => ({
        type: "ended",
        deliveries: ended,
      }));
    }

    expect(new Set(won).size).toBe(won.length);
  });

  it("settles a push whose answer was lost by reading the ref [F02]", async () => {
    const path = await remote.newRepositoryPath("lost");
    const git = new LostAnswerGit(path, 1);
    const journal = await remote.newWriter({ git });

    const appended = await journal.append((tip) => (tip.seq === 0 ? approval(12) : approval(99)));

    expect(appended?.event.seq).toBe(1);
    expect(await remote.listSubjects()).toEqual(["approved: #12 by octocat"]);
  });

  it("settles it also when others have appended since [F02]", async () => {
    const path = await remote.newRepositoryPath("lost");
    const other = await remote.newWriter();
    const git = new LostAnswerGit(path, 1, async () => {
      await other.append(() => approval(50));
      await other.append(() => approval(51));
    });
    const journal = await remote.newWriter({ git });

    const appended = await journal.append((tip) =>
      tip.issues.get(12)?.approval === undefined ? approval(12) : undefined,
    );

    expect(appended?.event).toMatchObject({ seq: 1, fact: { approvals: [{ issue: 12 }] } });
    expect(await remote.listSubjects()).toHaveLength(3);
  });

  it("settles a push that was called refused and had landed [F02]", async () => {
    const path = await remote.newRepositoryPath("lost");
    const other = await remote.newWriter();
    const refused = Buffer.from("!\tHEAD:refs/x\t[remote rejected] (cannot lock ref)\n");
    const git = new LostAnswerGit(path, 1, () => other.append(() => approval(50)), refused);
    const journal = await remote.newWriter({ git });

    const appended = await journal.append(() => approval(12));

    expect(appended?.event.seq).toBe(1);
    expect(await remote.listSubjects()).toEqual([
      "approved: #50 by octocat",
      "approved: #12 by octocat",
    ]);
  });

  it("decides what it lost on a tip that is read after the wait, not before it [F01]", async () => {
    const other = await remote.newWriter();
    await other.append(() => approval(12));
    const path = await remote.newRepositoryPath("slow");
    const git = new OvertakenGit(path, () => other.append(() => approval(13)));
    const slow = await remote.newWriter({
      git,
      sleep: async () => {
        await other.append(() => approval(14));
      },
    });
    const seen: number[] = [];

    await slow.append((tip) => {
      seen.push(tip.seq);
      return approval(15);
    });

    expect(seen).toEqual([1, 3]);
  });

  it("waits at most twice as long as an attempt takes, and never more than two seconds", async () => {
    let nowMs = Date.parse(AT);
    const waits: number[] = [];
    const stepMs = [10, 100_000];
    for (const step of stepMs) {
      const other = await remote.newWriter();
      const path = await remote.newRepositoryPath(`slow-${step}`);
      const git = new OvertakenGit(path, () => other.append(() => approval(13)));
      const slow = await remote.newWriter({
        git,
        clock: () => new Date((nowMs += step)),
        random: () => 0.5,
        sleep: async (ms) => {
          waits.push(ms);
        },
      });
      await slow.append(() => approval(15)).catch(() => undefined);
    }

    expect(waits).toEqual([20, 1_000]);
  });

  it("gives up after a minute of refused pushes and says what the last one said", async () => {
    await remote.git.run(["config", "receive.denyDeletes", "true"]);
    await remote.git.run(["config", "transfer.hideRefs", "refs/water-spider"]);
    let nowMs = Date.parse(AT);
    const journal = await remote.newWriter({
      clock: () => new Date((nowMs += 20_000)),
      sleep: async () => undefined,
    });

    await expect(journal.append(() => approval(12))).rejects.toThrow(/took no event for 60 s/);
  });

  it("says that the remote cannot be reached, which is not an empty journal [F22]", async () => {
    const journal = await remote.newWriter({ remoteUrl: `file://${remote.directory}/nothing.git` });

    await expect(journal.read()).rejects.toThrow(GitError);
  });
});
