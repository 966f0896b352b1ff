import { ApiError } from "../domain/api-error.ts";
import {
  type CacheClient,
  cachePath,
  findCache,
  mayReadCaches,
  mayWriteCaches,
  reserveCache,
  reservedCache,
} from "../domain/caches.ts";
import type { Hub } from "../domain/hub.ts";
import { tokenOf } from "../http/credentials.ts";
import { type Exchange, readBody, type Reply, sendReply } from "../http/exchange.ts";
import type { Site } from "../http/site.ts";
import { type Fields, fieldsIn, textIn, textsIn } from "../untyped.ts";
import { answerBlob, isBlobPath } from "./answer-blob.ts";

const SERVICE = "/twirp/github.actions.results.api.v1.CacheService/";

/** Whether the path belongs to the results service, of which only the cache is emulated. */
export function isResultsPath(path: string): boolean {
  return path.startsWith("/twirp/") || isBlobPath(path);
}

/** Answers a request of @actions/cache (service v2): Twirp in JSON, and the archives. */
export async function answerResults(site: Site, exchange: Exchange): Promise<void> {
  if (isBlobPath(exchange.path)) {
    await answerBlob(site.hub, exchange);
    return;
  }
  const fault = site.faults.take(exchange, undefined);
  sendReply(exchange, fault ?? (await answerTwirp(site, exchange)));
}

async function answerTwirp(site: Site, exchange: Exchange): Promise<Reply> {
  const client = clientOf(site.hub, tokenOf(exchange.headers.authorization) ?? "");
  if (client === undefined) {
    return twirpError(401, "unauthenticated", "the runtime token is not one of a job");
  }
  const method = exchange.path.startsWith(SERVICE) ? exchange.path.slice(SERVICE.length) : "";
  const handle = METHODS[method];
  if (exchange.method !== "POST" || handle === undefined) {
    site.meter.refuse(`${exchange.method} ${exchange.path}`);
    return { status: 501, body: { msg: `NOT EMULATED: ${exchange.method} ${exchange.path}` } };
  }
  try {
    return handle(site.hub, client, fieldsIn(JSON.parse(await readBody(exchange))));
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) {
      return twirpError(409, "already_exists", error.message);
    }
    throw error;
  }
}

type Method = (hub: Hub, client: CacheClient, body: Fields) => Reply;

const METHODS: Readonly<Record<string, Method>> = {
  CreateCacheEntry: (hub, client, body) => {
    if (!mayWriteCaches(client)) {
      const message = "cache write denied: token has no writable scopes";
      return { status: 200, body: { ok: false, signed_upload_url: "", message } };
    }
    const entry = reserveCache(hub, client, wanted(body, "key"), wanted(body, "version"));
    const url = hub.urls.api + cachePath(hub, entry);
    return { status: 200, body: { ok: true, signed_upload_url: url, message: "" } };
  },
  FinalizeCacheEntryUpload: (hub, client, body) => {
    const entry = reservedCache(hub, client, wanted(body, "key"), wanted(body, "version"));
    const bytes = Buffer.byteLength(entry?.content ?? "", "base64");
    if (entry === undefined || Number(body["size_bytes"]) !== bytes) {
      return { status: 200, body: { ok: false, entry_id: "0", message: "nothing was uploaded" } };
    }
    entry.isComplete = true;
    return { status: 200, body: { ok: true, entry_id: String(entry.id), message: "" } };
  },
  GetCacheEntryDownloadURL: (hub, client, body) => {
    if (!mayReadCaches(client)) {
      return twirpError(
        403,
        "permission_denied",
        "cache read denied: token has no readable scopes",
      );
    }
    const keys = [wanted(body, "key"), ...(textsIn(body["restore_keys"]) ?? [])];
    const entry = findCache(hub, client, keys, wanted(body, "version"));
    return entry === undefined
      ? { status: 200, body: { ok: false, signed_download_url: "", matched_key: "" } }
      : {
          status: 200,
          body: {
            ok: true,
            signed_download_url: hub.urls.api + cachePath(hub, entry),
            matched_key: entry.key,
          },
        };
  },
};

function wanted(body: Fields, name: string): string {
  const value = textIn(body[name]);
  if (value === undefined) {
    throw new Error(`The request to the cache service misses '${name}'.`);
  }
  return value;
}

function twirpError(status: number, code: string, msg: string): Reply {
  return { status, body: { code, msg } };
}

/** Reads the run out of a runtime token; like the clients, it does not look at the signature. */
function clientOf(hub: Hub, token: string): CacheClient | undefined {
  const [, payload = ""] = token.split(".");
  let claims: Fields;
  try {
    claims = fieldsIn(JSON.parse(Buffer.from(payload, "base64url").toString()));
  } catch {
    return undefined;
  }
  const scope = / Actions\.Results:(\d+):/.exec(` ${textIn(claims["scp"]) ?? ""}`);
  const run = hub.state.runs.get(Number(scope?.[1]));
  return run === undefined ? undefined : { run, mode: textIn(claims["cache_mode"]) };
}
