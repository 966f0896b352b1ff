import type { GraphQLResolveInfo } from "graphql";

import { ApiError } from "../domain/api-error.ts";
import { type Arguments, refuseArguments, type Source } from "./source.ts";

const PAGING = ["first", "last", "after", "before"];
const MAX_PAGE = 100;

export interface ConnectionOptions<T> {
  readonly type: string;
  /** What stays the same of an item when others come and go: its cursor. */
  readonly key: (item: T) => number | string;
  readonly source: (item: T) => Source;
  /** Emulated arguments besides paging. */
  readonly arguments?: readonly string[];
}

/** A connection over the items: `first` or `last` of 1 to 100 is demanded, as GitHub does. */
export function connection<T>(
  items: readonly T[],
  args: Arguments,
  info: GraphQLResolveInfo,
  options: ConnectionOptions<T>,
): Source {
  refuseArguments(args, info, [...PAGING, ...(options.arguments ?? [])]);
  const first = bound(args, info, "first");
  const last = bound(args, info, "last");
  if (first === undefined && last === undefined) {
    const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${info.fieldName}\` connection.`;
    throw new ApiError(422, message, { type: "MISSING_PAGINATION_BOUNDARIES" });
  }
  const cursor = (at: number, item: T): string => formatCursor(at, options.key(item));
  const position = (name: string): number | undefined => findCursor(items, args[name], options.key);
  let from = (position("after") ?? -1) + 1;
  let to = Math.max(from, position("before") ?? items.length);
  if (first !== undefined) {
    to = Math.min(to, from + first);
  }
  if (last !== undefined) {
    from = Math.max(from, to - last);
  }
  const page = items.slice(from, to);
  const sources = page.map(options.source);
  const edges = page.map((item, at) => cursor(from + at, item));
  return {
    __typename: `${options.type}Connection`,
    totalCount: items.length,
    nodes: () => sources,
    edges: () =>
      sources.map((node, at) => ({
        __typename: `${options.type}Edge`,
        node,
        cursor: edges[at] ?? "",
      })),
    pageInfo: {
      __typename: "PageInfo",
      hasNextPage: to < items.length,
      hasPreviousPage: from > 0,
      startCursor: edges[0] ?? null,
      endCursor: edges.at(-1) ?? null,
    },
  };
}

function bound(args: Arguments, info: GraphQLResolveInfo, name: string): number | undefined {
  const value = args[name] ?? undefined;
  if (typeof value !== "number") {
    return undefined;
  }
  if (value > MAX_PAGE || value < 1) {
    const message =
      value < 1
        ? `\`${name}\` on the \`${info.fieldName}\` connection cannot be less than one.`
        : `Requesting ${value} records on the \`${info.fieldName}\` connection exceeds the \`${name}\` limit of ${MAX_PAGE} records.`;
    throw new ApiError(422, message, { type: "EXCESSIVE_PAGINATION" });
  }
  return value;
}

function formatCursor(at: number, key: number | string): string {
  return Buffer.from(`cursor:v2:${at}:${key}`).toString("base64");
}

/** Where the cursor's item is now, or where it was when it has gone since. */
function findCursor<T>(
  items: readonly T[],
  cursor: unknown,
  key: (item: T) => number | string,
): number | undefined {
  if (typeof cursor !== "string") {
    return undefined;
  }
  const text = Buffer.from(cursor, "base64").toString();
  const [, at, wanted] = /^cursor:v2:(\d+):(.*)$/.exec(text) ?? [];
  if (at === undefined) {
    throw new ApiError(422, `\`${cursor}\` does not appear to be a valid cursor.`, {
      type: "INVALID_CURSOR_ARGUMENTS",
    });
  }
  const now = items.findIndex((item) => String(key(item)) === wanted);
  return now >= 0 ? now : Number(at) - 1;
}
