import { spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type EmbeddedGitHub, startEmbeddedGitHub } from "../../local/github/embedded-github.ts";
import { removeTree } from "../../src/adapters/workspace/remove-tree.ts";
import { runCell } from "../cell.ts";
import type { CloneResult } from "./clone-cell.ts";
import { fillRepository, type RepositorySize } from "./generated-repository.ts";
import type { StartRequest, StartResult } from "./start-cell.ts";
import { WireMeter } from "./wire-meter.ts";

const START_CELL = new URL("./start-cell.js", import.meta.url);
const CLONE_CELL = new URL("./clone-cell.js", import.meta.url);
const CELL_LIMIT_MS = 15 * 60_000;

/** What starts took that began together. */
export interface Measured {
  /** On the clock, until the last one was ready. */
  readonly seconds: number;
  /** Processor time of all of them, without the server's; `undefined` = not told. */
  readonly cpuSeconds: number | undefined;
  /** Over the wire, of all of them. */
  readonly bytes: number;
}

export type StartOf = Pick<StartRequest, "type" | "machine" | "runner" | "issue" | "recycle"> & {
  /** How many commits before the tip the base is. */
  readonly behind: number;
};

/** An embedded GitHub with one large repository, and a folder for everything that starts from it. */
export class WorktreeWorld {
  readonly directory: string;
  readonly #github: EmbeddedGitHub;
  readonly #meter: WireMeter;
  /** First parents from the tip on. */
  readonly #commits: readonly string[];

  private constructor(
    directory: string,
    github: EmbeddedGitHub,
    meter: WireMeter,
    commits: readonly string[],
  ) {
    this.directory = directory;
    this.#github = github;
    this.#meter = meter;
    this.#commits = commits;
  }

  static async create(size: RepositorySize): Promise<WorktreeWorld> {
    const directory = await mkdtemp(join(await realpath(tmpdir()), "water-spider-bench-"));
    const dataDirectory = join(directory, "github");
    const github = await startEmbeddedGitHub({ dataDirectory });
    await github.addUser({ login: "acme", token: "acme-token" });
    await github.addRepository({
      owner: "acme",
      name: "large",
      files: { "README.md": "# Large\n" },
    });
    const repository = join(dataDirectory, "git", "acme", "large.git");
    await fillRepository(repository, size);
    // As GitHub keeps its repositories: one pack, with bitmaps.
    await runGit(repository, ["repack", "-a", "-d", "-b", "--quiet"]);
    const log = await runGit(repository, ["rev-list", "--max-count=200", "refs/heads/main"]);
    const meter = await WireMeter.open(github.port);
    return new WorktreeWorld(directory, github, meter, log.trim().split("\n"));
  }

  get remoteUrl(): string {
    return `http://127.0.0.1:${this.#meter.port}/acme/large.git`;
  }

  /** Clones into a new folder, which goes again, untimed. */
  async clone(options: readonly string[], times = 1): Promise<Measured> {
    const places = Array.from({ length: times }, (_one, index) =>
      join(this.directory, `clone-${index}`),
    );
    const url = this.remoteUrl;
    const measured = await this.measure(() =>
      Promise.all(places.map((place) => run<CloneResult>(CLONE_CELL, { options, url, place }))),
    );
    for (const place of places) {
      await removeTree(place);
    }
    return measured;
  }

  /** Runs a process that starts a session; throws what it complains of. */
  async start({ behind, ...more }: StartOf): Promise<StartResult> {
    const baseSha = this.#commits[behind] ?? "";
    const { directory, remoteUrl } = this;
    await mkdir(join(directory, more.machine), { recursive: true });
    const request: StartRequest = { ...more, directory, remoteUrl, baseSha };
    return await run<StartResult>(START_CELL, request);
  }

  /** Removes everything of a machine: mirror, worktrees, records. */
  async forget(machine: string): Promise<void> {
    await removeTree(join(this.directory, machine));
  }

  /** Does some work and counts its bytes; seconds are those of the part that took longest. */
  async measure(work: () => Promise<readonly CloneResult[]>): Promise<Measured> {
    // What was written or deleted before is not to be paid for now.
    spawnSync("sync");
    this.#meter.take();
    const parts = await work();
    const known = parts.flatMap(({ cpuSeconds }) => cpuSeconds ?? []);
    return {
      seconds: Math.max(...parts.map(({ seconds }) => seconds)),
      cpuSeconds:
        known.length < parts.length ? undefined : known.reduce((sum, one) => sum + one, 0),
      bytes: this.#meter.take(),
    };
  }

  async close(): Promise<void> {
    this.#meter.close();
    await this.#github.stop();
    await removeTree(this.directory);
  }
}

/** Measures in a process of its own; throws what it complains of. */
async function run<Result>(program: URL, request: object): Promise<Result> {
  const outcome = await runCell<Result>(program, request, CELL_LIMIT_MS);
  if (outcome.type !== "done") {
    const detail = outcome.type === "failed" ? outcome.detail : outcome.type;
    throw new Error(`A part of the bench failed: ${detail}`);
  }
  return outcome.result;
}

async function runGit(cwd: string, args: readonly string[]): Promise<string> {
  const child = spawn("git", args, {
    cwd,
    env: {
      PATH: process.env["PATH"],
      HOME: "/nonexistent",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) {
    throw new Error(`git ${args.join(" ")} exited with ${String(code)}.`);
  }
  return output;
}
