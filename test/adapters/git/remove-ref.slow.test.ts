import { beforeEach, describe, expect, it } from "vitest";

import { GitError } from "../../../src/adapters/git/git.ts";
import { removeRef } from "../../../src/adapters/git/remove-ref.ts";
import { JournalRemote } from "./journal-remote.ts";

const BRANCH = "refs/heads/feature/issue-12";

describe("removeRef", () => {
  let remote: JournalRemote;

  beforeEach(async () => {
    remote = await JournalRemote.create();
  });

  async function aBranch(message = "work"): Promise<string> {
    const tree = await remote.git.run(["mktree"], "");
    const sha = await remote.git.run(["commit-tree", tree, "-m", message]);
    await remote.git.run(["update-ref", BRANCH, sha]);
    return sha;
  }

  async function remove(sha: string | undefined): Promise<void> {
    await removeRef(await remote.newRepository("plan"), remote.url, { ref: BRANCH, sha });
  }

  it("removes a branch that no other branch contains, as after a squash merge [F97]", async () => {
    await remove(await aBranch());

    expect(await remote.tip(BRANCH)).toBeUndefined();
  });

  it("leaves a branch that somebody pushed to, and says nothing [F97, F69]", async () => {
    const ours = await aBranch();
    const theirs = await aBranch("somebody's work");

    await remove(ours);

    expect(await remote.tip(BRANCH)).toBe(theirs);
  });

  it("takes a ref wherever it is when no commit is named", async () => {
    await aBranch();

    await remove(undefined);

    expect(await remote.tip(BRANCH)).toBeUndefined();
  });

  it.each([undefined, "a".repeat(40)])("finds nothing to do when it is gone (%s)", async (sha) => {
    await expect(remove(sha)).resolves.toBeUndefined();
  });

  it("fails when the server refuses", async () => {
    const sha = await aBranch();
    await remote.git.run(["config", "receive.denyDeletes", "true"]);

    await expect(remove(sha)).rejects.toThrow(GitError);
    expect(await remote.tip(BRANCH)).toBe(sha);
  });
});
