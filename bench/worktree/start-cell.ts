// One process that does what run-session does with its workspace, and tells how long that took.
import { spawnSync } from "node:child_process";
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { Git } from "../../src/adapters/git/git.ts";
import { endWorktree } from "../../src/adapters/workspace/end-worktree.ts";
import { MachineWorkspace } from "../../src/adapters/workspace/machine-workspace.ts";
import { type ClaimPlaces, claimPlaces } from "../../src/adapters/workspace/session-places.ts";
import { answerCell } from "../cell.ts";
import { readProcessorSeconds } from "../processor-time.ts";
import { pathOf } from "./generated-repository.ts";

const CONTEXT_FILE = ".agent-context.json";

export interface StartRequest {
  /** Of a `session` an agent leaves much behind; a `check` looks before that what was left to it. */
  readonly type: "start" | "session" | "check";
  readonly directory: string;
  readonly machine: string;
  readonly runner: number;
  readonly issue: number;
  readonly remoteUrl: string;
  readonly baseSha: string;
  readonly recycle: boolean;
}

export interface StartResult {
  readonly seconds: number;
  readonly cpuSeconds: number | undefined;
  /** What clearing away took, after the session. */
  readonly endSeconds: number;
  /** Of a check: what a fresh checkout would not have, or would have otherwise. */
  readonly remains: readonly string[];
}

await answerCell(async (text): Promise<StartResult> => {
  const request: StartRequest = JSON.parse(text);
  const places = placesOf(request);
  const git = new Git({ cwd: request.directory });
  const cpu = readProcessorSeconds();
  const started = performance.now();
  const workspace = await start(request, places, git);
  const seconds = (performance.now() - started) / 1_000;
  const now = readProcessorSeconds();
  const cpuSeconds = cpu === undefined || now === undefined ? undefined : now - cpu;
  const remains = request.type === "check" ? await listRemains(request, places, git) : [];
  const ending = performance.now();
  if (request.type !== "start") {
    await leaveMuch(request, places.worktree);
  }
  await workspace.harvest();
  await workspace.handOff("{}");
  await endWorktree(git, places);
  return { seconds, cpuSeconds, endSeconds: (performance.now() - ending) / 1_000, remains };
});

function readTime(): Date {
  return new Date();
}

function placesOf({ directory, machine, runner, issue }: StartRequest): ClaimPlaces {
  return claimPlaces({
    machineRoot: join(directory, machine),
    workspace: join(directory, machine, `runner-${runner}`, "work"),
    runnerTemp: join(directory, machine, `runner-${runner}`, "temp"),
    serverUrl: "http://github.localhost",
    repository: "acme/large",
    issue,
    claim: `claim-${issue}`,
  });
}

/** From the lock to the context files: all that lies between a job's start and its agent's. */
async function start(
  { remoteUrl, baseSha, issue, recycle }: StartRequest,
  places: ClaimPlaces,
  git: Git,
): Promise<MachineWorkspace> {
  const environment = process.env;
  const claim = `claim-${issue}`;
  const workspace = new MachineWorkspace({
    places,
    claim,
    git,
    remoteUrl,
    environment,
    sandbox: { wrap: (command) => Promise.resolve(command) },
    clock: readTime,
  });
  await workspace.tryLock();
  await workspace.fetch([baseSha]);
  await workspace.readFile(baseSha, ".github/water-spider.yml");
  await workspace.open({
    issue,
    textHash: "",
    branch: `feature/issue-${issue}`,
    baseSha,
    settings: { sparse: [], submodules: false, recycle, minFreeDiskBytes: undefined },
    sandbox: { mode: "off", readable: [], hosts: [] },
  });
  await workspace.writeContext(new Map([[CONTEXT_FILE, "{}"]]));
  return workspace;
}

/** Plays an agent: changed, new, ignored and hidden files, a nested repository, git's own flags. */
async function leaveMuch({ issue }: StartRequest, worktree: string): Promise<void> {
  for (let index = 0; index < 20; index += 1) {
    await appendFile(join(worktree, pathOf((index * 61 + issue) % 200)), "// changed\n");
  }
  await writeFile(join(worktree, ".gitignore"), "installed/\n");
  for (let index = 0; index < 400; index += 1) {
    const folder = join(worktree, "installed", `package-${index % 40}`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `file-${index}.js`), `module.exports = ${index};\n`);
  }
  await writeFile(join(worktree, "packages", "untracked.ts"), "// new\n");
  const nested = join(worktree, "packages", "nested");
  const hidden = pathOf(3);
  await appendFile(join(worktree, hidden), "// hidden\n");
  for (const args of [
    ["init", "--quiet", nested],
    ["update-index", "--assume-unchanged", pathOf(1)],
    ["update-index", "--skip-worktree", hidden],
  ]) {
    spawnSync("git", args, { cwd: worktree });
  }
}

/** Compares everything in the worktree with the commit, by content and with a new git directory. */
async function listRemains(
  { baseSha }: StartRequest,
  places: ClaimPlaces,
  git: Git,
): Promise<readonly string[]> {
  const directory = join(places.scratch, "check.git");
  await git.run(["init", "--quiet", "--bare", directory]);
  const alternates = join(directory, "objects", "info", "alternates");
  await writeFile(alternates, `${join(places.mirror, "objects")}\n`);
  const own = git.with({
    cwd: places.worktree,
    environment: { GIT_DIR: directory, GIT_WORK_TREE: places.worktree },
  });
  await own.run(["read-tree", baseSha]);
  // The index is new, so contents are compared and not times; no ignore rule is asked.
  await own.try(["update-index", "-q", "--refresh"]);
  const changed = await own.run(["diff-files", "--name-status"]);
  const added = await own.run(["ls-files", "--others", "--directory"]);
  return `${changed}\n${added}`
    .split("\n")
    .filter((line) => line !== "" && line !== CONTEXT_FILE && line !== ".git");
}
