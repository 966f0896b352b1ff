import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Answer, commitFile, git, OfflineGitHub } from "./offline-github.ts";

let hub: OfflineGitHub;

beforeAll(async () => {
  hub = await OfflineGitHub.start();
});
afterAll(async () => {
  await hub.stop();
});

async function openPull(
  repository: string,
  input: { readonly body?: string; readonly draft?: boolean; readonly text?: string } = {},
): Promise<Answer> {
  await hub.pushBranch(repository, "feature", "README.md", input.text ?? "changed\n");
  const { body, draft } = input;
  const fields = { title: "Change", head: "feature", base: "main", body, draft };
  return await hub.rest("POST", `/repos/${repository}/pulls`, fields);
}

describe("pull requests over REST", () => {
  it("refuse a missing branch, a branch without commits and a twin", async () => {
    const repository = await hub.repository();
    await openPull(repository);
    const path = `/repos/${repository}/pulls`;
    await git(await hub.clone(repository), "push", "--quiet", "origin", "HEAD:refs/heads/same");

    const missing = await hub.rest("POST", path, { title: "T", head: "nowhere", base: "main" });
    const same = await hub.rest("POST", path, { title: "T", head: "same", base: "main" });
    const twin = await hub.rest("POST", path, { title: "T", head: "acme:feature", base: "main" });

    expect([missing.status, same.status, twin.status]).toEqual([422, 422, 422]);
    expect(same.body.errors[0].message).toBe("No commits between main and same");
    expect(twin.body.errors[0].message).toBe("A pull request already exists for acme:feature.");
  });

  it("are found by head, base and state", async () => {
    const repository = await hub.repository();
    await openPull(repository);
    const count = async (query: string): Promise<number> =>
      (await hub.rest("GET", `/repos/${repository}/pulls?${query}`)).body.length;

    const counts = [
      await count("head=acme:feature"),
      await count("head=acme:other"),
      await count("base=main&state=all"),
      await count("state=closed"),
    ];

    expect(counts).toEqual([1, 0, 1, 0]);
  });

  it("follow a push to their branch and list what it changes", async () => {
    const repository = await hub.repository();
    const { body } = await openPull(repository);
    const folder = await hub.clone(repository);
    await git(folder, "switch", "--quiet", "feature");
    const sha = await commitFile(folder, "new.txt", "1\n2\n");
    await git(folder, "push", "--quiet");

    const pull = await hub.rest("GET", `/repos/${repository}/pulls/${body.number}`);
    const files = await hub.rest("GET", `/repos/${repository}/pulls/${body.number}/files`);

    expect(pull.body).toMatchObject({
      head: { sha },
      mergeable: true,
      changed_files: 2,
      commits: 2,
    });
    expect(files.body).toMatchObject([
      { filename: "README.md", status: "modified", additions: 1, deletions: 1 },
      { filename: "new.txt", status: "added", additions: 2, deletions: 0 },
    ]);
  });

  it("close when their branch is deleted", async () => {
    const repository = await hub.repository();
    const { body } = await openPull(repository);
    const folder = await hub.clone(repository);

    await git(folder, "push", "--quiet", "origin", ":feature");

    const pull = await hub.rest("GET", `/repos/${repository}/pulls/${body.number}`);
    expect([pull.body.state, pull.body.merged]).toEqual(["closed", false]);
  });
});

describe("merging", () => {
  it("makes a merge commit and closes the issues that the body names", async () => {
    const repository = await hub.repository();
    const [one, two, three] = [
      await hub.issue(repository),
      await hub.issue(repository),
      await hub.issue(repository),
    ];
    const body = `Closes #${one.number}, fixes: #${two.number} and mentions #${three.number}`;
    const { number, head } = (await openPull(repository, { body })).body;

    const sha = { sha: head.sha };
    const merged = await hub.rest("PUT", `/repos/${repository}/pulls/${number}/merge`, sha);

    const folder = await hub.clone(repository);
    const log = await git(folder, "log", "-1", "--format=%H %s %p");
    const states = await Promise.all(
      [one, two, three].map(async (opened) => {
        const issue = await hub.rest("GET", `/repos/${repository}/issues/${opened.number}`);
        return issue.body.state;
      }),
    );
    expect(merged.body).toMatchObject({ merged: true });
    expect(log.stdout).toMatch(
      new RegExp(`^${merged.body.sha} Merge pull request #${number} from acme/feature \\w+ \\w+$`),
    );
    expect(states).toEqual(["closed", "closed", "open"]);
  });

  it("squashes to one commit that has the number in its subject", async () => {
    const repository = await hub.repository();
    const { number } = (await openPull(repository)).body;

    const squash = { merge_method: "squash" };
    await hub.rest("PUT", `/repos/${repository}/pulls/${number}/merge`, squash);

    const folder = await hub.clone(repository);
    const log = await git(folder, "log", "-1", "--format=%s|%p|%an");
    expect(log.stdout).toMatch(new RegExp(`^Change \\(#${number}\\)\\|\\w+\\|acme$`));
  });

  it("is refused for another head (409), a draft, a conflict and a second time (405)", async () => {
    const repository = await hub.repository();
    const { number, head } = (await openPull(repository, { draft: true })).body;
    const path = `/repos/${repository}/pulls/${number}`;
    const merge = async (body: unknown = {}): Promise<number> =>
      (await hub.rest("PUT", `${path}/merge`, body)).status;
    const { data } = await hub.graphql(
      `query($number: Int!) { repository(owner: "acme", name: "${repository.slice(5)}") {
        pullRequest(number: $number) { id } } }`,
      { number },
    );
    const ready = `mutation($id: ID!) {
      markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } } }`;

    const draft = await merge();
    await hub.graphql(ready, { id: data.repository.pullRequest.id });
    const stale = await merge({ sha: "0".repeat(40) });
    const folder = await hub.clone(repository);
    await commitFile(folder, "README.md", "conflicting\n");
    await git(folder, "push", "--quiet");
    const conflict = await merge();
    const mergeable = (await hub.rest("GET", path)).body.mergeable;
    await git(folder, "revert", "--no-edit", "HEAD");
    await git(folder, "push", "--quiet");
    const merged = await merge({ sha: head.sha });
    const again = await merge();

    expect([draft, stale, conflict, mergeable, merged, again]).toEqual([
      405,
      409,
      405,
      false,
      200,
      405,
    ]);
  });

  it("leaves issues open when it goes into another branch than the default one", async () => {
    const repository = await hub.repository();
    const issue = await hub.issue(repository);
    await git(await hub.clone(repository), "push", "--quiet", "origin", "HEAD:refs/heads/develop");
    await hub.pushBranch(repository, "feature", "a.txt", "a\n");
    const input = { title: "T", head: "feature", base: "develop", body: `Closes #${issue.number}` };
    const { number } = (await hub.rest("POST", `/repos/${repository}/pulls`, input)).body;

    await hub.rest("PUT", `/repos/${repository}/pulls/${number}/merge`);

    const after = await hub.rest("GET", `/repos/${repository}/issues/${issue.number}`);
    expect(after.body.state).toBe("open");
  });
});
