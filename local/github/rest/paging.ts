import { ApiError } from "../domain/api-error.ts";
import type { Reply } from "../http/exchange.ts";
import type { Call } from "./route.ts";

const DEFAULT_PER_PAGE = 30;
const MAX_PER_PAGE = 100;

export interface Page<T> {
  readonly items: readonly T[];
  /** The Link header, absent when everything fits on one page. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Cuts out the page that the query asks for. `path` follows `/repositories/{id}` in the links. */
export function pageOf<T>(call: Call, path: string, items: readonly T[]): Page<T> {
  const perPage = Math.min(whole(call, "per_page") ?? DEFAULT_PER_PAGE, MAX_PER_PAGE);
  const page = whole(call, "page") ?? 1;
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = (to: number, rel: string): string => {
    const query = new URLSearchParams(call.query);
    query.set("page", String(to));
    const root = `${call.hub.urls.api}/repositories/${call.repository.id}`;
    return `<${root}${path}?${query.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, "prev")] : []),
    ...(page < last ? [link(page + 1, "next"), link(last, "last")] : []),
    ...(page > 1 ? [link(1, "first")] : []),
  ];
  return {
    items: items.slice((page - 1) * perPage, page * perPage),
    headers: links.length === 0 ? {} : { link: links.join(", ") },
  };
}

/** An answer that is one page of a list. */
export function pageReply<T>(
  call: Call,
  path: string,
  items: readonly T[],
  shape: (item: T) => unknown,
): Reply {
  const page = pageOf(call, path, items);
  return { status: 200, body: page.items.map(shape), headers: page.headers };
}

function whole(call: Call, name: string): number | undefined {
  const text = call.query.get(name);
  if (text === null) {
    return undefined;
  }
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new ApiError(422, `Invalid request.\n\n'${text}' is not a valid ${name}.`);
  }
  return value;
}
