import { createServer, type Server } from "node:http";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { StandInMaintainer } from "../../../local/rehearsal/maintainer.ts";
import { Person } from "../../../local/rehearsal/person.ts";

interface PullRequest {
  readonly number: number;
  readonly draft: boolean;
  readonly head: { readonly sha: string };
}

describe("StandInMaintainer", () => {
  let server: Server;
  let open: readonly PullRequest[];
  let conflicting: ReadonlySet<number>;
  let merges: string[];
  let maintainer: StandInMaintainer;

  beforeEach(async () => {
    open = [];
    conflicting = new Set();
    merges = [];
    server = createServer((request, response) => {
      const number = Number(/\/pulls\/(\d+)\/merge$/.exec(request.url ?? "")?.[1]);
      if (request.method === "PUT") {
        merges.push(`#${number} by ${request.headers.authorization}`);
        response.writeHead(conflicting.has(number) ? 405 : 200).end("{}");
      } else {
        response.end(JSON.stringify(open));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    maintainer = new StandInMaintainer(new Person(url, "maintainer", "token"), "/repos/o/n");
  });

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  it("merges what is not a draft, as a person", async () => {
    open = [aPullRequest(1, false), aPullRequest(2, true)];

    expect(await maintainer.mergeReady()).toBe(1);
    expect(merges).toEqual(["#1 by Bearer token"]);
  });

  it("tries a refused merge again only when there is a new commit", async () => {
    open = [aPullRequest(1, false)];
    conflicting = new Set([1]);

    await maintainer.mergeReady();
    await maintainer.mergeReady();
    open = [{ ...aPullRequest(1, false), head: { sha: "new" } }];
    await maintainer.mergeReady();

    expect(merges).toHaveLength(2);
  });
});

function aPullRequest(number: number, draft: boolean): PullRequest {
  return { number, draft, head: { sha: `sha-${number}` } };
}
