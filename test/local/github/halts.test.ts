import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import type { Halt } from "../../../local/github/control-client.ts";
import { commitFile, git, OfflineGitHub } from "./offline-github.ts";

let hub: OfflineGitHub;

beforeAll(async () => {
  hub = await OfflineGitHub.start();
});
afterEach(async () => {
  await hub.server.dropHalted();
});
afterAll(async () => {
  await hub.stop();
});

const PERMISSIONS = { issues: "write", contents: "write" } as const;

/** The token of a job by that name in a run of the repository. */
async function tokenOf(repository: string, name: string): Promise<string> {
  const { runId } = await hub.server.addRun({
    repository,
    workflowPath: ".github/workflows/tick.yml",
    workflowName: "Tick",
    event: "schedule",
    actor: "acme",
    headSha: "a".repeat(40),
    headBranch: "main",
  });
  const { jobId } = await hub.server.reportJob(runId, { key: name, name, status: "in_progress" });
  const job = { repository, permissions: PERMISSIONS, runId, jobId: String(jobId) };
  return await hub.server.addJobToken(job);
}

function halt(fields: Partial<Halt>): Promise<void> {
  return hub.server.addHalt({
    jobPattern: "/ plan$",
    counts: "writes",
    number: 1,
    when: "before",
    ...fields,
  });
}

/** Opens issues one after the other, until one is not answered; returns how many were. */
async function openIssues(repository: string, token: string, count: number): Promise<number> {
  for (let answered = 0; answered < count; answered += 1) {
    try {
      await hub.issue(repository, {}, token);
    } catch {
      return answered;
    }
  }
  return count;
}

describe("a halt", () => {
  it.each([
    ["before", 1],
    ["after", 2],
  ] as const)(
    "holds the n-th write of the job %s it is done, and drops it without an answer",
    async (when, done) => {
      const repository = await hub.repository();
      const token = await tokenOf(repository, "x / plan");
      await halt({ number: 2, when });
      await hub.rest("GET", `/repos/${repository}/issues`, undefined, token);
      const opening = openIssues(repository, token, 3);

      const halted = await hub.server.halted(10);
      const seen = await hub.rest("GET", `/repos/${repository}/issues`);
      await hub.server.dropHalted();

      expect(halted).toMatchObject({
        jobName: "x / plan",
        operation: "POST /repos/{owner}/{repo}/issues",
      });
      expect([await opening, seen.body.length]).toEqual([1, done]);
    },
  );

  it("leaves other jobs and people alone, and reads unless they are asked for", async () => {
    const repository = await hub.repository();
    const plan = await tokenOf(repository, "x / plan");
    const other = await tokenOf(repository, "x / finalize");
    await halt({});

    const opened =
      (await openIssues(repository, other, 2)) + (await openIssues(repository, "token-of-acme", 2));
    const read = await hub.rest("GET", `/repos/${repository}/issues`, undefined, plan);
    const none = await hub.server.halted(0);
    await halt({ counts: "requests" });
    const reading = hub
      .rest("GET", `/repos/${repository}/issues`, undefined, plan)
      .catch(() => "no answer");
    const halted = await hub.server.halted(10);
    await hub.server.dropHalted();

    expect([opened, read.status, none]).toEqual([4, 200, undefined]);
    expect(halted?.operation).toBe("GET /repos/{owner}/{repo}/issues");
    expect(await reading).toBe("no answer");
  });

  it("counts a push and a GraphQL mutation as writes, each at its own moment", async () => {
    const repository = await hub.repository();
    const token = await tokenOf(repository, "x / plan");
    const { node_id: id } = await hub.issue(repository);
    const folder = await hub.clone(repository);
    const sha = await commitFile(folder, "a", "1");
    const push = (branch: string): Promise<unknown> =>
      git(folder, "push", hub.remote(repository, token), `HEAD:refs/heads/${branch}`);
    const close =
      "mutation Close($id: ID!) { closeIssue(input: {issueId: $id}) { clientMutationId } }";
    const held: (string | undefined)[] = [];
    const tips: string[] = [];
    for (const when of ["before", "after"] as const) {
      await halt({ when });
      const pushing = push(when);
      held.push((await hub.server.halted(10))?.operation);
      const tip = await git(folder, "ls-remote", hub.remote(repository, "token-of-acme"), when);
      tips.push(tip.stdout.slice(0, 40));
      await hub.server.dropHalted();
      // git itself may try once more, as long as it is not killed.
      await pushing;
    }
    await halt({ when: "after" });
    const closing = hub.graphql(close, { id }, token).catch(() => "no answer");
    held.push((await hub.server.halted(10))?.operation);
    await hub.server.dropHalted();

    const issue = await hub.rest("GET", `/repos/${repository}/issues/1`);
    expect(held).toEqual(["git git-receive-pack", "git git-receive-pack", "mutation Close"]);
    expect(tips).toEqual(["", sha]);
    expect([await closing, issue.body.state]).toEqual(["no answer", "closed"]);
  });
});
