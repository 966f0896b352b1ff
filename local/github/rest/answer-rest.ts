import { type Actor, authorize, RULES, viewerOf } from "../domain/access.ts";
import { ApiError, forbidden, notFound, NotEmulated } from "../domain/api-error.ts";
import type { Hub } from "../domain/hub.ts";
import { type Issue, type Repository } from "../domain/state.ts";
import { budgetHeaders, readBudget, spend } from "../http/budget.ts";
import { tokenOf } from "../http/credentials.ts";
import { type Exchange, readBody, type Reply } from "../http/exchange.ts";
import type { Site } from "../http/site.ts";
import { userShape } from "../shapes/user-shape.ts";
import { type Fields, isFields } from "../untyped.ts";
import { type Match, matchRoute } from "./route-table.ts";

const VERSIONS = ["2022-11-28", "2026-03-10"];
const DOCUMENTATION = "https://docs.github.com/rest";
const PAGING = ["per_page", "page"];

/** Answers one REST request: finds the route, checks the token, and words refusals as GitHub does. */
export async function answerRest(site: Site, exchange: Exchange): Promise<Reply> {
  const fault = site.faults.take(exchange, undefined);
  const viewer = viewerOf(site.hub, tokenOf(exchange.headers.authorization) ?? "");
  const version = exchange.headers["x-github-api-version"]?.toString() ?? "2022-11-28";
  let reply: Reply;
  try {
    reply = fault ?? (await answer(site, exchange, viewer, version));
  } catch (error) {
    reply = refusal(site, exchange, error);
  }
  const budget = readBudget(site.hub, viewer ?? { kind: "anonymous" }, "core");
  const headers = {
    ...budgetHeaders(budget),
    "x-github-api-version-selected": version,
    ...reply.headers,
  };
  return { ...reply, headers };
}

async function answer(
  site: Site,
  exchange: Exchange,
  viewer: Actor | undefined,
  version: string,
): Promise<Reply> {
  const { hub } = site;
  checkHeaders(exchange, version);
  if (viewer === undefined) {
    const hasToken = exchange.headers.authorization !== undefined;
    throw new ApiError(401, hasToken ? "Bad credentials" : "Requires authentication");
  }
  const global = answerGlobal(site, exchange, viewer);
  if (global !== undefined) {
    return global;
  }
  const { repository, match } = findRoute(site, exchange);
  const { route, path } = match;
  const operation = `${route.method} /repos/{owner}/{repo}${route.path}`;
  site.meter.count(viewer, "rest", operation);
  if (!spend(hub, viewer, "core", 1)) {
    throw new ApiError(403, "API rate limit exceeded. Wait until the time of x-ratelimit-reset.");
  }
  if (repository === undefined) {
    throw notFound();
  }
  const subject = subjectOf(hub, repository, match);
  authorize(viewer, repository, route.needs, subject);
  const body = await readFields(exchange);
  refuseUnknown("query parameter", [...exchange.query.keys()], [...(route.query ?? []), ...PAGING]);
  refuseUnknown("body field", Object.keys(body), route.body ?? []);
  if (route.createsContent === true) {
    site.meter.count(viewer, "contentCreating");
  }
  const { query } = exchange;
  const handled = await site.halts.pass(hub, viewer, operation, route.method !== "GET");
  const reply = await route.handle({ hub, viewer, repository, path, query, body, version });
  await handled();
  const rule = RULES[route.needs];
  const accepted = `${rule.scope.replace("-", "_")}=${rule.level}`;
  return { ...reply, headers: { "x-accepted-github-permissions": accepted, ...reply.headers } };
}

/** The operations outside a repository. Asking for the rate limit is free. */
function answerGlobal(site: Site, exchange: Exchange, viewer: Actor): Reply | undefined {
  if (exchange.method !== "GET" || !["/rate_limit", "/user"].includes(exchange.path)) {
    return undefined;
  }
  site.meter.count(viewer, "rest", `GET ${exchange.path}`);
  if (exchange.path === "/rate_limit") {
    const reading = (resource: "core" | "graphql"): unknown => {
      const { limit, used, remaining, resetAt } = readBudget(site.hub, viewer, resource);
      return { limit, used, remaining, reset: resetAt };
    };
    const resources = { core: reading("core"), graphql: reading("graphql") };
    return { status: 200, body: { resources } };
  }
  spend(site.hub, viewer, "core", 1);
  if (viewer.kind === "job") {
    throw forbidden();
  }
  return { status: 200, body: userShape(site.hub, viewer.user) };
}

function findRoute(
  site: Site,
  exchange: Exchange,
): { readonly repository: Repository | undefined; readonly match: Match } {
  const [first, ...rest] = exchange.path.split("/").slice(1);
  const width = first === "repos" ? 2 : 1;
  const match = matchRoute(exchange.method, rest.slice(width));
  if ((first !== "repos" && first !== "repositories") || match === undefined) {
    throw new NotEmulated(`${exchange.method} ${exchange.path}`);
  }
  const [owner = "", name = ""] = rest.map(decodeURIComponent);
  const repository =
    first === "repos"
      ? site.hub.repository(owner, name)
      : site.hub.state.repositories.get(Number(owner));
  return { repository, match };
}

/** The issue or pull request that decides which permission does: a path may name one. */
function subjectOf(hub: Hub, repository: Repository, match: Match): Issue | undefined {
  const { issue_number: number, comment_id: commentId } = match.path;
  const comment = commentId === undefined ? undefined : hub.state.comments.get(Number(commentId));
  if (comment !== undefined) {
    return hub.issue(comment.issueId);
  }
  return number === undefined ? undefined : hub.issueByNumber(repository, Number(number));
}

function checkHeaders(exchange: Exchange, version: string): void {
  if (!VERSIONS.includes(version)) {
    throw new ApiError(400, `The API version '${version}' is not supported.`);
  }
  const accept = exchange.headers.accept ?? "";
  if (/application\/vnd\.github\.(?!v3\b)/.test(accept)) {
    throw new NotEmulated(`accept: ${accept}`);
  }
}

async function readFields(exchange: Exchange): Promise<Fields> {
  const text = await readBody(exchange);
  if (text.trim() === "") {
    return {};
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(400, "Problems parsing JSON");
  }
  // The one body that may be a list: labels to add.
  if (Array.isArray(value)) {
    return { labels: value };
  }
  if (!isFields(value)) {
    throw new ApiError(400, "Body should be a JSON object");
  }
  return value;
}

function refuseUnknown(what: string, names: readonly string[], known: readonly string[]): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new NotEmulated(`${what} '${unknown}'`);
  }
}

function refusal(site: Site, exchange: Exchange, error: unknown): Reply {
  if (error instanceof NotEmulated) {
    const operation = `${exchange.method} ${exchange.path}`;
    const what = error.message === operation ? operation : `${operation} (${error.message})`;
    site.meter.refuse(what);
    return { status: 501, body: { message: `NOT EMULATED: ${what}` } };
  }
  if (!(error instanceof ApiError)) {
    throw error;
  }
  const body = {
    message: error.message,
    ...(error.errors === undefined ? {} : { errors: error.errors }),
    documentation_url: DOCUMENTATION,
    status: String(error.status),
  };
  return { status: error.status, body };
}
