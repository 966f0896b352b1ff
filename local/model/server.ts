import { appendFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import { answerRequest, type Answer, type AnswerOptions } from "./answer.ts";
import { formatStream } from "./message.ts";
import type { ScriptedError } from "./script.ts";

export interface ModelServerOptions {
  /** Directory with a folder per issue number. */
  readonly scripts: string;
  /** File that gets one JSON line per request; `undefined` = none. */
  readonly logFile: string | undefined;
}

/** The error types of the Messages API by status. */
const ERROR_TYPES: ReadonlyMap<number, string> = new Map([
  [400, "invalid_request_error"],
  [401, "authentication_error"],
  [403, "permission_error"],
  [404, "not_found_error"],
  [413, "request_too_large"],
  [429, "rate_limit_error"],
  [529, "overloaded_error"],
]);

/** Returns a server that speaks as much of the Messages API as Claude Code uses. */
export function createModelServer(options: ModelServerOptions): Server {
  const faultsMet = new Map<string, number>();
  const answerOptions: AnswerOptions = {
    scripts: options.scripts,
    countFault: (key) => {
      const count = (faultsMet.get(key) ?? 0) + 1;
      faultsMet.set(key, count);
      return count;
    },
  };
  return createServer((request, response) => {
    handle(request, response, options, answerOptions).catch((error: unknown) => {
      console.error(error);
      sendError(response, plainError(500, String(error)));
    });
  });
}

function plainError(status: number, message: string): ScriptedError {
  return { type: "error", status, message, retryAfterSeconds: undefined, headers: undefined };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: ModelServerOptions,
  answerOptions: AnswerOptions,
): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://model");
  if (request.method === "HEAD" && pathname.endsWith("/api/hello")) {
    response.writeHead(200).end();
    return;
  }
  if (request.method !== "POST" || !pathname.endsWith("/v1/messages")) {
    const message = `NOT EMULATED: ${request.method} ${pathname}`;
    log(options, { at: new Date().toISOString(), answer: message });
    sendError(response, plainError(501, message));
    return;
  }
  const text = await readBody(request);
  const session = String(request.headers["x-claude-code-session-id"] ?? "");
  const { answer, record } = answerRequest(
    JSON.parse(text),
    Buffer.byteLength(text),
    session,
    answerOptions,
  );
  log(options, { at: new Date().toISOString(), session, ...record });
  send(response, answer);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, answer: Answer): void {
  switch (answer.type) {
    case "error":
      sendError(response, answer);
      return;
    case "silence":
      return;
    case "cut": {
      const stream = formatStream(answer.message);
      response.writeHead(200, STREAM);
      response.write(stream.slice(0, stream.length / 2), () => response.destroy());
      return;
    }
    case "message":
      response.writeHead(200, answer.stream ? STREAM : JSON_ANSWER);
      response.end(answer.stream ? formatStream(answer.message) : JSON.stringify(answer.message));
  }
}

const STREAM = { "content-type": "text/event-stream; charset=utf-8" };
const JSON_ANSWER = { "content-type": "application/json" };

function sendError(response: ServerResponse, error: ScriptedError): void {
  const { status, retryAfterSeconds } = error;
  const type = ERROR_TYPES.get(status) ?? "api_error";
  const message = error.message ?? `Scripted error ${status}.`;
  response.writeHead(status, {
    ...JSON_ANSWER,
    ...error.headers,
    ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
  });
  response.end(
    JSON.stringify({ type: "error", error: { type, message }, request_id: "req_scripted" }),
  );
}

function log({ logFile }: ModelServerOptions, line: Readonly<Record<string, unknown>>): void {
  if (logFile !== undefined) {
    appendFileSync(logFile, `${JSON.stringify(line)}\n`);
  }
}
