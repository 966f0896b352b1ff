import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { askRepository } from "./ask-repository.ts";
import { type Loose, OfflineGitHub } from "./offline-github.ts";

let hub: OfflineGitHub;

beforeAll(async () => {
  hub = await OfflineGitHub.start();
});
afterAll(async () => {
  await hub.stop();
});

async function ask(repository: string, fields: string, token?: string): Promise<Loose> {
  return await askRepository(hub, repository, fields, token);
}

/** Fields that read one open issue after a cursor. */
function firstOpen(after: string): string {
  return `issues(first: 1, states: [OPEN], after: ${after}) { nodes { number } pageInfo { endCursor } }`;
}

describe("queries", () => {
  it("read files and branches from git", async () => {
    const repository = await hub.repository({ files: { "docs/a.md": "text\n" } });

    const { data } = await ask(
      repository,
      `defaultBranchRef { name target { oid } }
       file: object(expression: "HEAD:docs/a.md") { __typename ... on Blob { text byteSize isTruncated } }
       missing: object(expression: "HEAD:none") { oid }
       commit: object(expression: "main") { __typename oid }
       ref(qualifiedName: "refs/heads/main") { name prefix }`,
    );

    expect(data.repository).toMatchObject({
      defaultBranchRef: { name: "main", target: { oid: data.repository.commit.oid } },
      file: { __typename: "Blob", text: "text\n", byteSize: 5, isTruncated: false },
      missing: null,
      commit: { __typename: "Commit" },
      ref: { name: "main", prefix: "refs/heads/" },
    });
  });

  it("demand first or last of 1 to 100 on a connection", async () => {
    const repository = await hub.repository();

    const without = await ask(repository, "issues { totalCount }");
    const tooMany = await ask(repository, "issues(first: 101) { totalCount }");

    expect(without.errors[0].type).toBe("MISSING_PAGINATION_BOUNDARIES");
    expect(tooMany.errors[0].type).toBe("EXCESSIVE_PAGINATION");
  });

  it("page forwards and backwards through all issues, without pull requests", async () => {
    const repository = await hub.repository();
    for (let count = 0; count < 5; count += 1) {
      await hub.issue(repository);
    }
    await hub.pushBranch(repository, "feature", "a.txt", "a\n");
    const input = { title: "P", head: "feature", base: "main" };
    await hub.rest("POST", `/repos/${repository}/pulls`, input);

    const seen: number[] = [];
    let after = "null";
    for (let more = true; more;) {
      const page = `issues(first: 2, after: ${after})`;
      const fields = `${page} { totalCount nodes { number } pageInfo { hasNextPage endCursor } }`;
      const { issues } = (await ask(repository, fields)).data.repository;
      seen.push(...issues.nodes.map((node: { number: number }) => node.number));
      expect(issues.totalCount).toBe(5);
      more = issues.pageInfo.hasNextPage;
      after = JSON.stringify(issues.pageInfo.endCursor);
    }
    const last = await ask(repository, "issues(last: 2) { nodes { number } }");

    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect(last.data.repository.issues.nodes).toEqual([{ number: 4 }, { number: 5 }]);
  });

  it("go on at the right place when the issue of the cursor has left the list", async () => {
    const repository = await hub.repository();
    const { number } = await hub.issue(repository);
    await hub.issue(repository);
    await hub.issue(repository);
    const first = (await ask(repository, firstOpen("null"))).data.repository.issues;

    const path = `/repos/${repository}/issues/${number}`;
    await hub.rest("PATCH", path, { state: "closed" });
    const second = await ask(repository, firstOpen(JSON.stringify(first.pageInfo.endCursor)));

    expect(second.data.repository.issues.nodes).toEqual([{ number: 2 }]);
  });

  it("filter by state, update time and labels, where several labels mean any", async () => {
    const repository = await hub.repository();
    await hub.server.setClock("2026-03-01T00:00:00Z");
    await hub.issue(repository, { labels: ["a"] });
    await hub.server.setClock("2026-03-02T00:00:00Z");
    await hub.issue(repository, { labels: ["b"] });
    await hub.issue(repository);
    await hub.server.setClock(undefined);

    const { data } = await ask(
      repository,
      `any: issues(first: 9, filterBy: {labels: ["A", "b"]}) { nodes { number } }
       since: issues(first: 9, filterBy: {since: "2026-03-01T00:00:01Z"}) { nodes { number } }
       closed: issues(first: 9, filterBy: {states: [CLOSED]}) { totalCount }
       newest: issues(first: 1, orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { number } }`,
    );

    expect(data.repository).toEqual({
      any: { nodes: [{ number: 1 }, { number: 2 }] },
      since: { nodes: [{ number: 2 }, { number: 3 }] },
      closed: { totalCount: 0 },
      newest: { nodes: [{ number: 3 }] },
    });
  });

  it("tell who edited a body and who renamed, in GitHub's words", async () => {
    const repository = await hub.repository();
    const token = await hub.jobToken(repository, { issues: "write" });
    const { number } = await hub.issue(
      repository,
      { title: "Old", body: "old" },
      "token-of-reader",
    );
    const path = `/repos/${repository}/issues/${number}`;
    await hub.rest("PATCH", path, { title: "New", body: "new" }, token);

    const { data } = await ask(
      repository,
      `issue(number: ${number}) {
         author { __typename login } editor { __typename login ... on Bot { databaseId } }
         userContentEdits(first: 5) { totalCount nodes { editor { login } editedAt } }
         timelineItems(first: 5, itemTypes: [RENAMED_TITLE_EVENT]) { nodes {
           ... on RenamedTitleEvent { previousTitle currentTitle actor { login } } } } }`,
    );

    const bot = { __typename: "Bot", login: "github-actions", databaseId: 41_898_282 };
    expect(data.repository.issue).toMatchObject({
      author: { __typename: "User", login: "reader" },
      editor: bot,
      userContentEdits: {
        totalCount: 2,
        nodes: [{ editor: { login: "github-actions" } }, { editor: { login: "reader" } }],
      },
      timelineItems: {
        nodes: [{ previousTitle: "Old", currentTitle: "New", actor: { login: "github-actions" } }],
      },
    });
  });

  it("show dependencies newest first, with counts of open ones", async () => {
    const repository = await hub.repository();
    const [one, two, three] = [
      await hub.issue(repository),
      await hub.issue(repository),
      await hub.issue(repository),
    ];
    for (const blocker of [two, three]) {
      const path = `/repos/${repository}/issues/${one.number}/dependencies/blocked_by`;
      await hub.rest("POST", path, { issue_id: blocker.id });
    }
    await hub.rest("PATCH", `/repos/${repository}/issues/${two.number}`, { state: "closed" });

    const { data } = await ask(
      repository,
      `issue(number: 1) { blockedBy(first: 5) { totalCount nodes { number state } }
         issueDependenciesSummary { blockedBy totalBlockedBy } }
       blocker: issue(number: 3) { blocking(first: 5) { nodes { number } } }`,
    );

    expect(data.repository).toEqual({
      issue: {
        blockedBy: {
          totalCount: 2,
          nodes: [
            { number: 3, state: "OPEN" },
            { number: 2, state: "CLOSED" },
          ],
        },
        issueDependenciesSummary: { blockedBy: 1, totalBlockedBy: 2 },
      },
      blocker: { blocking: { nodes: [{ number: 1 }] } },
    });
  });

  it("find an issue by node id and say NOT_FOUND for what is not there", async () => {
    const repository = await hub.repository();
    const { node_id: id } = await hub.issue(repository);

    const found = await hub.graphql(
      "query($id: ID!) { node(id: $id) { ... on Issue { number } } }",
      { id },
    );
    const missing = await ask(repository, "issue(number: 99) { id }");
    const hidden = await ask(repository, "id", "token-of-stranger");

    expect(found.data.node).toEqual({ number: 1 });
    expect(missing.errors[0]).toMatchObject({
      type: "NOT_FOUND",
      path: ["repository", "issue"],
      message: "Could not resolve to an Issue with the number of 99.",
    });
    expect(hidden.errors[0].type).toBe("NOT_FOUND");
  });

  it("cost what GitHub's formula says", async () => {
    const repository = await hub.repository();
    const name = repository.slice("acme/".length);

    const { data } = await hub.graphql(`query {
      repository(owner: "acme", name: "${name}") { issues(first: 100) { nodes {
        labels(first: 20) { totalCount } blockedBy(first: 50) { totalCount } subIssues(first: 50) { totalCount } } } }
      rateLimit { cost nodeCount } }`);

    expect(data.rateLimit).toEqual({ cost: 3, nodeCount: 100 + 100 * (20 + 50 + 50) });
  });
});
