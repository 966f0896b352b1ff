import type { GraphQLResolveInfo } from "graphql";

import { type Action, authorize, type Viewer } from "../domain/access.ts";
import { notFound } from "../domain/api-error.ts";
import { fullName, type Hub } from "../domain/hub.ts";
import { pullsOf } from "../domain/pull-requests.ts";
import { type Issue, isPull, type Repository } from "../domain/state.ts";
import { formatNodeId } from "../shapes/node-id.ts";
import { repositoryHtmlUrl } from "../shapes/repository-shape.ts";
import { textIn, textsIn } from "../untyped.ts";
import { connection } from "./connection.ts";
import { defaultBranchSource, objectSource, refSource } from "./git-source.ts";
import { LABELS, milestoneSource } from "./label-source.ts";
import { type Arguments, refuseArguments, type Source } from "./source.ts";
import { filterIssues, filterPulls } from "./subject-filters.ts";
import { Subjects } from "./subject-source.ts";

const ISSUE_FILTERS = ["states", "labels", "filterBy", "orderBy"];
const PULL_FILTERS = ["states", "labels", "headRefName", "baseRefName", "orderBy"];

/** Makes the sources of repositories for one viewer. */
export class Repositories {
  readonly #hub: Hub;
  readonly #viewer: Viewer;
  readonly subjects: Subjects;

  constructor(hub: Hub, viewer: Viewer) {
    this.#hub = hub;
    this.#viewer = viewer;
    this.subjects = new Subjects(hub, viewer, this.source);
  }

  readonly source = (repository: Repository): Source => ({
    __typename: "Repository",
    id: formatNodeId("R", repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullName(repository),
    url: repositoryHtmlUrl(this.#hub, repository),
    isPrivate: repository.private,
    visibility: repository.private ? "PRIVATE" : "PUBLIC",
    isFork: false,
    isArchived: false,
    ...this.#gitFields(repository),
    ...this.#subjectFields(repository),
    ...this.#labelFields(repository),
  });

  /** A field that first checks that the viewer may do this. */
  #guarded(
    repository: Repository,
    action: Action,
    resolve: (args: Arguments, info: GraphQLResolveInfo) => unknown,
  ): (args: Arguments, info: GraphQLResolveInfo) => unknown {
    return (args, info) => {
      authorize(this.#viewer, repository, action);
      return resolve(args, info);
    };
  }

  #gitFields(repository: Repository): Source {
    const hub = this.#hub;
    return {
      defaultBranchRef: this.#guarded(repository, "read contents", () =>
        defaultBranchSource(hub, repository),
      ),
      ref: this.#guarded(repository, "read contents", (args) =>
        refSource(hub, repository, String(args["qualifiedName"])),
      ),
      object: this.#guarded(repository, "read contents", (args, info) => {
        refuseArguments(args, info, ["expression", "oid"]);
        return objectSource(hub, repository, String(args["expression"] ?? args["oid"]));
      }),
    };
  }

  #subjectFields(repository: Repository): Source {
    const hub = this.#hub;
    return {
      issue: this.#guarded(repository, "read issues", (args) => {
        const issue = this.#subject(repository, args, "Issue");
        return this.subjects.source(issue);
      }),
      pullRequest: this.#guarded(repository, "read pull requests", (args) =>
        this.subjects.source(this.#subject(repository, args, "PullRequest")),
      ),
      issueOrPullRequest: (args) =>
        this.subjects.source(this.#subject(repository, args, "issue or pull request")),
      issues: this.#guarded(repository, "read issues", (args, info) => {
        const issues = hub.issues(repository).filter((it) => !isPull(it));
        const wanted = filterIssues(hub, issues, args);
        return connection(wanted, args, info, this.subjects.connection("Issue", ...ISSUE_FILTERS));
      }),
      pullRequests: this.#guarded(repository, "read pull requests", (args, info) => {
        const wanted = filterPulls(hub, pullsOf(hub, repository), args);
        const options = this.subjects.connection("PullRequest", ...PULL_FILTERS);
        return connection(wanted, args, info, options);
      }),
    };
  }

  #subject(
    repository: Repository,
    args: Arguments,
    kind: "Issue" | "PullRequest" | "issue or pull request",
  ): Issue {
    const number = Number(args["number"]);
    const issue = this.#hub.issueByNumber(repository, number);
    const fits =
      kind === "issue or pull request" || (kind === "Issue") === (issue && !isPull(issue));
    if (issue === undefined || !fits) {
      throw notFound(`Could not resolve to an ${kind} with the number of ${number}.`);
    }
    return issue;
  }

  #labelFields(repository: Repository): Source {
    const hub = this.#hub;
    return {
      label: this.#guarded(repository, "read issues", (args) => {
        const label = hub.labelByName(repository, String(args["name"]));
        return label === undefined ? null : LABELS.source(label);
      }),
      labels: this.#guarded(repository, "read issues", (args, info) => {
        const query = (textIn(args["query"]) ?? "").toLowerCase();
        const labels = hub.labels(repository).filter((it) => {
          return it.name.toLowerCase().includes(query);
        });
        return connection(labels, args, info, { ...LABELS, arguments: ["query"] });
      }),
      milestone: this.#guarded(repository, "read issues", (args) => {
        const milestone = hub.milestoneByNumber(repository, Number(args["number"]));
        return milestone === undefined ? null : milestoneSource(hub, milestone);
      }),
      milestones: this.#guarded(repository, "read issues", (args, info) => {
        const states = textsIn(args["states"]) ?? ["OPEN", "CLOSED"];
        const milestones = hub
          .milestones(repository)
          .filter((it) => states.includes(it.state.toUpperCase()));
        return connection(milestones, args, info, {
          type: "Milestone",
          key: (it) => it.id,
          source: (it) => milestoneSource(hub, it),
          arguments: ["states"],
        });
      }),
    };
  }
}
