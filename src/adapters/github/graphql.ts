import { GraphqlResponseError } from "@octokit/graphql";

import type { GitHubClient } from "./client.ts";

/** A failure of one alias of a GraphQL document; the others were answered. */
export interface GraphQLFailure {
  /** Response key of the failed field, for example `i12`. */
  readonly alias: string | undefined;
  readonly type: string | undefined;
  readonly message: string;
  /** The issue that could not be given, as its alias or as its place in a page, while others were. */
  readonly lost: { readonly alias: string } | { readonly place: number } | undefined;
}

export interface GraphQLAnswer {
  readonly data: unknown;
  readonly failures: readonly GraphQLFailure[];
}

/**
 * Sends a document and returns what was answered together with what failed: GitHub answers 200
 * with both when one of several aliases fails. Throws when nothing was answered at all.
 */
export async function sendGraphQL(
  client: GitHubClient,
  document: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<GraphQLAnswer> {
  const isMutation = document.trimStart().startsWith("mutation");
  const { graphql } = isMutation ? client.octokit : client.reader;
  try {
    const data: unknown = await graphql(document, {
      ...variables,
      // A mutation whose answer was lost is found again before it is repeated, never blindly.
      ...(isMutation ? { request: { retries: 0 } } : {}),
    });
    return { data, failures: [] };
  } catch (error) {
    if (!(error instanceof GraphqlResponseError) || !isRecord(error.response.data)) {
      throw error;
    }
    const { data } = error.response;
    return { data, failures: (error.errors ?? []).map(readFailure) };
  }
}

function readFailure(error: {
  readonly type?: string;
  readonly message: string;
  readonly path?: readonly unknown[];
}): GraphQLFailure {
  const path = error.path ?? [];
  const names = path.filter((part) => typeof part === "string");
  const alias = names[0] === "repository" ? names[1] : names[0];
  return { alias, type: error.type, message: error.message, lost: readLost(alias, path) };
}

/** `repository.i12.…` and `repository.issues.nodes.7.…` are about one issue. */
function readLost(alias: string | undefined, path: readonly unknown[]): GraphQLFailure["lost"] {
  const place = path[3];
  if (alias === "issues" && path[2] === "nodes" && typeof place === "number") {
    return { place };
  }
  return alias !== undefined && /^i\d+$/.test(alias) ? { alias } : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
