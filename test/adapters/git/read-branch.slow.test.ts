import { beforeEach, describe, expect, it } from "vitest";

import { readBranch, tryReadRef } from "../../../src/adapters/git/read-branch.ts";
import { JournalRemote } from "./journal-remote.ts";

describe("where a ref is on the server", () => {
  let remote: JournalRemote;

  beforeEach(async () => {
    remote = await JournalRemote.create();
  });

  async function aRef(ref: string): Promise<string> {
    const tree = await remote.git.run(["mktree"], "");
    const sha = await remote.git.run(["commit-tree", tree, "-m", ref]);
    await remote.git.run(["update-ref", ref, sha]);
    return sha;
  }

  it.each(["refs/heads/main", "refs/water-spider/wip/12"])(
    "is told of %s, whatever else ends with that name [N35]",
    async (ref) => {
      await aRef(`refs/heads/a/${ref}`);
      const sha = await aRef(ref);

      expect(await tryReadRef(remote.git, remote.url, ref)).toBe(sha);
    },
  );

  it("is nowhere for a ref that does not exist, also when another ends with its name", async () => {
    await aRef("refs/heads/a/refs/heads/main");

    expect(await tryReadRef(remote.git, remote.url, "refs/heads/main")).toBeUndefined();
  });

  it("is an error for a branch that must exist", async () => {
    await expect(readBranch(remote.git, remote.url, "main")).rejects.toThrow(
      "The branch main does not exist.",
    );
  });
});
