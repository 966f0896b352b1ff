/**
 * The GraphQL texts of the product. What they ask for is what `issue-node.ts` parses; a page of a
 * hundred issues costs six points (docs: rate limits for the GraphQL API).
 */

/** Issues per page: the most that GitHub gives. */
export const PAGE_SIZE = 100;

/** Pull requests of ours that are open at the same time are capped far below this. */
const OPEN_PULL_REQUESTS = 100;

/** Milestones whose progress is written. */
const OPEN_MILESTONES = 30;

const ACTOR = `{ __typename login ... on User { databaseId } ... on Bot { databaseId } }`;

const REFERENCE = `{ number state stateReason repository { nameWithOwner } }`;

const ISSUE_FIELDS = `
  fragment IssueFields on Issue {
    id number title body state stateReason createdAt updatedAt closedAt
    author ${ACTOR}
    assignees(first: 10) { nodes { login } }
    labels(first: 100) { nodes { id name } }
    milestone { id number }
    blockedBy(first: 50) { nodes ${REFERENCE} }
    issueDependenciesSummary { blockedBy }
    subIssues(first: 100) { nodes ${REFERENCE} }
    subIssuesSummary { total }
    parent ${REFERENCE}
    timelineItems(last: 50, itemTypes: [LABELED_EVENT, RENAMED_TITLE_EVENT, REOPENED_EVENT]) {
      nodes {
        __typename
        ... on LabeledEvent { createdAt actor ${ACTOR} label { name } }
        ... on RenamedTitleEvent { createdAt actor ${ACTOR} }
        ... on ReopenedEvent { createdAt actor ${ACTOR} }
      }
    }
    userContentEdits(first: 25) { totalCount nodes { editedAt editor ${ACTOR} } }
  }`;

const PULL_REQUEST_FIELDS = `
  fragment PullRequestFields on PullRequest {
    id number headRefName headRefOid closedAt state isDraft isCrossRepository url
    labels(first: 50) { nodes { id name } }
    milestone { number }
  }`;

const STATUS_COMMENT = `
  fragment StatusComment on Issue {
    comments(first: 50) { totalCount nodes { id body viewerDidAuthor } }
    latestComments: comments(last: 50) { nodes { id body viewerDidAuthor } }
  }`;

const REPOSITORY_FIELDS = `nameWithOwner url isPrivate
      defaultBranchRef { name target { oid } }
      configuration: object(expression: $configuration) {
        __typename
        ... on Blob { text isTruncated }
      }`;

/** Labels that we give: a mutation wants their ids. */
const OWN_LABELS = `stateLabels: labels(first: 50, query: "state:") { nodes { id name } }
      readyLabels: labels(first: 10, query: "ready-to-merge") { nodes { id name } }`;

/** What the planner reads besides issues. */
const SURROUNDINGS = `${REPOSITORY_FIELDS}
      pullRequests(first: ${OPEN_PULL_REQUESTS}, states: [OPEN]) { nodes { ...PullRequestFields } }
      milestones(first: ${OPEN_MILESTONES}, states: [OPEN]) {
        nodes {
          number title description openIssueCount closedIssueCount
        }
      }`;

/** A page of issues; an issue that cannot be given is null there, and its number stands beside it. */
function issuePage(paging: string): string {
  return `issues(${paging}) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { ...IssueFields }
      }
      numbers: issues(${paging}) { nodes { number } }`;
}

const OPEN_ISSUES = "states: [OPEN], orderBy: { field: CREATED_AT, direction: ASC }";

/** Of any state and without a label, because what was closed or unlabelled changed too; newest first. */
const CHANGED_ISSUES =
  "filterBy: { since: $since }, orderBy: { field: UPDATED_AT, direction: DESC }";

/** The repository, its configuration file, open pull requests and milestones, and a page of issues. */
export const READ_REPOSITORY = `
  query ReadRepository($owner: String!, $name: String!, $configuration: String!) {
    repository(owner: $owner, name: $name) {
      ${SURROUNDINGS}
      ${issuePage(`first: ${PAGE_SIZE}, ${OPEN_ISSUES}`)}
    }
  }
  ${PULL_REQUEST_FIELDS}
  ${ISSUE_FIELDS}`;

/** The same with the issues that changed instead, and the number of open ones. */
export const READ_CHANGES = `
  query ReadChanges($owner: String!, $name: String!, $configuration: String!, $since: DateTime!, $first: Int!) {
    repository(owner: $owner, name: $name) {
      ${SURROUNDINGS}
      open: issues(first: 1, states: [OPEN]) { totalCount }
      ${issuePage(`first: $first, ${CHANGED_ISSUES}`)}
    }
  }
  ${PULL_REQUEST_FIELDS}
  ${ISSUE_FIELDS}`;

