import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { OfflineGitHub } from "./offline-github.ts";

const MAIN = fileURLToPath(new URL("../../../build/local/github/main.js", import.meta.url));

let hub: OfflineGitHub;

beforeAll(async () => {
  hub = await OfflineGitHub.start();
});
afterAll(async () => {
  await hub.stop();
});

/** Starts a second process that is expected to give up; tells its exit code and complaint. */
async function giveUp(data: string, port: number): Promise<[unknown, string]> {
  const child = spawn(process.execPath, [MAIN, "--data", data, "--port", String(port)]);
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  const [code] = await once(child, "close");
  return [code, complaint];
}

describe("what is not emulated", () => {
  it("is refused by name: operation, query parameter, body field, media type", async () => {
    const repository = await hub.repository();
    const root = `/repos/${repository}`;

    const operation = await hub.rest("GET", `${root}/releases`);
    const parameter = await hub.rest("GET", `${root}/issues?assignee=acme`);
    const field = await hub.rest("POST", `${root}/issues`, { title: "T", lables: ["bug"] });
    const media = await fetch(`${hub.server.apiUrl}${root}/issues`, {
      headers: {
        authorization: "Bearer token-of-acme",
        accept: "application/vnd.github.html+json",
      },
    });

    expect([operation.status, parameter.status, field.status, media.status]).toEqual([
      501, 501, 501, 501,
    ]);
    expect(operation.body.message).toBe(`NOT EMULATED: GET ${root}/releases`);
    expect(parameter.body.message).toContain("query parameter 'assignee'");
    expect(field.body.message).toContain("body field 'lables'");
  });

  it("is refused in GraphQL by type and field, argument or input", async () => {
    const repository = await hub.repository();
    const { node_id: id } = await hub.issue(repository);
    const name = repository.slice("acme/".length);
    const ask = async (fields: string): Promise<string> => {
      const query = `{ repository(owner: "acme", name: "${name}") { ${fields} } }`;
      const { errors } = await hub.graphql(query);
      return `${errors[0].type}: ${errors[0].message}`;
    };
    const assign =
      "mutation($id: ID!) { updateIssue(input: {id: $id, assigneeIds: []}) { issue { id } } }";

    const messages = [
      await ask("stargazerCount"),
      await ask("issue(number: 1) { titleHTML }"),
      await ask('issues(first: 1, filterBy: {assignee: "x"}) { totalCount }'),
      await ask(
        "issue(number: 1) { timelineItems(first: 1, itemTypes: [LOCKED_EVENT]) { totalCount } }",
      ),
      (await hub.graphql(assign, { id })).errors[0].message,
    ];

    expect(messages).toEqual([
      "NOT_EMULATED: Repository.stargazerCount is not emulated",
      "NOT_EMULATED: Issue.titleHTML is not emulated",
      "NOT_EMULATED: Repository.issues(filterBy: {assignee}) is not emulated",
      "NOT_EMULATED: Issue.timelineItems(itemTypes: LOCKED_EVENT) is not emulated",
      "input field 'assigneeIds' is not emulated",
    ]);
  });

  it("is remembered, so that a rehearsal can show it", async () => {
    const { refused } = await hub.server.requests();

    expect(refused).toContain("Issue.titleHTML is not emulated");
  });

  it("differs from what GitHub's schema does not have at all", async () => {
    const { data, errors } = await hub.graphql(
      '{ repository(owner: "a", name: "b") { nonsense } }',
    );

    expect(data).toBeUndefined();
    expect(errors[0].message).toContain("nonsense");
  });
});

describe("budgets", () => {
  it("are told on every answer and end after 1,000 requests of a repository's jobs", async () => {
    const repository = await hub.repository();
    const token = await hub.jobToken(repository, { issues: "read" });
    const read = (): Promise<{ readonly status: number; readonly headers: Headers }> =>
      hub.rest("GET", `/repos/${repository}/labels/bug`, undefined, token);

    const first = await read();
    for (let count = 1; count < 1000; count += 37) {
      await Promise.all(Array.from({ length: 37 }, read));
    }
    const over = await read();

    expect(first.headers.get("x-ratelimit-limit")).toBe("1000");
    expect(first.headers.get("x-ratelimit-remaining")).toBe("999");
    expect([over.status, over.headers.get("x-ratelimit-remaining")]).toEqual([403, "0"]);
    const { body } = await hub.rest("GET", "/rate_limit", undefined, token);
    expect(body.resources).toMatchObject({ core: { remaining: 0 }, graphql: { remaining: 1000 } });
  });
});

describe("requests", () => {
  it("are counted by operation, the product's apart from people's", async () => {
    const repository = await hub.repository();
    const token = await hub.jobToken(repository, { issues: "write" });
    const before = (await hub.server.requests()).product;
    await hub.issue(repository, {}, token);
    await hub.graphql("query Look { viewer { login } }", {}, token);
    await hub.issue(repository);

    const { product } = await hub.server.requests();

    expect(product.rest - before.rest).toBe(1);
    expect(product.contentCreating - before.contentCreating).toBe(1);
    expect(product.byOperation["query Look"]).toBe(1);
    expect(product.byOperation["POST /repos/{owner}/{repo}/issues"]).toBe(1);
  });
});

describe("planned failures", () => {
  it("answer the next matching requests and leave no trace of them", async () => {
    const repository = await hub.repository();
    const path = `/repos/${repository}/issues`;
    await hub.server.addFaults([
      {
        match: { method: "POST", pathPattern: "/issues$" },
        times: 1,
        status: 403,
        headers: { "retry-after": "60" },
        body: { message: "secondary rate limit" },
      },
      { match: { operationName: "Look" }, times: 1, status: 502 },
    ]);

    const refused = await hub.rest("POST", path, { title: "T" });
    const accepted = await hub.rest("POST", path, { title: "T" });
    const broken = await hub.graphql("query Look { viewer { login } }");
    const whole = await hub.graphql("query Look { viewer { login } }");

    expect([refused.status, refused.headers.get("retry-after")]).toEqual([403, "60"]);
    expect([accepted.status, accepted.body.number]).toEqual([201, 1]);
    expect(broken.message).toBe("Planned failure");
    expect(whole.data.viewer.login).toBe("acme");
  });
});

describe("the process", () => {
  it("says in one sentence that a port is taken or the data directory is not empty", async () => {
    const [taken, port] = await giveUp(join(hub.folder, "other"), hub.server.port);
    const [full, directory] = await giveUp(join(hub.folder, "data"), 0);

    expect([taken, full]).toEqual([2, 2]);
    expect(port).toContain(`cannot listen on port ${hub.server.port}`);
    expect(directory).toContain("is not empty");
  });

  it("ends when its parent closes its stdin", async () => {
    const child = spawn(process.execPath, [MAIN, "--data", join(hub.folder, "short-lived")]);
    const [line] = await once(child.stdout, "data");

    child.stdin.end();
    const [code] = await once(child, "exit");

    expect(JSON.parse(String(line))).toMatchObject({ ready: true });
    expect(code).toBe(0);
  });
});
