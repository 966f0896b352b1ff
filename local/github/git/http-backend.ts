import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";

import { gitEnvironment } from "./run-git.ts";

export interface BackendRequest {
  readonly root: string;
  /** Path below the root, e.g. `/acme/shop.git/info/refs`. */
  readonly path: string;
  readonly query: string;
  /** Login of the pusher; git accepts pushes only with one. */
  readonly user: string | undefined;
  /** Runs after git is done and before the client learns of it. */
  readonly settle: () => Promise<void>;
}

/** Serves one request by `git http-backend`, the CGI program that is part of git. */
export async function serveGit(
  request: IncomingMessage,
  response: ServerResponse,
  options: BackendRequest,
): Promise<void> {
  const child = spawn("git", ["http-backend"], {
    env: { ...gitEnvironment(), ...cgiEnvironment(request, options) },
    stdio: ["pipe", "pipe", "inherit"],
  });
  response.on("close", () => child.kill());
  child.stdin.on("error", () => undefined);
  request.pipe(child.stdin);

  let head: Buffer | undefined = Buffer.alloc(0);
  child.stdout.on("data", (chunk: Buffer) => {
    if (head === undefined) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end >= 0) {
      writeHead(response, head.subarray(0, end).toString());
      response.write(head.subarray(end + 4));
      head = undefined;
    }
  });
  await new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve());
  });
  await options.settle();
  if (!response.headersSent) {
    response.writeHead(500);
  }
  response.end();
}

function cgiEnvironment(request: IncomingMessage, options: BackendRequest): Record<string, string> {
  const variables: Record<string, string | undefined> = {
    GIT_PROJECT_ROOT: options.root,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: options.path,
    QUERY_STRING: options.query,
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers["content-type"],
    CONTENT_LENGTH: request.headers["content-length"],
    HTTP_CONTENT_ENCODING: request.headers["content-encoding"],
    GIT_PROTOCOL: request.headers["git-protocol"]?.toString(),
    REMOTE_USER: options.user,
    REMOTE_ADDR: "127.0.0.1",
  };
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function writeHead(response: ServerResponse, text: string): void {
  let status = 200;
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === "status") {
      status = Number.parseInt(value, 10);
    } else {
      response.setHeader(name, value);
    }
  }
  response.writeHead(status);
}
