import { mkdir, readdir } from "node:fs/promises";
import type { Server } from "node:http";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

import { EventFeed } from "./domain/event-feed.ts";
import { Hub } from "./domain/hub.ts";
import { emptyState } from "./domain/state.ts";
import { GitStore } from "./git/git-store.ts";
import { createSite } from "./http/server.ts";
import { isFields } from "./untyped.ts";

const HOST = "127.0.0.1";

/** The process of the embedded GitHub: `--data DIR` (empty or absent) and optionally `--port N`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: "string", default: "0" }, data: { type: "string" } },
  });
  if (values.data === undefined) {
    return giveUp("The embedded GitHub needs --data DIR.");
  }
  const data = resolve(values.data);
  await mkdir(data, { recursive: true });
  if ((await readdir(data)).length > 0) {
    return giveUp(`The data directory ${data} is not empty: give another one or empty it.`);
  }
  const git = new GitStore(data);
  await mkdir(git.root);
  const hub = new Hub(emptyState(), git, new EventFeed());
  const server = createSite(hub);
  const port = Number(values.port);
  try {
    await listen(server, port);
  } catch (error) {
    return giveUp(`The embedded GitHub cannot listen on port ${port}: ${String(error)}`);
  }
  announce(hub, server);
  stopWithParent(server);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, HOST, () => {
      server.off("error", failed);
      done();
    });
  });
}

function announce(hub: Hub, server: Server): void {
  const address = server.address();
  const port = isFields(address) ? Number(address["port"]) : 0;
  // The server's name ends in `.localhost`: elsewhere the toolkit takes it for an Enterprise Server.
  hub.urls = { api: `http://${HOST}:${port}`, server: `http://github.localhost:${port}` };
  const ready = {
    ready: true,
    port,
    apiUrl: hub.urls.api,
    graphqlUrl: `${hub.urls.api}/graphql`,
    serverUrl: hub.urls.server,
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
}

/** Ends the process when the parent closed our stdin or died, or on a signal. */
function stopWithParent(server: Server): void {
  const stop = (): void => {
    server.closeAllConnections();
    server.close(() => process.exit(0));
  };
  process.stdin.on("end", stop);
  process.stdin.on("close", stop);
  process.stdin.resume();
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

function giveUp(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 2;
}

await main();
