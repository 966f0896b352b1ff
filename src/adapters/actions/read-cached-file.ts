import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import * as v from "valibot";

import { MAX_SNAPSHOT_CHARACTERS } from "../../core/backlog/snapshot-text.ts";

/**
 * Reads one file of a cache entry without unpacking it. `restoreCache` of @actions/cache unpacks
 * with absolute paths wherever the archive says, so whoever plants an entry would write any file of
 * the runner, the next step's program among them. Here only text comes out, to be parsed.
 */
export interface CachedFile {
  /** The newest entry whose key begins with this. */
  readonly keyPrefix: string;
  /** As it was given to `saveCache`. */
  readonly path: string;
  /** Where the archive may lie for a moment. */
  readonly directory: string;
}

/** How @actions/cache packs: it names the method in the version of an entry, and salts it. */
const METHODS = [
  { name: "zstd-without-long", option: "--use-compress-program=unzstd" },
  { name: "gzip", option: "-z" },
] as const;
const VERSION_SALT = "1.0";

const SERVICE = "twirp/github.actions.results.api.v1.CacheService/GetCacheEntryDownloadURL";

/** A cache that takes longer is of no use to a tick. */
const LIMIT_MS = 10_000;

/** Of the archive, and of the text in it: texts shrink to a tenth. */
const MAX_ARCHIVE_BYTES = 32 * 1024 * 1024;
const MAX_TEXT_BYTES = MAX_SNAPSHOT_CHARACTERS;

const answerNode = v.object({
  ok: v.optional(v.boolean(), false),
  signed_download_url: v.optional(v.string(), ""),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the text of the file; `undefined` when no entry is there or this job may not read. */
export async function readCachedFile(
  environment: Environment,
  file: CachedFile,
): Promise<string | undefined> {
  const url = environment["ACTIONS_RESULTS_URL"];
  const token = environment["ACTIONS_RUNTIME_TOKEN"];
  const mode = (environment["ACTIONS_CACHE_MODE"] ?? "").toLowerCase();
  if (!url || !token || !environment["ACTIONS_CACHE_SERVICE_V2"] || isUnreadable(mode)) {
    return undefined;
  }
  const signal = AbortSignal.timeout(LIMIT_MS);
  for (const { name, option } of METHODS) {
    const version = [file.path, name, VERSION_SALT].join("|");
    const address = await findEntry(new URL(SERVICE, url), token, signal, {
      key: file.keyPrefix,
      restore_keys: [],
      version: createHash("sha256").update(version).digest("hex"),
    });
    if (address !== undefined) {
      const archive = await download(address, signal);
      return await unpack(archive, option, file, signal);
    }
  }
  return undefined;
}

function isUnreadable(mode: string): boolean {
  return mode === "none" || mode === "write-only";
}

async function findEntry(
  url: URL,
  token: string,
  signal: AbortSignal,
  question: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(question),
    signal,
  });
  if (!response.ok) {
    throw new Error(`the cache service answered ${response.status}`);
  }
  const { ok, signed_download_url: address } = v.parse(answerNode, await response.json());
  return ok && address !== "" ? address : undefined;
}

async function download(address: string, signal: AbortSignal): Promise<Buffer> {
  const response = await fetch(address, { signal });
  if (!response.ok || response.body === null) {
    throw new Error(`the archive answered ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > MAX_ARCHIVE_BYTES) {
      throw new Error("the archive is too large");
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Writes the one member to a pipe: `--to-stdout` creates no file, whatever the archive holds. */
async function unpack(
  archive: Buffer,
  option: string,
  { path, directory }: CachedFile,
  signal: AbortSignal,
): Promise<string> {
  const name = join(directory, `water-spider-cache-${randomUUID()}`);
  try {
    await writeFile(name, archive);
    return await readMember([option, "--to-stdout", "-xf", name, path], signal);
  } finally {
    await rm(name, { force: true });
  }
}

function readMember(args: readonly string[], signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const tar = spawn("tar", args, { stdio: ["ignore", "pipe", "ignore"], signal });
    const chunks: Buffer[] = [];
    let bytes = 0;
    tar.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_TEXT_BYTES) {
        tar.kill();
      } else {
        chunks.push(chunk);
      }
    });
    tar.once("error", reject);
    tar.once("close", (code) => {
      if (code === 0) {
        resolve(Buffer.concat(chunks).toString("utf8"));
      } else {
        reject(
          new Error(bytes > MAX_TEXT_BYTES ? "the text is too long" : `tar ended with ${code}`),
        );
      }
    });
  });
}
