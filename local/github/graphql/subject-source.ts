import { authorize, type Viewer } from "../domain/access.ts";
import { NotEmulated } from "../domain/api-error.ts";
import { closingPulls, closingReferences } from "../domain/closing-references.ts";
import { fullName, type Hub } from "../domain/hub.ts";
import { readMergeability } from "../domain/pull-requests.ts";
import {
  blockedOf,
  blockersOf,
  countDependencies,
  countSubIssues,
  subIssuesOf,
} from "../domain/relations.ts";
import { type Issue, isPull, type Pull, type Repository } from "../domain/state.ts";
import { issueHtmlUrl } from "../shapes/issue-shape.ts";
import { formatNodeId } from "../shapes/node-id.ts";
import { textFieldsIn } from "../untyped.ts";
import { actorSource } from "./actor-source.ts";
import { commentSource, editFields } from "./comment-source.ts";
import { connection, type ConnectionOptions } from "./connection.ts";
import { LABELS, milestoneSource } from "./label-source.ts";
import type { Arguments, Source } from "./source.ts";
import { timelineEntries, timelineSource } from "./timeline-source.ts";

/** Makes the sources of issues and pull requests for one viewer, who is checked at each of them. */
export class Subjects {
  readonly #hub: Hub;
  readonly #viewer: Viewer;
  /** Handed in, because a repository contains its issues. */
  readonly #repository: (repository: Repository) => Source;

  constructor(hub: Hub, viewer: Viewer, repository: (repository: Repository) => Source) {
    this.#hub = hub;
    this.#viewer = viewer;
    this.#repository = repository;
  }

  /** The source of an issue or pull request that the viewer may read. */
  readonly source = (issue: Issue): Source => {
    const action = isPull(issue) ? "read pull requests" : "read issues";
    authorize(this.#viewer, this.#hub.repositoryOf(issue), action);
    const shared = this.#shared(issue);
    return isPull(issue)
      ? { ...shared, ...this.#pullFields(issue) }
      : { ...shared, ...this.#issueFields(issue) };
  };

  /** Issues or pull requests as a connection. */
  connection(
    type: "Issue" | "PullRequest",
    ...others: readonly string[]
  ): ConnectionOptions<Issue> {
    return { type, key: (issue) => issue.id, source: this.source, arguments: others };
  }

  #shared(issue: Issue): Source {
    const hub = this.#hub;
    const { milestoneId } = issue;
    return {
      number: issue.number,
      title: issue.title,
      body: issue.body ?? "",
      bodyText: issue.body ?? "",
      createdAt: issue.createdAt,
      updatedAt: issue.updatedAt,
      closed: issue.state === "closed",
      closedAt: issue.closedAt ?? null,
      url: issueHtmlUrl(hub, issue),
      locked: false,
      author: actorSource(hub, hub.user(issue.authorId)),
      milestone:
        milestoneId === undefined ? null : milestoneSource(hub, hub.milestone(milestoneId)),
      repository: () => this.#repository(hub.repositoryOf(issue)),
      labels: (args, info) => connection(hub.labels(issue), args, info, LABELS),
      assignees: (args, info) =>
        connection(
          issue.assigneeIds.flatMap((id) => hub.user(id) ?? []),
          args,
          info,
          {
            type: "User",
            key: (user) => user.id,
            source: (user) => actorSource(hub, user) ?? {},
          },
        ),
      comments: (args, info) =>
        connection(hub.comments(issue), args, info, {
          type: "IssueComment",
          key: (comment) => comment.id,
          source: (comment) => commentSource(hub, this.#viewer, comment),
        }),
      ...editFields(hub, issue.edits),
    };
  }

  #issueFields(issue: Issue): Source {
    const hub = this.#hub;
    const { parentId } = issue;
    return {
      __typename: "Issue",
      id: formatNodeId("I", issue.id),
      databaseId: issue.id,
      fullDatabaseId: String(issue.id),
      state: issue.state.toUpperCase(),
      stateReason: issue.stateReason?.toUpperCase() ?? null,
      parent: () => (parentId === undefined ? null : this.source(hub.issue(parentId))),
      blockedBy: (args, info) => {
        const issues = byDependencyAge(args, blockersOf(hub, issue));
        return connection(issues, args, info, this.connection("Issue", "orderBy"));
      },
      blocking: (args, info) => {
        const issues = byDependencyAge(args, blockedOf(hub, issue));
        return connection(issues, args, info, this.connection("Issue", "orderBy"));
      },
      subIssues: (args, info) =>
        connection(subIssuesOf(hub, issue), args, info, this.connection("Issue")),
      subIssuesSummary: { __typename: "SubIssuesSummary", ...countSubIssues(hub, issue) },
      issueDependenciesSummary: () => ({
        __typename: "IssueDependenciesSummary",
        ...countDependencies(hub, issue),
      }),
      timelineItems: (args, info) =>
        connection(timelineEntries(hub, issue, args["itemTypes"]), args, info, {
          type: "IssueTimelineItems",
          key: (entry) => entry.id,
          source: (entry) => timelineSource(hub, issue, entry, this.#viewer, this.source),
          arguments: ["itemTypes"],
        }),
      closedByPullRequestsReferences: (args, info) => {
        const pulls = closingPulls(hub, issue).filter((it) => {
          return it.state === "open" || args["includeClosedPrs"] === true || isMerged(it);
        });
        return connection(pulls, args, info, this.connection("PullRequest", "includeClosedPrs"));
      },
    };
  }

  #pullFields(issue: Pull): Source {
    const hub = this.#hub;
    const { pull } = issue;
    const repository = hub.repositoryOf(issue);
    const merged = isMerged(issue);
    return {
      __typename: "PullRequest",
      id: formatNodeId("PR", issue.id),
      databaseId: pull.id,
      fullDatabaseId: String(pull.id),
      state: merged ? "MERGED" : issue.state.toUpperCase(),
      isDraft: pull.draft,
      merged,
      mergedAt: pull.mergedAt ?? null,
      mergedBy: actorSource(hub, hub.user(pull.mergedById)),
      mergeCommit:
        pull.mergeCommitSha === undefined
          ? null
          : { __typename: "Commit", oid: pull.mergeCommitSha },
      headRefName: pull.headRef,
      headRefOid: pull.headSha,
      baseRefName: pull.baseRef,
      baseRefOid: pull.baseSha,
      isCrossRepository: false,
      headRepository: { __typename: "Repository", nameWithOwner: fullName(repository) },
      mergeable: async () => MERGEABLE[await readMergeability(hub, issue)],
      closingIssuesReferences: (args, info) =>
        connection(closingReferences(hub, issue), args, info, this.connection("Issue")),
    };
  }
}

const MERGEABLE = { clean: "MERGEABLE", conflict: "CONFLICTING", unknown: "UNKNOWN" };

function isMerged(issue: Issue): boolean {
  return issue.pull?.mergedAt !== undefined;
}

/** `orderBy` of dependencies; GitHub's default is the newest dependency first. */
function byDependencyAge(args: Arguments, oldestFirst: readonly Issue[]): readonly Issue[] {
  const { field = "DEPENDENCY_ADDED_AT", direction } = textFieldsIn(args["orderBy"]);
  if (field !== "DEPENDENCY_ADDED_AT") {
    throw new NotEmulated(`Issue.blockedBy(orderBy: ${field})`);
  }
  return direction === "ASC" ? oldestFirst : oldestFirst.toReversed();
}
