import { beforeEach, describe, expect, it } from "vitest";

import { RefMovedError } from "../../../src/ports/journal.ts";
import { approval, JournalRemote } from "./journal-remote.ts";

describe("a branch that lands together with an event", () => {
  let remote: JournalRemote;

  beforeEach(async () => {
    remote = await JournalRemote.create();
  });

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
      ref: "refs/heads/feature/issue-12",
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
        ref: "refs/heads/feature/issue-12",
        sha,
        expected: how === "exists already" ? undefined : "d".repeat(40),
      });

      await expect(appended).rejects.toThrow(RefMovedError);
      expect(await remote.tip()).toBeUndefined();
      expect(await remote.tip("refs/heads/feature/issue-12")).toBe(theirs);
    },
  );

  it("leaves a branch where it is, and holds its lease all the same [E29a]", async () => {
    const sha = await aCommit("a person's");
    await remote.git.run(["update-ref", "refs/heads/work", sha]);
    const journal = await writerWith(sha);
    const alongside = { ref: "refs/heads/work", sha, expected: sha };

    await journal.append(() => approval(12), alongside);
    const later = await aCommit("pushed later");
    await remote.git.run(["update-ref", "refs/heads/work", later]);
    const appended = journal.append(() => approval(13), alongside);

    await expect(appended).rejects.toThrow(RefMovedError);
    expect(await remote.tip("refs/heads/work")).toBe(later);
    expect(await remote.listSubjects()).toEqual(["approved: #12 by octocat"]);
  });

  it("is not confused by a branch whose name ends in the same way", async () => {
    const sha = await aCommit();
    await remote.git.run(["update-ref", "refs/heads/work", sha]);
    await remote.git.run(["update-ref", "refs/heads/refs/heads/feature/issue-12", sha]);
    const journal = await writerWith(sha);

    const appended = await journal.append(() => approval(12), {
      ref: "refs/heads/feature/issue-12",
      sha,
      expected: undefined,
    });

    expect(appended?.event.seq).toBe(1);
  });
});
