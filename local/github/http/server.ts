import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import { answerControl } from "../control/answer-control.ts";
import type { Hub } from "../domain/hub.ts";
import { answerGit, isGitPath } from "../git/answer-git.ts";
import { answerGraphql } from "../graphql/answer-graphql.ts";
import { answerRest } from "../rest/answer-rest.ts";
import { answerResults, isResultsPath } from "../results/answer-results.ts";
import { openExchange, type Exchange, sendReply } from "./exchange.ts";
import { FaultScript } from "./faults.ts";
import { DroppedRequest, Halts } from "./halts.ts";
import { Meter } from "./meter.ts";
import type { Site } from "./site.ts";

const KEEP_ALIVE_MS = 65_000;
const GRAPHQL_PATHS = new Set(["/graphql", "/api/graphql"]);

/** The HTTP server of the embedded GitHub, not listening yet. */
export function createSite(hub: Hub): Server {
  const site: Site = { hub, meter: new Meter(), faults: new FaultScript(), halts: new Halts() };
  const server = createServer((request, response) => {
    void serve(site, request, response);
  });
  // Longer than a client keeps a connection in hand, or its next request meets a closed one.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

async function serve(
  site: Site,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = openExchange(request, response);
  response.setHeader("x-github-request-id", randomUUID());
  response.setHeader("date", new Date(site.hub.now()).toUTCString());
  try {
    await route(site, exchange);
  } catch (error) {
    if (error instanceof DroppedRequest) {
      response.destroy();
      return;
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`embedded GitHub: ${exchange.method} ${exchange.path}: ${text}\n`);
    if (!response.headersSent) {
      sendReply(exchange, { status: 500, body: { message: `EMBEDDED GITHUB FAILED: ${text}` } });
    } else {
      response.destroy();
    }
  }
}

async function route(site: Site, exchange: Exchange): Promise<void> {
  if (exchange.path.startsWith("/_control/")) {
    sendReply(exchange, await answerControl(site, exchange));
  } else if (GRAPHQL_PATHS.has(exchange.path)) {
    sendReply(exchange, await answerGraphql(site, exchange));
  } else if (isResultsPath(exchange.path)) {
    await answerResults(site, exchange);
  } else if (isGitPath(exchange.path)) {
    await answerGit(site, exchange);
  } else {
    sendReply(exchange, await answerRest(site, exchange));
  }
}
