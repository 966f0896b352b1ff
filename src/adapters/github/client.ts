import { getOctokit } from "@actions/github";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import Bottleneck from "bottleneck/light.js";

import type { Log } from "../../ports/log.ts";

export type Octokit = ReturnType<typeof getOctokit>;

/** The REST version whose answers this code reads; Octokit sends none by itself. */
const API_VERSION = "2026-03-10";

/** Waits and tries again at most so many times when GitHub says that a limit is reached [D9]. */
const MAX_LIMIT_RETRIES = 3;

export interface GitHubClient {
  /** For REST and mutations: one after the other, at least a second apart. */
  readonly octokit: Octokit;
  /** For GraphQL queries, which the plugin would hold back as if they were writes. */
  readonly reader: Octokit;
  readonly owner: string;
  readonly repo: string;
  /** Requests made so far, GraphQL included. */
  readonly requestCount: () => number;
  /** Requests or points left this hour, the fewest that any answer told; `undefined` = none did. */
  readonly remaining: () => number | undefined;
  /** GitHub's time in the latest answer: ISO 8601, UTC. */
  readonly serverTime: () => string | undefined;
}

/**
 * Makes the one client of an action. Limits are waited out as GitHub asks. Failed requests are
 * tried again only where that cannot create twice: plugin-retry would repeat POST as well.
 */
export function makeClient(
  token: string,
  repository: { readonly owner: string; readonly repo: string },
  log: Log,
): GitHubClient {
  let requests = 0;
  const headers = new AnswerHeaders();
  const connect = (throttle: object): Octokit => {
    const octokit = getOctokit(
      token,
      {
        throttle: {
          onRateLimit: (...told: Told) => decideWait("rate limit", told, log),
          onSecondaryRateLimit: (...told: Told) => decideWait("secondary rate limit", told, log),
          ...throttle,
        },
      },
      retry,
      throttling,
    );
    octokit.hook.before("request", (options) => {
      requests += 1;
      options.headers["x-github-api-version"] = API_VERSION;
    });
    octokit.hook.after("request", (answer) => headers.read(answer.headers));
    return octokit;
  };
  const unspaced = new Bottleneck.Group({ maxConcurrent: 1 });
  return {
    octokit: connect({}),
    reader: connect({ id: "queries", write: unspaced }),
    ...repository,
    requestCount: () => requests,
    remaining: () => headers.remaining,
    serverTime: () => headers.time,
  };
}

/** What the headers of answers say about the limits and the time. */
class AnswerHeaders {
  time: string | undefined;
  /** By resource: REST and GraphQL have budgets of their own. */
  readonly #remaining = new Map<string, number>();

  get remaining(): number | undefined {
    return this.#remaining.size === 0 ? undefined : Math.min(...this.#remaining.values());
  }

  read(headers: Readonly<Record<string, string | number | undefined>>): void {
    const remaining = Number(headers["x-ratelimit-remaining"] ?? Number.NaN);
    if (Number.isInteger(remaining)) {
      this.#remaining.set(String(headers["x-ratelimit-resource"] ?? "core"), remaining);
    }
    const time = Date.parse(String(headers["date"] ?? ""));
    if (!Number.isNaN(time)) {
      this.time = new Date(time).toISOString();
    }
  }
}

/** What the plugin tells: seconds to wait, the request, its client, and how often it was tried. */
type Told = readonly [seconds: number, request: object, octokit: unknown, attempt: number];

/** Waits longer than this are the next tick's. */
const MAX_WAIT_SECONDS = 120;

function decideWait(limit: string, [seconds, request, , attempt]: Told, log: Log): boolean {
  const what =
    "method" in request && "url" in request
      ? `${String(request.method)} ${String(request.url)}`
      : "a request";
  const waits = attempt < MAX_LIMIT_RETRIES && seconds <= MAX_WAIT_SECONDS;
  log.warning(
    `GitHub's ${limit} is reached (${what}); it asks for ${seconds} s: ${waits ? "waiting" : "giving up"}.`,
  );
  return waits;
}
