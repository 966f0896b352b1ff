import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { OfflineGitHub } from "./offline-github.ts";

let hub: OfflineGitHub;

beforeAll(async () => {
  hub = await OfflineGitHub.start();
});
afterAll(async () => {
  await hub.stop();
});

describe("issues over REST", () => {
  it("lists pull requests among the issues, marked by the key pull_request", async () => {
    const repository = await hub.repository();
    await hub.issue(repository);
    await hub.pushBranch(repository, "feature", "a.txt", "a\n");
    const pull = { title: "P", head: "feature", base: "main" };
    await hub.rest("POST", `/repos/${repository}/pulls`, pull);

    const list = await hub.rest("GET", `/repos/${repository}/issues`);

    const kinds = list.body.map((entry: { number: number }) => [
      entry.number,
      "pull_request" in entry,
    ]);
    expect(kinds).toEqual([
      [2, true],
      [1, false],
    ]);
  });

  it("pages by links of the repository's id, each issue once", async () => {
    const repository = await hub.repository();
    for (let count = 0; count < 5; count += 1) {
      await hub.issue(repository);
    }

    const seen: number[] = [];
    let next: string | undefined = `/repos/${repository}/issues?per_page=2`;
    while (next !== undefined) {
      const page = await hub.rest("GET", next);
      seen.push(...page.body.map((issue: { number: number }) => issue.number));
      next = /<([^>]+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1];
      expect(next ?? "/repositories/").toContain("/repositories/");
    }

    expect(seen).toEqual([5, 4, 3, 2, 1]);
  });

  it("takes several label filters as AND and compares names without case", async () => {
    const repository = await hub.repository();
    await hub.issue(repository, { labels: ["one", "two"] });
    await hub.issue(repository, { labels: ["one"] });

    const both = await hub.rest("GET", `/repos/${repository}/issues?labels=ONE,Two`);

    expect(both.body.map((issue: { number: number }) => issue.number)).toEqual([1]);
  });

  it("refuses a body of 65,537 characters on creation and silently keeps the old one on update", async () => {
    const repository = await hub.repository();
    const tooLong = "é".repeat(65_537);
    const path = `/repos/${repository}/issues`;

    const created = await hub.rest("POST", path, { title: "T", body: tooLong });
    const { number } = await hub.issue(repository, { body: "short" });
    const updated = await hub.rest("PATCH", `${path}/${number}`, { body: tooLong });
    const exact = await hub.rest("PATCH", `${path}/${number}`, { body: "é".repeat(65_536) });

    expect(created.status).toBe(422);
    expect([updated.status, updated.body.body]).toEqual([200, "short"]);
    expect(exact.body.body).toHaveLength(65_536);
  });

  it("tells who labelled, renamed and closed in the timeline", async () => {
    const repository = await hub.repository();
    const { number } = await hub.issue(repository, { title: "Old", labels: ["bug"] });
    const path = `/repos/${repository}/issues/${number}`;
    await hub.rest("PATCH", path, { title: "New" }, "token-of-writer");
    await hub.rest("PATCH", path, { state: "closed", state_reason: "not_planned" });
    await hub.rest("PATCH", path, { state: "open" });
    await hub.rest("DELETE", `${path}/labels/BUG`, undefined, "token-of-triager");

    const timeline = await hub.rest("GET", `${path}/timeline`);

    expect(timeline.body).toMatchObject([
      { event: "labeled", label: { name: "bug" }, actor: { login: "acme" } },
      { event: "renamed", rename: { from: "Old", to: "New" }, actor: { login: "writer" } },
      { event: "closed", state_reason: "not_planned" },
      { event: "reopened" },
      { event: "unlabeled", label: { name: "bug" }, actor: { login: "triager" } },
    ]);
  });

  it("shows a deleted account as ghost in texts and as nobody in events", async () => {
    const repository = await hub.repository({ isPublic: true });
    await hub.server.addUser({ login: "leaver", token: "token-of-leaver" });
    const { number } = await hub.issue(repository, {}, "token-of-leaver");
    const path = `/repos/${repository}/issues/${number}`;
    await hub.rest("PATCH", path, { title: "Renamed" }, "token-of-leaver");

    await hub.server.deleteUser("leaver");

    expect((await hub.rest("GET", path)).body.user.login).toBe("ghost");
    expect((await hub.rest("GET", `${path}/timeline`)).body[0].actor).toBeNull();
    expect((await hub.rest("GET", path, undefined, "token-of-leaver")).status).toBe(401);
  });

  it("stores a malformed issue through the control API without any limit", async () => {
    const repository = await hub.repository();
    const labels = Array.from({ length: 200 }, (_, at) => `label ${at} ${"x".repeat(60)}`);

    await hub.server.addRawIssue(repository, { title: "", body: "y".repeat(10_000_000), labels });
    const { body } = await hub.rest("GET", `/repos/${repository}/issues/1`);

    expect([body.body.length, body.labels.length, body.user.login]).toEqual([
      10_000_000,
      200,
      "ghost",
    ]);
  });
});

