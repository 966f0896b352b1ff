import type { Action, Actor } from "../domain/access.ts";
import type { Hub } from "../domain/hub.ts";
import type { Repository } from "../domain/state.ts";
import type { Reply } from "../http/exchange.ts";
import type { Fields } from "../untyped.ts";

/** One request to a repository, after routing, authorization and reading its body. */
export interface Call {
  readonly hub: Hub;
  readonly viewer: Actor;
  readonly repository: Repository;
  /** Values of the `{…}` parts of the path, decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Fields;
  /** Selected API version, e.g. `2026-03-10`. */
  readonly version: string;
}

/** One operation of GitHub's REST API below `/repos/{owner}/{repo}`. */
export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Path template after `/repos/{owner}/{repo}`; a last `{…}` takes the rest, slashes and all. */
  readonly path: string;
  /** Operation id in GitHub's OpenAPI description. */
  readonly operation: string;
  readonly needs: Action;
  /** Emulated query parameters besides paging; any other is refused. */
  readonly query?: readonly string[];
  /** Emulated body fields; any other is refused. */
  readonly body?: readonly string[];
  readonly createsContent?: true;
  readonly handle: (call: Call) => Reply | Promise<Reply>;
}
