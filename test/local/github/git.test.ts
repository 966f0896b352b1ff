import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { commitFile, git, OfflineGitHub } from "./offline-github.ts";

const JOURNAL = "refs/water-spider/journal";

let hub: OfflineGitHub;

beforeAll(async () => {
  hub = await OfflineGitHub.start();
});
afterAll(async () => {
  await hub.stop();
});

/** Pushes HEAD to the journal if it still is where `expected` says (empty = absent). */
function pushJournal(folder: string, expected: string): Promise<{ readonly code: number }> {
  return git(
    folder,
    "push",
    `--force-with-lease=${JOURNAL}:${expected}`,
    "origin",
    `HEAD:${JOURNAL}`,
  );
}

describe("git over HTTP", () => {
  it("clones, shallow and without blobs, and fetches a single commit by its id", async () => {
    const repository = await hub.repository();
    const remote = hub.remote(repository, "token-of-reader");
    const headSha = (await git(hub.folder, "ls-remote", remote, "HEAD")).stdout.slice(0, 40);
    const sparing = ["--quiet", "--depth=1", "--filter=blob:none", "--no-checkout"];

    const shallow = await git(hub.folder, "clone", ...sparing, remote, "sparing-clone");
    const folder = await hub.clone(repository);
    const single = await git(folder, "fetch", "--quiet", "origin", headSha);

    expect([shallow.code, single.code]).toEqual([0, 0]);
  });

  it("creates a ref outside heads and tags and gives it only to the holder of the lease", async () => {
    const repository = await hub.repository();
    const [one, two] = [await hub.clone(repository), await hub.clone(repository)];
    const first = await commitFile(one, "a", "1");
    await commitFile(two, "a", "2");

    const created = await pushJournal(one, "");
    const lost = await pushJournal(two, "");
    const second = await commitFile(one, "a", "3");
    const moved = await pushJournal(one, first);

    const remote = await git(one, "ls-remote", "origin", JOURNAL);
    expect([created.code, lost.code, moved.code]).toEqual([0, 1, 0]);
    expect(remote.stdout).toBe(`${second}\t${JOURNAL}`);
  });

  it("lets exactly one of several racing pushes win", async () => {
    const repository = await hub.repository();
    const folders = await Promise.all([1, 2, 3, 4].map(() => hub.clone(repository)));
    await Promise.all(folders.map((folder, at) => commitFile(folder, "a", String(at))));

    const outcomes = await Promise.all(folders.map((folder) => pushJournal(folder, "")));

    expect(outcomes.filter((outcome) => outcome.code === 0)).toHaveLength(1);
  });

  it("takes two refs in one atomic push, or neither", async () => {
    const repository = await hub.repository();
    const folder = await hub.clone(repository);
    const sha = await commitFile(folder, "a", "1");
    const refs = [`HEAD:${JOURNAL}`, "HEAD:refs/heads/feature/issue-1"];
    const push = async (expected: string): Promise<number> => {
      const lease = `--force-with-lease=${JOURNAL}:${expected}`;
      return (await git(folder, "push", "--atomic", lease, "origin", ...refs)).code;
    };

    const refused = await push(`${"0".repeat(39)}1`);
    const before = await git(folder, "ls-remote", "origin");
    const taken = await push("");
    const after = await git(folder, "ls-remote", "origin");

    expect([refused, taken]).toEqual([1, 0]);
    expect(before.stdout).not.toContain("feature/issue-1");
    expect(after.stdout).toContain(`${sha}\trefs/heads/feature/issue-1`);
    expect(after.stdout).toContain(`${sha}\t${JOURNAL}`);
  });

  it("refuses whoever lacks the permission", async () => {
    const repository = await hub.repository();
    const reading = await hub.jobToken(repository, { contents: "read" });
    const writing = await hub.jobToken(repository, { contents: "write" });
    const nothing = await hub.jobToken(repository, { issues: "write" });
    const folder = await hub.clone(repository, reading);
    await commitFile(folder, "a", "1");
    const push = async (token: string): Promise<number> =>
      (await git(folder, "push", hub.remote(repository, token), "HEAD:refs/heads/x")).code;
    const fetch = async (token: string): Promise<number> =>
      (await git(folder, "ls-remote", hub.remote(repository, token))).code;

    const pushes = [await push(reading), await push("token-of-triager"), await push(writing)];
    const fetches = [
      await fetch(nothing),
      await fetch("token-of-stranger"),
      await fetch("unknown"),
    ];

    expect(pushes).toEqual([128, 128, 0]);
    expect(fetches).toEqual([128, 128, 128]);
  });

  it("serves a public repository to anybody, for reading", async () => {
    const repository = await hub.repository({ isPublic: true });
    const remote = `http://github.localhost:${hub.server.port}/${repository}`;

    const fetched = await git(hub.folder, "ls-remote", remote);
    const pushed = await git(await hub.clone(repository), "push", remote, "HEAD:refs/heads/x");

    expect([fetched.code, pushed.code]).toEqual([0, 128]);
  });

  it("counts fetches and pushes apart from the requests they consist of", async () => {
    const repository = await hub.repository();
    const token = await hub.jobToken(repository, { contents: "write" });
    const folder = await hub.clone(repository);
    const before = (await hub.server.requests()).product;

    await git(folder, "ls-remote", hub.remote(repository, token));

    const after = (await hub.server.requests()).product;
    expect(after.gitOperations - before.gitOperations).toBe(1);
    expect(after.git - before.git).toBe(2);
  });

  it("answers for refs and branches over REST", async () => {
    const repository = await hub.repository();
    const sha = await hub.pushBranch(repository, "feature/issue-1", "a", "1");
    await hub.server.setRef(repository, "refs/tags/v1", sha);

    const branch = await hub.rest("GET", `/repos/${repository}/git/ref/heads/feature/issue-1`);
    const encoded = await hub.rest("GET", `/repos/${repository}/git/ref/tags%2Fv1`);
    const missing = await hub.rest("GET", `/repos/${repository}/git/ref/heads/feature`);
    const branches = await hub.rest("GET", `/repos/${repository}/branches`);

    expect(branch.body.object).toMatchObject({ sha, type: "commit" });
    expect(encoded.body).toMatchObject({ ref: "refs/tags/v1", object: { sha } });
    expect(missing.status).toBe(404);
    expect(branches.body.map((ref: { name: string }) => ref.name)).toEqual([
      "feature/issue-1",
      "main",
    ]);
  });
});