describe("comments", () => {
  it("are created, listed in order and edited", async () => {
    const repository = await hub.repository();
    const { number } = await hub.issue(repository);
    const path = `/repos/${repository}/issues/${number}/comments`;
    const first = await hub.rest("POST", path, { body: "first" });
    await hub.rest("POST", path, { body: "second" });

    await hub.rest("PATCH", `/repos/${repository}/issues/comments/${first.body.id}`, {
      body: "edited",
    });

    const list = await hub.rest("GET", path);
    expect(list.body.map((comment: { body: string }) => comment.body)).toEqual([
      "edited",
      "second",
    ]);
  });

  it("are refused when blank or too long, also on update", async () => {
    const repository = await hub.repository();
    const { number } = await hub.issue(repository);
    const path = `/repos/${repository}/issues/${number}/comments`;
    const { body } = await hub.rest("POST", path, { body: "fine" });
    const tooLong = { body: "x".repeat(65_537) };

    const blank = await hub.rest("POST", path, { body: " " });
    const long = await hub.rest("POST", path, tooLong);
    const update = await hub.rest(
      "PATCH",
      `/repos/${repository}/issues/comments/${body.id}`,
      tooLong,
    );

    expect([blank.status, long.status, update.status]).toEqual([422, 422, 422]);
  });
});

describe("labels", () => {
  it("exist by default, are unique without case and need a six digit color", async () => {
    const repository = await hub.repository();
    const path = `/repos/${repository}/labels`;

    const known = await hub.rest("GET", `${path}/BUG`);
    const twin = await hub.rest("POST", path, { name: "Bug", color: "ff0000" });
    const color = await hub.rest("POST", path, { name: "n", color: "red" });

    expect(known.body.name).toBe("bug");
    expect(twin.body.errors).toEqual([
      { resource: "Label", field: "name", code: "already_exists" },
    ]);
    expect(color.body.errors).toEqual([{ resource: "Label", field: "color", code: "invalid" }]);
  });

  it("have at most 50 characters, and an issue has at most 100 of them", async () => {
    const repository = await hub.repository();
    const { number } = await hub.issue(repository);
    const path = `/repos/${repository}/issues/${number}/labels`;
    const hundred = Array.from({ length: 100 }, (_, at) => `l${at}`);

    const long = await hub.rest("POST", path, { labels: ["x".repeat(51)] });
    const full = await hub.rest("POST", path, { labels: hundred });
    const over = await hub.rest("POST", path, { labels: ["one more"] });

    expect([long.status, full.body.length, over.status]).toEqual([422, 100, 422]);
  });

  it("answers 404 for a label that the issue has not, and decodes names with a slash", async () => {
    const repository = await hub.repository();
    const { number } = await hub.issue(repository, { labels: ["area/ui #1"] });
    const path = `/repos/${repository}/issues/${number}/labels`;

    const removed = await hub.rest("DELETE", `${path}/${encodeURIComponent("area/ui #1")}`);
    const absent = await hub.rest("DELETE", `${path}/bug`);

    expect([removed.status, removed.body]).toEqual([200, []]);
    expect([absent.status, absent.body.message]).toEqual([404, "Label does not exist"]);
  });
});

