import type { Hub } from "../domain/hub.ts";
import type { CacheEntry } from "../domain/state.ts";
import { type Exchange, readBytes, sendReply } from "../http/exchange.ts";

const BLOB_PATH = /^\/_caches\/[^/]+\/[^/]+\/(\d+)$/;

export function isBlobPath(path: string): boolean {
  return BLOB_PATH.test(path);
}

/** Stores or gives an archive as Azure's blob storage does, as far as the cache client asks. */
export async function answerBlob(hub: Hub, exchange: Exchange): Promise<void> {
  const id = Number(BLOB_PATH.exec(exchange.path)?.[1]);
  const entry = hub.state.caches.find((it) => it.id === id);
  if (entry === undefined || exchange.query.get("sig") !== entry.signature) {
    sendReply(exchange, { status: 403, body: "AuthenticationFailed" });
    return;
  }
  if (exchange.method === "PUT" && !exchange.query.has("comp")) {
    await store(hub, exchange, entry);
  } else if (exchange.method === "GET" || exchange.method === "HEAD") {
    give(hub, exchange, entry);
  } else {
    const what = `${exchange.method} of a cache's archive, comp=${exchange.query.get("comp")}`;
    sendReply(exchange, { status: 501, body: `NOT EMULATED: ${what}` });
  }
}

async function store(hub: Hub, exchange: Exchange, entry: CacheEntry): Promise<void> {
  const bytes = await readBytes(exchange);
  if (entry.isComplete) {
    sendReply(exchange, { status: 409, body: "BlobImmutable" });
    return;
  }
  entry.content = bytes.toString("base64");
  sendReply(exchange, { status: 201, headers: blobHeaders(hub, entry) });
}

function give(hub: Hub, exchange: Exchange, entry: CacheEntry): void {
  const { response, headers } = exchange;
  const all = Buffer.from(entry.content, "base64");
  const range = /^bytes=(\d+)-(\d*)$/.exec(String(headers["x-ms-range"] ?? headers.range ?? ""));
  const from = Number(range?.[1] ?? 0);
  const to = Math.min(range?.[2] ? Number(range[2]) + 1 : all.length, all.length);
  const part = all.subarray(from, to);
  for (const [name, value] of Object.entries(blobHeaders(hub, entry))) {
    response.setHeader(name, value);
  }
  response.setHeader("content-type", "application/octet-stream");
  response.setHeader("accept-ranges", "bytes");
  response.setHeader("content-length", part.length);
  if (range !== null) {
    response.setHeader("content-range", `bytes ${from}-${to - 1}/${all.length}`);
  }
  response.writeHead(range === null ? 200 : 206).end(exchange.method === "HEAD" ? undefined : part);
}

function blobHeaders(hub: Hub, entry: CacheEntry): Readonly<Record<string, string>> {
  return {
    etag: `"0x${entry.id.toString(16)}"`,
    "last-modified": new Date(hub.now()).toUTCString(),
    "x-ms-blob-type": "BlockBlob",
    "x-ms-version": "2025-01-05",
  };
}
