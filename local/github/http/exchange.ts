import type { IncomingMessage, ServerResponse } from "node:http";

/** A request after its head was read. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** An answer before it is written. */
export interface Reply {
  readonly status: number;
  /** `undefined` sends no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Takes the head of a request apart. */
export function openExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const url = new URL(request.url ?? "/", "http://embedded.invalid");
  return {
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    request,
    response,
  };
}

/** Reads the whole body as text. */
export async function readBody(exchange: Exchange): Promise<string> {
  return (await readBytes(exchange)).toString();
}

export async function readBytes(exchange: Exchange): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of exchange.request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) {
      throw new Error(`The body of ${exchange.method} ${exchange.path} is larger than 64 MiB.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Writes an answer, as JSON unless it is text already. */
export function sendReply(exchange: Exchange, reply: Reply): void {
  const { response } = exchange;
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    response.setHeader(name, value);
  }
  if (reply.body === undefined) {
    response.writeHead(reply.status).end();
    return;
  }
  if (!response.hasHeader("content-type")) {
    response.setHeader("content-type", "application/json; charset=utf-8");
  }
  const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
  response.writeHead(reply.status).end(text);
}
