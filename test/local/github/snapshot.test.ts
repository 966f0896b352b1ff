import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { git, OfflineGitHub } from "./offline-github.ts";

let hub: OfflineGitHub;

beforeAll(async () => {
  hub = await OfflineGitHub.start();
});
afterAll(async () => {
  await hub.stop();
});

describe("snapshot and restore", () => {
  it("bring back issues, tokens, events and git refs", async () => {
    const repository = await hub.repository();
    const token = await hub.jobToken(repository, { issues: "write" });
    await hub.issue(repository, { title: "before", labels: ["bug"] });
    const events = await hub.server.events(0, 0);
    const snapshot = await hub.server.snapshot();
    await hub.issue(repository, { title: "after" });
    await hub.pushBranch(repository, "later", "a", "1");
    await hub.server.removeJobToken(token);

    await hub.server.restore(snapshot);

    const issues = await hub.rest("GET", `/repos/${repository}/issues`, undefined, token);
    const refs = await git(hub.folder, "ls-remote", hub.remote(repository, "token-of-acme"));
    expect(issues.body.map((issue: { title: string }) => issue.title)).toEqual(["before"]);
    expect(refs.stdout).toContain("refs/heads/main");
    expect(refs.stdout).not.toContain("later");
    expect(await hub.server.events(0, 0)).toEqual(events);
  });

  it("can be restored more than once", async () => {
    const repository = await hub.repository();
    const snapshot = await hub.server.snapshot();

    const numbers: number[] = [];
    for (let round = 0; round < 2; round += 1) {
      numbers.push((await hub.issue(repository)).number);
      await hub.server.restore(snapshot);
    }

    expect(numbers).toEqual([1, 1]);
  });
});