/** A further page of open issues, or the first one. */
export const READ_ISSUES = `
  query ReadIssues($owner: String!, $name: String!, $after: String) {
    repository(owner: $owner, name: $name) {
      ${issuePage(`first: ${PAGE_SIZE}, after: $after, ${OPEN_ISSUES}`)}
    }
  }
  ${ISSUE_FIELDS}`;

/** A further page of changed issues. */
export const READ_MORE_CHANGES = `
  query ReadMoreChanges($owner: String!, $name: String!, $since: DateTime!, $after: String) {
    repository(owner: $owner, name: $name) {
      ${issuePage(`first: ${PAGE_SIZE}, after: $after, ${CHANGED_ISSUES}`)}
    }
  }
  ${ISSUE_FIELDS}`;

/** The repository with one issue: all that a session may and need read. */
export const READ_ISSUE = `
  query ReadIssue($owner: String!, $name: String!, $configuration: String!, $issue: Int!) {
    repository(owner: $owner, name: $name) {
      ${REPOSITORY_FIELDS}
      issue(number: $issue) { ...IssueFields ...StatusComment }
    }
  }
  ${ISSUE_FIELDS}
  ${STATUS_COMMENT}`;

/** The same with our labels and the open pull requests: all that a delivery needs. */
export const READ_DELIVERY = `
  query ReadDelivery($owner: String!, $name: String!, $configuration: String!, $issue: Int!) {
    repository(owner: $owner, name: $name) {
      ${REPOSITORY_FIELDS}
      ${OWN_LABELS}
      pullRequests(first: ${OPEN_PULL_REQUESTS}, states: [OPEN]) { nodes { ...PullRequestFields } }
      issue(number: $issue) { ...IssueFields ...StatusComment }
    }
  }
  ${PULL_REQUEST_FIELDS}
  ${ISSUE_FIELDS}
  ${STATUS_COMMENT}`;

/** The repository alone, for what is about none of its issues. */
export const READ_CONFIGURATION = `
  query ReadConfiguration($owner: String!, $name: String!, $configuration: String!) {
    repository(owner: $owner, name: $name) {
      ${REPOSITORY_FIELDS}
    }
  }`;

/** Issues by number, with the comments among which ours is, and branches by name. */
export function readByNumber(issues: readonly number[], branchCount: number): string {
  const branches = Array.from({ length: branchCount }, (_, index) => index);
  const parameters = branches.map((index) => `, $branch${index}: String!`).join("");
  return `
  query ReadByNumber($owner: String!, $name: String!${parameters}) {
    repository(owner: $owner, name: $name) {
      nameWithOwner
      ${issues.map((issue) => `i${issue}: issue(number: ${issue}) { ...IssueFields ...StatusComment }`).join("\n      ")}
      ${branches.map((index) => `b${index}: pullRequests(headRefName: $branch${index}, first: 1, orderBy: { field: CREATED_AT, direction: DESC }) { nodes { ...PullRequestFields } }`).join("\n      ")}
    }
  }
  ${issues.length > 0 ? `${ISSUE_FIELDS}\n  ${STATUS_COMMENT}` : ""}
  ${branchCount > 0 ? PULL_REQUEST_FIELDS : ""}`;
}

/** What is to be looked up before it is written to, by number. */
export interface TargetNumbers {
  readonly issues: readonly number[];
  readonly pullRequests: readonly number[];
  readonly milestones: readonly number[];
}

/** What effects need to be found before they are created: node ids, labels, own comments. */
export function readTargets({ issues, pullRequests, milestones }: TargetNumbers): string {
  const labels = "labels(first: 100) { nodes { id name } }";
  const fields = [
    ...issues.map(
      (issue) => `i${issue}: issue(number: ${issue}) { id state ${labels} ...StatusComment }`,
    ),
    ...pullRequests.map(
      (number) =>
        `p${number}: pullRequest(number: ${number}) { id number headRefName state ${labels} }`,
    ),
    ...milestones.map((number) => `m${number}: milestone(number: ${number}) { id description }`),
  ];
  return `
  query ReadTargets($owner: String!, $name: String!) {
    repository(owner: $owner, name: $name) {
      nameWithOwner
      ${OWN_LABELS}
      ${fields.join("\n      ")}
    }
  }
  ${issues.length > 0 ? STATUS_COMMENT : ""}`;
}
