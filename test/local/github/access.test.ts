import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { OfflineGitHub } from "./offline-github.ts";

let hub: OfflineGitHub;

beforeAll(async () => {
  hub = await OfflineGitHub.start();
});
afterAll(async () => {
  await hub.stop();
});

describe("tokens", () => {
  it("are refused when nobody knows them", async () => {
    const repository = await hub.repository();

    const rest = await hub.rest("GET", `/repos/${repository}`, undefined, "unknown");
    const graphql = await hub.graphql("{ viewer { login } }", {}, "unknown");

    expect([rest.status, rest.body.message]).toEqual([401, "Bad credentials"]);
    expect(graphql.message).toBe("Bad credentials");
  });

  it("of a job end when they are taken back", async () => {
    const repository = await hub.repository();
    const token = await hub.jobToken(repository, { issues: "read" });
    const path = `/repos/${repository}/issues`;

    const before = await hub.rest("GET", path, undefined, token);
    await hub.server.removeJobToken(token);
    const after = await hub.rest("GET", path, undefined, token);

    expect([before.status, after.status]).toEqual([200, 401]);
  });

  it("of a job reach their own repository only", async () => {
    const [own, other] = [await hub.repository(), await hub.repository()];
    const open = await hub.repository({ isPublic: true });
    const token = await hub.jobToken(own, { contents: "write", issues: "write" });
    const read = async (repository: string): Promise<number> =>
      (await hub.rest("GET", `/repos/${repository}/issues`, undefined, token)).status;

    const statuses = [await read(own), await read(other), await read(open)];
    const written = await hub.rest("POST", `/repos/${open}/issues`, { title: "T" }, token);

    expect(statuses).toEqual([200, 404, 200]);
    expect(written.status).toBe(403);
  });

  it("of a job do what their permissions say and no more", async () => {
    const repository = await hub.repository();
    const { number } = await hub.issue(repository);
    const path = `/repos/${repository}/issues/${number}`;
    const reading = await hub.jobToken(repository, { issues: "read" });
    const nothing = await hub.jobToken(repository, { contents: "read" });

    const read = await hub.rest("GET", path, undefined, reading);
    const write = await hub.rest("POST", `${path}/comments`, { body: "x" }, reading);
    const blind = await hub.rest("GET", path, undefined, nothing);

    expect([read.status, write.status, blind.status]).toEqual([200, 403, 403]);
    expect(write.body.message).toBe("Resource not accessible by integration");
    expect(read.headers.get("x-accepted-github-permissions")).toBe("issues=read");
  });

  it("with pull-requests: write may label a pull request but no issue", async () => {
    const repository = await hub.repository();
    const issue = await hub.issue(repository);
    await hub.pushBranch(repository, "feature", "a", "1");
    const input = { title: "P", head: "feature", base: "main" };
    const pull = (await hub.rest("POST", `/repos/${repository}/pulls`, input)).body;
    const token = await hub.jobToken(repository, { "pull-requests": "write" });
    const label = async (number: number): Promise<number> => {
      const path = `/repos/${repository}/issues/${number}/labels`;
      return (await hub.rest("POST", path, ["bug"], token)).status;
    };

    const statuses = [await label(pull.number), await label(issue.number)];

    expect(statuses).toEqual([200, 403]);
  });
});

describe("people", () => {
  it("have the permission that their role gives, in the words of both fields", async () => {
    const repository = await hub.repository();
    const token = await hub.jobToken(repository, {});
    const ask = async (login: string): Promise<unknown[]> => {
      const path = `/repos/${repository}/collaborators/${login}/permission`;
      const { status, body } = await hub.rest("GET", path, undefined, token);
      return [status, body.permission, body.role_name];
    };

    const answers = [
      await ask("acme"),
      await ask("WRITER"),
      await ask("triager"),
      await ask("stranger"),
      await ask("nobody-at-all"),
      await ask("github-actions[bot]"),
    ];

    expect(answers).toEqual([
      [200, "admin", "admin"],
      [200, "write", "write"],
      [200, "read", "triage"],
      [200, "none", "none"],
      [404, undefined, undefined],
      [404, undefined, undefined],
    ]);
  });

  it("without triage rights may open an issue, but their labels are dropped", async () => {
    const repository = await hub.repository({ isPublic: true });

    const issue = await hub.rest(
      "POST",
      `/repos/${repository}/issues`,
      { title: "T", labels: ["bug"] },
      "token-of-stranger",
    );
    const path = `/repos/${repository}/issues/${issue.body.number}`;
    const own = await hub.rest("PATCH", path, { body: "mine" }, "token-of-stranger");
    const other = await hub.rest("PATCH", path, { body: "not mine" }, "token-of-reader");
    const label = await hub.rest("POST", `${path}/labels`, ["bug"], "token-of-stranger");

    expect(issue.body.labels).toEqual([]);
    expect([own.status, other.status, label.status]).toEqual([200, 403, 403]);
  });

  it("see a private repository only as collaborators", async () => {
    const repository = await hub.repository();
    const read = async (token: string): Promise<number> =>
      (await hub.rest("GET", `/repos/${repository}`, undefined, token)).status;

    expect([await read("token-of-reader"), await read("token-of-stranger")]).toEqual([200, 404]);
  });

  it("are told who they are, a job is not", async () => {
    const token = await hub.jobToken(await hub.repository(), {});

    const person = await hub.rest("GET", "/user");
    const job = await hub.rest("GET", "/user", undefined, token);
    const viewer = await hub.graphql("{ viewer { login databaseId } }", {}, token);

    expect(person.body.login).toBe("acme");
    expect(job.status).toBe(403);
    expect(viewer.data.viewer).toEqual({ login: "github-actions[bot]", databaseId: 41_898_282 });
  });
});
