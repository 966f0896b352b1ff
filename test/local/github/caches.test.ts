import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { restoreCache, saveCache } from "@actions/cache";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { jobVariables, leaveJobAfterEach, startRun } from "./job-process.ts";
import { OfflineGitHub } from "./offline-github.ts";

leaveJobAfterEach();

let github: OfflineGitHub;
let workspace: string;
let repository: string;

beforeAll(async () => {
  github = await OfflineGitHub.start();
});

afterAll(async () => {
  await github.stop();
});

beforeEach(async () => {
  repository = await github.repository();
  workspace = join(github.folder, repository.replace("/", "-"));
  await mkdir(join(workspace, "temp"), { recursive: true });
  process.chdir(workspace);
});

/** Makes this process look like a job of a new run. */
async function enterJob(event: string, cacheMode?: string): Promise<void> {
  const runId = await startRun(github, repository, event);
  const temp = join(workspace, "temp");
  Object.assign(process.env, jobVariables(github, { runId, workspace, temp, cacheMode }));
}

async function save(key: string, text: string): Promise<number> {
  await writeFile(join(workspace, "kept.txt"), text);
  return await saveCache(["kept.txt"], key);
}

async function restore(...keys: readonly string[]): Promise<string | undefined> {
  await rm(join(workspace, "kept.txt"), { force: true });
  const [key = "", ...others] = keys;
  const hit = await restoreCache(["kept.txt"], key, others);
  return hit === undefined ? undefined : await readFile(join(workspace, "kept.txt"), "utf8");
}

describe("the cache service", () => {
  it("keeps a file for @actions/cache and gives it back", async () => {
    await enterJob("schedule");

    expect(await save("notes-1", "hello")).toBeGreaterThan(0);

    await enterJob("issues");
    expect(await restore("notes-1")).toBe("hello");
  });

  it("gives the newest entry whose key begins with a restore key", async () => {
    await enterJob("workflow_dispatch");
    await save("notes-1", "old");
    await save("notes-2", "new");

    expect(await restore("notes-9", "other-", "notes-")).toBe("new");
  });

  it("never changes an entry", async () => {
    await enterJob("schedule");
    await save("notes-1", "first");

    expect(await save("notes-1", "second")).toBe(-1);
    expect(await restore("notes-1")).toBe("first");
  });

  it.each(["issues", "issue_comment", "pull_request"])(
    "lets a run of %s read and not write",
    async (event) => {
      await enterJob(event);

      expect(await save("notes-1", "hello")).toBe(-1);
    },
  );

  it("lets a job with cache-mode none neither read nor write", async () => {
    await enterJob("schedule");
    await save("notes-1", "hello");
    await enterJob("schedule", "none");

    expect(await save("notes-2", "hello")).toBe(-1);
    expect(await restore("notes-1")).toBeUndefined();
  });

  it("refuses what it does not emulate", async () => {
    await enterJob("schedule");
    const response = await fetch(
      `${github.server.apiUrl}/twirp/github.actions.results.api.v1.ArtifactService/ListArtifacts`,
      {
        method: "POST",
        headers: { authorization: `Bearer ${process.env["ACTIONS_RUNTIME_TOKEN"]}` },
        body: "{}",
      },
    );

    expect(response.status).toBe(501);
    expect(await response.text()).toContain("NOT EMULATED");
  });
});
