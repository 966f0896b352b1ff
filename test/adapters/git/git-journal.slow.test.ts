import { beforeEach, describe, expect, it } from "vitest";

import { JournalIncidentError } from "../../../src/adapters/git/git-journal.ts";
import { GitError } from "../../../src/adapters/git/git.ts";
import type { JournalFact } from "../../../src/core/journal/events.ts";
import type { Claim, HistoryEntry, JournalState } from "../../../src/core/journal/records.ts";
import { BranchMovedError } from "../../../src/ports/journal.ts";
import { JOURNAL_REF, JournalRemote, LostAnswerGit, OvertakenGit } from "./journal-remote.ts";

const AT = "2026-11-20T10:00:00Z";

function approval(issue: number): JournalFact {
  return {
    type: "approved",
    approvals: [{ issue, by: "octocat", at: AT, textHash: "a".repeat(64), restarts: false }],
  };
}

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
    const clock = (): Date => new Date(AT);
    const first = await remote.newWriter({ clock });
    const second = await remote.newWriter({ clock });

    await Promise.all([
      first.append(() => ({ type: "resumed", by: undefined })),
      second.append(() => ({ type: "resumed", by: undefined })),
    ]);

    expect(await remote.listSubjects()).toEqual(["resumed", "resumed"]);
    expect((await first.read()).seq).toBe(2);
  });

  it("never gives out more than five claims, no slot and no issue twice: 8 writers, 20 rounds [F01, F101]", async () => {
    const slots = ["mac-1/1", "mac-1/2", "mac-1/3", "mac-2/1", "mac-2/2"];
    const writers = await Promise.all(Array.from({ length: 8 }, () => remote.newWriter()));
    const won: string[] = [];

    for (let round = 0; round < 20; round += 1) {
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
    };
  }

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

  describe("with a branch that lands together with an event", () => {
    async function aCommit(message = "work"): Promise<string> {
      const tree = await remote.git.run(["mktree"], "");
      return await remote.git.run(["commit-tree", tree, "-m", message]);
    }

    async function writerWith(sha: string) {
      const git = await remote.newRepository("finalize");
      await git.run(["fetch", "--quiet", remote.url, "refs/heads/work"]);
      expect(await git.run(["rev-parse", "FETCH_HEAD"])).toBe(sha);
      return await remote.newWriter({ git });
    }

    it("pushes both [W19]", async () => {
      const sha = await aCommit();
      await remote.git.run(["update-ref", "refs/heads/work", sha]);
      const journal = await writerWith(sha);

      await journal.append(() => approval(12), {
        branch: "feature/issue-12",
        sha,
        expected: undefined,
      });

      expect(await remote.tip("refs/heads/feature/issue-12")).toBe(sha);
      expect((await journal.read()).seq).toBe(1);
    });

    it.each(["exists already", "is somewhere else"])(
      "pushes neither when the branch %s, and says so [F10]",
      async (how) => {
        const sha = await aCommit();
        await remote.git.run(["update-ref", "refs/heads/work", sha]);
        const theirs = await aCommit("theirs");
        await remote.git.run(["update-ref", "refs/heads/feature/issue-12", theirs]);
        const journal = await writerWith(sha);

        const appended = journal.append(() => approval(12), {
          branch: "feature/issue-12",
          sha,
          expected: how === "exists already" ? undefined : "d".repeat(40),
        });

        await expect(appended).rejects.toThrow(BranchMovedError);
        expect(await remote.tip()).toBeUndefined();
        expect(await remote.tip("refs/heads/feature/issue-12")).toBe(theirs);
      },
    );

    it("is not confused by a branch whose name ends in the same way", async () => {
      const sha = await aCommit();
      await remote.git.run(["update-ref", "refs/heads/work", sha]);
      await remote.git.run(["update-ref", "refs/heads/refs/heads/feature/issue-12", sha]);
      const journal = await writerWith(sha);

      const appended = await journal.append(() => approval(12), {
        branch: "feature/issue-12",
        sha,
        expected: undefined,
      });

      expect(appended?.event.seq).toBe(1);
    });
  });

  describe("when somebody wrote to the ref", () => {
    it("holds everything when the journal was rewound [F109]", async () => {
      const journal = await remote.newWriter();
      await journal.append(() => approval(12));
      const first = await remote.tip();
      await journal.append(() => approval(13));
      await remote.git.run(["update-ref", JOURNAL_REF, first ?? ""]);

      await expect(journal.read()).rejects.toThrow(JournalIncidentError);
      await expect(journal.append(() => approval(14))).rejects.toThrow(/rewound from event 2 to 1/);
      expect(await remote.tip()).toBe(first);
    });

    it("holds everything when the last event was replaced by another [F109]", async () => {
      const journal = await remote.newWriter();
      await journal.append(() => approval(12));
      const first = await remote.tip();
      await journal.append(() => approval(13));
      await remote.git.run(["update-ref", JOURNAL_REF, first ?? ""]);
      await (await remote.newWriter()).append(() => approval(66));

      await expect(journal.read()).rejects.toThrow(JournalIncidentError);
    });

    it("holds everything when the journal vanished [F109]", async () => {
      const journal = await remote.newWriter();
      await journal.append(() => approval(12));
      await remote.git.run(["update-ref", "-d", JOURNAL_REF]);

      await expect(journal.append(() => approval(13))).rejects.toThrow(/vanished after event 1/);
      expect(await remote.tip()).toBeUndefined();
    });

    it("refuses a journal without fleet.json, and an empty one [F109]", async () => {
      await remote.forge(new Map([["README.md", "hello"]]));
      await expect((await remote.newWriter()).read()).rejects.toThrow(/has no fleet\.json/);

      await remote.forge(new Map());
      await expect((await remote.newWriter()).read()).rejects.toThrow(JournalIncidentError);
    });

    it("refuses a fleet record that cannot be read", async () => {
      await remote.forge(new Map([["fleet.json", Buffer.from([0xff, 0xfe, 0x00])]]));

      await expect((await remote.newWriter()).read()).rejects.toThrow(JournalIncidentError);
    });

    it("holds the one issue whose record is no UTF-8, and goes on with the others [N04]", async () => {
      const journal = await remote.newWriter();
      await journal.append(() => approval(12));
      await journal.append(() => approval(13));
      await remote.plant("issues/12/12.json", Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));

      const reader = await remote.newWriter();
      const state = await reader.read();
      const appended = await reader.append(() => approval(13));

      expect([...state.unreadable.keys()]).toEqual([12]);
      expect([...state.issues.keys()]).toEqual([13]);
      expect([...(appended?.state.unreadable.keys() ?? [])]).toEqual([12]);
    });

    it("reads paths and texts as they are, whatever characters they hold", async () => {
      const journal = await remote.newWriter();
      await journal.append(() => approval(12));
      await remote.plant("history/ä\tö.txt", Buffer.from("x\0y\n"));

      const state = await (await remote.newWriter()).read();

      expect([...state.issues.keys()]).toEqual([12]);
    });
  });

  it("says that the remote cannot be reached, which is not an empty journal [F22]", async () => {
    const journal = await remote.newWriter({ remoteUrl: `file://${remote.directory}/nothing.git` });

    await expect(journal.read()).rejects.toThrow(GitError);
  });
});
