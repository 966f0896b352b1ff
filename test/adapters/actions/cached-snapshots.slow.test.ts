import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { CachedSnapshots } from "../../../src/adapters/actions/cached-snapshots.ts";
import { SNAPSHOT_VERSION } from "../../../src/core/backlog/snapshot-text.ts";
import {
  jobVariables,
  leaveJobAfterEach,
  runtimeToken,
  startRun,
} from "../../local/github/job-process.ts";
import { OfflineGitHub } from "../../local/github/offline-github.ts";
import { PureLog } from "../../world/pure-log.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

leaveJobAfterEach();

let github: OfflineGitHub;
let repository: string;
let workspace: string;
let log: PureLog;

beforeAll(async () => {
  github = await OfflineGitHub.start();
});

afterAll(async () => {
  await github.stop();
});

beforeEach(async () => {
  repository = await github.repository();
  workspace = join(await temporaryDirectory(), "workspace");
  await mkdir(join(workspace, "..", "temp"), { recursive: true });
  await mkdir(workspace, { recursive: true });
  process.chdir(workspace);
  log = new PureLog();
});

/** The snapshots of a job of a run of this event, with the variables that the runner sets. */
async function snapshotsOf(
  event: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<CachedSnapshots> {
  const runId = await startRun(github, repository, event);
  const temp = join(workspace, "..", "temp");
  Object.assign(process.env, {
    ...jobVariables(github, { runId, workspace, temp }),
    GITHUB_EVENT_NAME: event,
    ...variables,
  });
  return new CachedSnapshots({
    environment: { ...process.env },
    workspace,
    runnerTemp: temp,
    runId,
    runAttempt: 1,
    configurationPath: ".github/water-spider.yml",
    log,
  });
}

describe("CachedSnapshots", () => {
  it("gives the next tick what this one kept, and the newest of several", async () => {
    await (await snapshotsOf("schedule")).save("the first");
    await (await snapshotsOf("workflow_dispatch")).save("the second");

    const text = await (await snapshotsOf("issues")).load();

    expect(text).toBe("the second");
    expect(existsSync(join(workspace, ".water-spider"))).toBe(false);
  });

  it("finds nothing where nothing was kept, nor what another repository kept", async () => {
    await (await snapshotsOf("schedule")).save("theirs");
    repository = await github.repository();

    expect(await (await snapshotsOf("schedule")).load()).toBeUndefined();
  });

  it.each(["issues", "issue_comment", "pull_request"])(
    "does not try to save in a run of %s, whose token only reads",
    async (event) => {
      await (await snapshotsOf(event)).save("mine");

      expect(log.lines).toContainEqual(expect.stringContaining("only reads"));
      expect(await (await snapshotsOf(event)).load()).toBeUndefined();
    },
  );

  it("goes on when the save is refused [F106]", async () => {
    const refused = await snapshotsOf("issues", { ACTIONS_CACHE_MODE: "write" });

    await refused.save("mine");

    expect(log.lines).toContainEqual(expect.stringContaining("could not be saved"));
  });

  it("goes on when the cache cannot be reached", async () => {
    const lost = await snapshotsOf("schedule", { ACTIONS_RESULTS_URL: "http://127.0.0.1:9/" });

    expect(await lost.load()).toBeUndefined();
    expect(log.lines).toContainEqual(expect.stringContaining("could not be read"));
  });

  it("reads nothing where the job may not", async () => {
    await (await snapshotsOf("schedule")).save("kept");

    const text = await (await snapshotsOf("schedule", { ACTIONS_CACHE_MODE: "none" })).load();

    expect(text).toBeUndefined();
  });

  it("unpacks no file of a planted entry, wherever its archive wants it [F106]", async () => {
    const target = join(workspace, "..", "planted");
    await plant(["--absolute-names", `--transform=s|^.*$|${target}|`]);

    const text = await (await snapshotsOf("schedule")).load();

    expect(text).toBeUndefined();
    expect(existsSync(target)).toBe(false);
    expect(log.lines).toContainEqual(expect.stringContaining("could not be read"));
  });

  it("reads a planted entry as text and nothing else [F106]", async () => {
    await plant([]);

    expect(await (await snapshotsOf("schedule")).load()).toBe("planted");
  });
});

/** Writes an entry with the tools of a process on a session machine: a token and the protocol. */
async function plant(options: readonly string[]): Promise<void> {
  const runId = await startRun(github, repository, "workflow_dispatch");
  const file = ".water-spider/snapshot.json";
  await mkdir(join(workspace, ".water-spider"));
  await writeFile(join(workspace, file), "planted");
  const archive = execFileSync("tar", ["-cz", "-f", "-", "-P", ...options, file], {
    cwd: workspace,
  });
  const prefix = createHash("sha256").update(".github/water-spider.yml").digest("hex").slice(0, 8);
  const entry = {
    key: `water-spider-snapshot-v${SNAPSHOT_VERSION}-${prefix}-planted`,
    version: createHash("sha256").update(`${file}|gzip|1.0`).digest("hex"),
  };
  const { signed_upload_url: url } = await call(runId, "CreateCacheEntry", entry);
  const headers = { "x-ms-blob-type": "BlockBlob" };
  await fetch(String(url), { method: "PUT", headers, body: new Uint8Array(archive) });
  await call(runId, "FinalizeCacheEntryUpload", { ...entry, size_bytes: String(archive.length) });
}

async function call(
  runId: number,
  method: string,
  body: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const service = "twirp/github.actions.results.api.v1.CacheService";
  const response = await fetch(`${github.server.apiUrl}/${service}/${method}`, {
    method: "POST",
    headers: { authorization: `Bearer ${runtimeToken(runId)}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer: Readonly<Record<string, unknown>> = JSON.parse(await response.text());
  return answer;
}