describe("milestones", () => {
  it("count their issues and have unique titles", async () => {
    const repository = await hub.repository();
    const path = `/repos/${repository}/milestones`;
    await hub.rest("POST", path, { title: "M1", description: "d" });
    const { number } = await hub.issue(repository);
    await hub.rest("PATCH", `/repos/${repository}/issues/${number}`, { milestone: 1 });

    const twin = await hub.rest("POST", path, { title: "M1" });
    const changed = await hub.rest("PATCH", `${path}/1`, { description: "new", state: "closed" });
    const open = await hub.rest("GET", path);

    expect(twin.status).toBe(422);
    expect(changed.body).toMatchObject({ open_issues: 1, description: "new", state: "closed" });
    expect(open.body).toEqual([]);
  });
});

describe("dependencies and sub-issues", () => {
  it("take the database id and count open and closed blockers apart", async () => {
    const repository = await hub.repository();
    const blocked = await hub.issue(repository);
    const blocker = await hub.issue(repository);
    const path = `/repos/${repository}/issues/${blocked.number}`;
    const dependencies = `${path}/dependencies/blocked_by`;

    const byNumber = await hub.rest("POST", dependencies, { issue_id: blocker.number });
    const byId = await hub.rest("POST", dependencies, { issue_id: blocker.id });
    await hub.rest("PATCH", `/repos/${repository}/issues/${blocker.number}`, { state: "closed" });
    const { body } = await hub.rest("GET", path);
    const blocking = await hub.rest(
      "GET",
      `/repos/${repository}/issues/${blocker.number}/dependencies/blocking`,
    );

    expect([byNumber.status, byId.status]).toEqual([404, 201]);
    expect(body.issue_dependencies_summary).toEqual({
      blocked_by: 0,
      total_blocked_by: 1,
      blocking: 0,
      total_blocking: 0,
    });
    expect(blocking.body[0].number).toBe(blocked.number);
  });

  it("refuse an issue as its own blocker, a doubled edge and a pull request", async () => {
    const repository = await hub.repository();
    const one = await hub.issue(repository);
    const two = await hub.issue(repository);
    await hub.pushBranch(repository, "feature", "a.txt", "a\n");
    const input = { title: "P", head: "feature", base: "main" };
    const pull = await hub.rest("POST", `/repos/${repository}/pulls`, input);
    const asIssue = await hub.rest("GET", `/repos/${repository}/issues/${pull.body.number}`);
    const add = async (id: number): Promise<number> => {
      const path = `/repos/${repository}/issues/${one.number}/dependencies/blocked_by`;
      return (await hub.rest("POST", path, { issue_id: id })).status;
    };

    const statuses = [
      await add(one.id),
      await add(two.id),
      await add(two.id),
      await add(asIssue.body.id),
    ];

    expect(statuses).toEqual([422, 201, 422, 422]);
  });

  it("leave updated_at alone", async () => {
    const repository = await hub.repository();
    await hub.server.setClock("2026-01-01T00:00:00.900Z");
    const one = await hub.issue(repository);
    const two = await hub.issue(repository);
    await hub.server.setClock("2026-01-02T00:00:00Z");

    const path = `/repos/${repository}/issues/${one.number}`;
    await hub.rest("POST", `${path}/dependencies/blocked_by`, { issue_id: two.id });
    const { body } = await hub.rest("GET", path);
    await hub.server.setClock(undefined);

    expect(body.updated_at).toBe("2026-01-01T00:00:00Z");
  });

  it("give an issue one parent, replaced only on request", async () => {
    const repository = await hub.repository();
    const [first, second, child] = [
      await hub.issue(repository),
      await hub.issue(repository),
      await hub.issue(repository),
    ];
    const add = async (parent: number, body: unknown): Promise<number> =>
      (await hub.rest("POST", `/repos/${repository}/issues/${parent}/sub_issues`, body)).status;

    const statuses = [
      await add(first.number, { sub_issue_id: child.id }),
      await add(second.number, { sub_issue_id: child.id }),
      await add(second.number, { sub_issue_id: child.id, replace_parent: true }),
    ];

    const left = await hub.rest("GET", `/repos/${repository}/issues/${first.number}/sub_issues`);
    expect(statuses).toEqual([201, 422, 201]);
    expect(left.body).toEqual([]);
  });
});
