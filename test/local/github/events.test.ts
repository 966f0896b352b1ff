import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { FeedEvent } from "../../../local/github/control-client.ts";
import { commitFile, git, OfflineGitHub } from "./offline-github.ts";

let hub: OfflineGitHub;

beforeAll(async () => {
  hub = await OfflineGitHub.start();
});
afterAll(async () => {
  await hub.stop();
});

/** Events of the repository so far, as `name action`. */
async function namesOf(repository: string): Promise<string[]> {
  return (await eventsOf(repository)).map((event) => `${event.name} ${event.action}`);
}

async function eventsOf(repository: string): Promise<readonly FeedEvent[]> {
  return (await hub.server.events(0, 0)).filter((event) => event.repository === repository);
}

describe("events", () => {
  it("tell what people do to issues", async () => {
    const repository = await hub.repository();
    const { number } = await hub.issue(repository, { labels: ["bug"] });
    const path = `/repos/${repository}/issues/${number}`;
    await hub.rest("POST", `/repos/${repository}/milestones`, { title: "M" });
    await hub.rest("PATCH", path, { title: "New", milestone: 1 });
    await hub.rest("POST", `${path}/comments`, { body: "/status" });
    await hub.rest("DELETE", `${path}/labels/bug`);
    await hub.rest("PATCH", path, { state: "closed" });
    await hub.rest("PATCH", path, { state: "open" });

    const names = await namesOf(repository);

    expect(names).toEqual([
      "issues opened",
      "issues labeled",
      "issues edited",
      "issues milestoned",
      "issue_comment created",
      "issues unlabeled",
      "issues closed",
      "issues reopened",
    ]);
  });

  it("have GitHub's payload, the default branch and its commit", async () => {
    const repository = await hub.repository();
    const sha = (await git(await hub.clone(repository), "rev-parse", "HEAD")).stdout;
    await hub.issue(repository, { title: "T", labels: ["bug"] }, "token-of-writer");

    const labeled = (await eventsOf(repository)).at(-1);

    expect(labeled).toMatchObject({
      ref: "refs/heads/main",
      sha,
      actor: { login: "writer", type: "User" },
      payload: {
        action: "labeled",
        label: { name: "bug" },
        issue: { number: 1, title: "T", labels: [{ name: "bug" }] },
        repository: { full_name: repository, default_branch: "main" },
        sender: { login: "writer" },
      },
    });
  });

  it("tell a merge by a person as closed and merged, and the issue as closed", async () => {
    const repository = await hub.repository();
    const issue = await hub.issue(repository);
    await hub.pushBranch(repository, "feature", "a", "1");
    const input = { title: "P", head: "feature", base: "main", body: `Closes #${issue.number}` };
    const { number } = (await hub.rest("POST", `/repos/${repository}/pulls`, input)).body;
    const folder = await hub.clone(repository);
    await git(folder, "switch", "--quiet", "feature");
    await commitFile(folder, "b", "2");
    await git(folder, "push", "--quiet");

    await hub.rest("PUT", `/repos/${repository}/pulls/${number}/merge`);

    const events = await eventsOf(repository);
    expect(events.map((event) => `${event.name} ${event.action}`)).toEqual([
      "issues opened",
      "pull_request opened",
      "pull_request synchronize",
      "pull_request closed",
      "issues closed",
    ]);
    expect(events.at(-2)?.payload).toMatchObject({ pull_request: { merged: true, number } });
  });

  it("say nothing of what a job token writes [F33]", async () => {
    const repository = await hub.repository();
    const permissions = { issues: "write", contents: "write", "pull-requests": "write" } as const;
    const token = await hub.jobToken(repository, permissions);
    const { number } = await hub.issue(repository, { labels: ["bug"] }, token);
    const path = `/repos/${repository}/issues/${number}`;
    await hub.rest("POST", `${path}/comments`, { body: "x" }, token);
    await hub.pushBranch(repository, "feature", "a", "1");
    const input = { title: "P", head: "feature", base: "main", body: `Closes #${number}` };
    const pull = await hub.rest("POST", `/repos/${repository}/pulls`, input, token);

    const merge = `/repos/${repository}/pulls/${pull.body.number}/merge`;
    const merged = await hub.rest("PUT", merge, {}, token);

    expect(merged.status).toBe(200);
    expect(await namesOf(repository)).toEqual([]);
  });

  it("wake a reader who waits", async () => {
    const repository = await hub.repository();
    const last = (await hub.server.events(0, 0)).at(-1)?.seq ?? 0;

    const waiting = hub.server.events(last, 20);
    await hub.server.fireSchedule(repository);

    expect(await waiting).toMatchObject([{ seq: last + 1, name: "schedule", repository }]);
  });
});
