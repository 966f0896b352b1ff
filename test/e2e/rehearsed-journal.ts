import { beforeAll, describe, expect, it } from "vitest";

import type { FinishedRehearsal } from "./finished-rehearsal.ts";
import { foldCommits, type JournalCommit } from "./journal-commits.ts";
import { overlaps, type ReadBack } from "./read-back.ts";
import { isGitTrue, readGit } from "./read-git.ts";
import type { RehearsalDocument } from "./rehearsal-document.ts";
import { DELIVERED, NEEDS_HUMAN, SAMPLE, UNTOUCHED } from "./sample-issues.ts";

/** What the rehearsal recorded in the journal. */
export function describeJournal(finished: () => FinishedRehearsal): void {
  describe("the journal", () => {
    let rehearsal: RehearsalDocument;
    let commits: readonly JournalCommit[];
    let shown: ReadBack;
    let claims: FinishedRehearsal["claims"];
    let headOf: FinishedRehearsal["headOf"];

    beforeAll(() => {
      ({ rehearsal, commits, shown, claims, headOf } = finished());
    });

    it("has the tree after every commit that the fold of its events has", () => {
      const states = foldCommits(commits);

      for (const [index, { tree }] of commits.entries()) {
        expect(tree).toEqual(states[index]);
      }
    });

    it("counts its events up by one, in one line of commits", async () => {
      const { repository } = rehearsal.where;
      const merges = await readGit(repository, "rev-list", "--merges", "refs/water-spider/journal");

      expect(commits.map(({ event }) => event.seq)).toEqual(commits.map((_, index) => index + 1));
      expect(merges).toBe("");
    });

    it("starts every issue that was worked on once, and no other [F05]", () => {
      const worked = [...DELIVERED, ...NEEDS_HUMAN].map(({ number }) => number);

      expect(
        claims()
          .map(({ issue }) => issue)
          .toSorted(byNumber),
      ).toEqual(worked.toSorted(byNumber));
      expect(claims().every(({ attempt, delivery }) => attempt === 1 && delivery === 1)).toBe(true);
    });

    it("never holds more than five claims whose session runs, nor two of one slot [F47, F101]", async () => {
      const sessions = await shown.sessions(claims());

      for (const one of sessions) {
        const atOnce = sessions.filter((other) => overlaps(one, other));
        expect(atOnce.length).toBeLessThanOrEqual(5);
        expect(atOnce.filter(({ slot }) => slot === one.slot)).toEqual([one]);
      }
    });

    it("starts no issue before the work it waits for is in its base [F35, F36, F42]", async () => {
      const { repository } = rehearsal.where;
      for (const { issue, baseSha } of claims()) {
        const blockers = SAMPLE.issues.find(({ number }) => number === issue)?.blockedBy ?? [];
        for (const number of blockers) {
          const isIn = await isGitTrue(
            repository,
            "merge-base",
            "--is-ancestor",
            headOf({ number }),
            baseSha,
          );
          expect([issue, number, isIn]).toEqual([issue, number, true]);
        }
      }
    });

    it("tells for each issue how its delivery ended", () => {
      const tip = commits.at(-1)?.tree;
      for (const { number } of DELIVERED) {
        const record = tip?.issues.get(number);
        expect(record).toMatchObject({ ended: "completed", attempts: 1, claim: undefined });
        expect(record?.result).toMatchObject({ outcome: "delivered", score: 89 });
      }
      for (const { number } of NEEDS_HUMAN) {
        expect(tip?.issues.get(number)).toMatchObject({
          ended: undefined,
          result: { outcome: "needs-human", cause: "checks-failed" },
        });
      }
      expect(tip?.history).toHaveLength(DELIVERED.length);
    });

    it("has no event about the issue that nobody asked an agent to do", () => {
      const subjects = JSON.stringify(commits.map(({ event }) => event.fact));
      for (const { number } of UNTOUCHED) {
        expect(commits.at(-1)?.tree.issues.has(number)).toBe(false);
        expect(subjects).not.toContain(`"issue":${number},`);
      }
    });

    it("is readable as a log", async () => {
      const log = await readGit(
        rehearsal.where.repository,
        "log",
        "--format=%s",
        "refs/water-spider/journal",
      );

      expect(log).toMatch(/^dispatched: #\d+ on mac-[12]\/\d, attempt 1/m);
      expect(log).toMatch(/^delivered: #\d+, score 89$/m);
      expect(log).toMatch(/^completed: #\d+/m);
    });
  });
}

function byNumber(a: number, b: number): number {
  return a - b;
}
