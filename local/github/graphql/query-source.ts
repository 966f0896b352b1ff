import { authorize } from "../domain/access.ts";
import { ApiError, notFound } from "../domain/api-error.ts";
import { readBudget } from "../http/budget.ts";
import { parseNodeId } from "../shapes/node-id.ts";
import { textsIn } from "../untyped.ts";
import { actorSource, viewerSource } from "./actor-source.ts";
import { commentSource } from "./comment-source.ts";
import { labelSource, milestoneSource } from "./label-source.ts";
import { Repositories } from "./repository-source.ts";
import { type Arguments, type Context, refuseArguments, type Source } from "./source.ts";

/** The root of queries. */
export function querySource(context: Context): Source {
  const { hub, viewer } = context;
  const repositories = new Repositories(hub, viewer);
  return {
    __typename: "Query",
    repository: (args, info) => {
      refuseArguments(args, info, ["owner", "name"]);
      return repositoryByName(context, repositories, args);
    },
    viewer: () => {
      if (viewer.kind === "anonymous") {
        throw new ApiError(401, "Requires authentication");
      }
      return viewerSource(hub, viewer.user);
    },
    rateLimit: () => rateLimitSource(context),
    node: (args) => nodeSource(context, repositories, String(args["id"])),
    nodes: (args) =>
      (textsIn(args["ids"]) ?? []).map((id) => nodeSource(context, repositories, id)),
  };
}

function repositoryByName(context: Context, repositories: Repositories, args: Arguments): Source {
  const name = `${String(args["owner"])}/${String(args["name"])}`;
  const repository = context.hub.repository(String(args["owner"]), String(args["name"]));
  const unknown = notFound(`Could not resolve to a Repository with the name '${name}'.`);
  if (repository === undefined) {
    throw unknown;
  }
  try {
    authorize(context.viewer, repository, "read repository");
  } catch {
    throw unknown;
  }
  return repositories.source(repository);
}

function rateLimitSource({ hub, viewer, cost }: Context): Source {
  const { limit, used, remaining, resetAt } = readBudget(hub, viewer, "graphql");
  return {
    __typename: "RateLimit",
    cost: cost.points,
    nodeCount: cost.nodes,
    limit,
    used,
    remaining,
    resetAt: new Date(resetAt * 1000).toISOString().replace(".000Z", "Z"),
  };
}

/** The object of a global node id, if the viewer may read it. */
function nodeSource(context: Context, repositories: Repositories, id: string): Source | null {
  const source = findNode(context, repositories, id);
  if (source === undefined || source === null) {
    throw notFound(`Could not resolve to a node with the global id of '${id}'`);
  }
  return source;
}

function findNode(
  context: Context,
  repositories: Repositories,
  id: string,
): Source | null | undefined {
  const { hub, viewer } = context;
  const { kind, key } = parseNodeId(id) ?? { kind: "", key: 0 };
  switch (kind) {
    case "R": {
      const repository = hub.state.repositories.get(key);
      return repository && repositories.source(repository);
    }
    case "I":
    case "PR": {
      const issue = hub.state.issues.get(key);
      const fits = issue !== undefined && (issue.pull !== undefined) === (kind === "PR");
      return fits ? repositories.subjects.source(issue) : undefined;
    }
    case "IC": {
      const comment = hub.state.comments.get(key);
      if (comment === undefined) {
        return undefined;
      }
      const issue = hub.issue(comment.issueId);
      authorize(viewer, hub.repositoryOf(issue), "read issues", issue);
      return commentSource(hub, viewer, comment);
    }
    case "LA": {
      const label = hub.state.labels.get(key);
      return label && labelSource(label);
    }
    case "MI": {
      const milestone = hub.state.milestones.get(key);
      return milestone && milestoneSource(hub, milestone);
    }
    case "U":
    case "BOT":
      return actorSource(hub, hub.user(key));
    default:
      return undefined;
  }
}
