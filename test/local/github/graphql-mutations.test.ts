import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { askRepository } from "./ask-repository.ts";
import { OfflineGitHub } from "./offline-github.ts";

let hub: OfflineGitHub;

beforeAll(async () => {
  hub = await OfflineGitHub.start();
});
afterAll(async () => {
  await hub.stop();
});

describe("mutations", () => {
  it("run in order, each with its own error, and the others go on", async () => {
    const repository = await hub.repository();
    const { node_id: id } = await hub.issue(repository);
    const label = (await hub.rest("GET", `/repos/${repository}/labels/bug`)).body.node_id;
    const token = await hub.jobToken(repository, { issues: "write" });

    const { data, errors } = await hub.graphql(
      `mutation($id: ID!, $label: ID!) {
         labelled: addLabelsToLabelable(input: {labelableId: $id, labelIds: [$label]}) {
           labelable { ... on Issue { labels(first: 5) { nodes { name } } } } }
         broken: addComment(input: {subjectId: "I_kwOTk5", body: "x"}) { subject { id } }
         commented: addComment(input: {subjectId: $id, body: "hello"}) {
           commentEdge { node { body author { login } } } }
         removed: removeLabelsFromLabelable(input: {labelableId: $id, labelIds: [$label]}) {
           labelable { ... on Issue { labels(first: 5) { totalCount } } } } }`,
      { id, label },
      token,
    );

    expect(data).toEqual({
      labelled: { labelable: { labels: { nodes: [{ name: "bug" }] } } },
      broken: null,
      commented: { commentEdge: { node: { body: "hello", author: { login: "github-actions" } } } },
      removed: { labelable: { labels: { totalCount: 0 } } },
    });
    expect(errors).toMatchObject([{ type: "NOT_FOUND", path: ["broken"] }]);
  });

  it("need the job token's permission", async () => {
    const repository = await hub.repository();
    const { node_id: id } = await hub.issue(repository);
    const token = await hub.jobToken(repository, { issues: "read" });

    const { data, errors } = await hub.graphql(
      `mutation($id: ID!) { closeIssue(input: {issueId: $id}) { issue { state } } }`,
      { id },
      token,
    );

    expect(data.closeIssue).toBeNull();
    expect(errors).toMatchObject([
      { type: "FORBIDDEN", message: "Resource not accessible by integration" },
    ]);
  });

  it("change, close and reopen an issue", async () => {
    const repository = await hub.repository();
    const { node_id: id } = await hub.issue(repository, { body: "old" });
    const milestone = await hub.rest("POST", `/repos/${repository}/milestones`, { title: "M" });
    const variables = { id, milestone: milestone.body.node_id, long: "x".repeat(65_537) };

    const { data } = await hub.graphql(
      `mutation($id: ID!, $milestone: ID!, $long: String!) {
         updated: updateIssue(input: {id: $id, title: "New", body: $long, milestoneId: $milestone}) {
           issue { title body milestone { title } } }
         closed: closeIssue(input: {issueId: $id, stateReason: NOT_PLANNED}) {
           issue { state stateReason } }
         reopened: reopenIssue(input: {issueId: $id}) { issue { state stateReason } }
         cleared: updateIssue(input: {id: $id, milestoneId: null}) { issue { milestone { title } } } }`,
      variables,
    );

    expect(data).toEqual({
      updated: { issue: { title: "New", body: "old", milestone: { title: "M" } } },
      closed: { issue: { state: "CLOSED", stateReason: "NOT_PLANNED" } },
      reopened: { issue: { state: "OPEN", stateReason: "REOPENED" } },
      cleared: { issue: { milestone: null } },
    });
  });

  it("connect issues and refuse an issue that blocks itself", async () => {
    const repository = await hub.repository();
    const [one, two] = [await hub.issue(repository), await hub.issue(repository)];

    const { data, errors } = await hub.graphql(
      `mutation($one: ID!, $two: ID!) {
         added: addBlockedBy(input: {issueId: $one, blockingIssueId: $two}) {
           issue { blockedBy(first: 1) { nodes { number } } } }
         itself: addBlockedBy(input: {issueId: $one, blockingIssueId: $one}) { issue { id } }
         removed: removeBlockedBy(input: {issueId: $one, blockingIssueId: $two}) {
           issue { blockedBy(first: 1) { totalCount } } }
         child: addSubIssue(input: {issueId: $one, subIssueId: $two}) {
           subIssue { parent { number } } issue { subIssuesSummary { total completed percentCompleted } } } }`,
      { one: one.node_id, two: two.node_id },
    );

    expect(data).toEqual({
      added: { issue: { blockedBy: { nodes: [{ number: 2 }] } } },
      itself: null,
      removed: { issue: { blockedBy: { totalCount: 0 } } },
      child: {
        subIssue: { parent: { number: 1 } },
        issue: { subIssuesSummary: { total: 1, completed: 0, percentCompleted: 0 } },
      },
    });
    expect(errors).toMatchObject([{ type: "UNPROCESSABLE", path: ["itself"] }]);
  });

  it("show a pull request with its draft state and the issues it closes", async () => {
    const repository = await hub.repository();
    const issue = await hub.issue(repository);
    const sha = await hub.pushBranch(repository, "feature", "a.txt", "a\n");
    const input = { title: "P", head: "feature", base: "main", body: `Resolves #${issue.number}` };
    await hub.rest("POST", `/repos/${repository}/pulls`, { ...input, draft: true });
    const fields = `id isDraft state merged mergeable headRefOid headRefName baseRefName
      isCrossRepository headRepository { nameWithOwner }
      closingIssuesReferences(first: 5) { nodes { number } }`;

    const { data } = await askRepository(
      hub,
      repository,
      `pullRequests(first: 5, states: [OPEN], headRefName: "feature") { nodes { ${fields} } }`,
    );
    const [pull] = data.repository.pullRequests.nodes;
    const changed = await hub.graphql(
      `mutation($id: ID!) {
         ready: markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } }
         draft: convertPullRequestToDraft(input: {pullRequestId: $id}) { pullRequest { isDraft } }
         updated: updatePullRequest(input: {pullRequestId: $id, title: "Q"}) { pullRequest { title } }
         closed: closePullRequest(input: {pullRequestId: $id}) { pullRequest { state } } }`,
      { id: pull.id },
    );

    expect(pull).toMatchObject({
      isDraft: true,
      state: "OPEN",
      merged: false,
      mergeable: "MERGEABLE",
      headRefOid: sha,
      headRepository: { nameWithOwner: repository },
      closingIssuesReferences: { nodes: [{ number: issue.number }] },
    });
    expect(changed.data).toEqual({
      ready: { pullRequest: { isDraft: false } },
      draft: { pullRequest: { isDraft: true } },
      updated: { pullRequest: { title: "Q" } },
      closed: { pullRequest: { state: "CLOSED" } },
    });
  });
});
