import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { Git } from "../../../src/adapters/git/git.ts";
import { SessionSandbox } from "../../../src/adapters/sandbox/session-sandbox.ts";
import { endWorktree } from "../../../src/adapters/workspace/end-worktree.ts";
import { MachineWorkspace } from "../../../src/adapters/workspace/machine-workspace.ts";
import { type ClaimPlaces, claimPlaces } from "../../../src/adapters/workspace/session-places.ts";
import type { WorkspaceSettings } from "../../../src/core/configuration.ts";
import type { OpenRequest } from "../../../src/ports/workspace.ts";
import { temporaryDirectory } from "../temporary-directory.ts";

/** Files of the base commit, by path. */
const BASE_FILES: ReadonlyMap<string, string> = new Map([
  ["README.md", "# Sample\n"],
  ["src/old.ts", "export const old = 1;\n"],
  ["src/kept.ts", "export const kept = 1;\n"],
  [".gitignore", "ignored/\n"],
]);

const SETTINGS: WorkspaceSettings = {
  sparse: [],
  submodules: false,
  recycle: true,
  minFreeDiskBytes: undefined,
};

type RequestChanges = Partial<Omit<OpenRequest, "settings">> & {
  readonly settings?: Partial<WorkspaceSettings>;
};

const ignore = (): void => undefined;

/** A session machine with a remote repository, and the workspaces of its claims. */
export class Machine {
  readonly directory: string;
  readonly remoteUrl: string;
  readonly git: Git;
  readonly baseSha: string;

  private constructor(directory: string, git: Git, baseSha: string) {
    this.directory = directory;
    this.git = git;
    this.baseSha = baseSha;
    this.remoteUrl = `file://${directory}/remote.git`;
  }

  static async create(more: ReadonlyMap<string, string> = new Map()): Promise<Machine> {
    const directory = await temporaryDirectory();
    const git = new Git({ cwd: directory });
    const source = join(directory, "source");
    await git.run(["init", "--quiet", "--initial-branch=main", source]);
    for (const [path, text] of [...BASE_FILES, ...more]) {
      await mkdir(dirname(join(source, path)), { recursive: true });
      await writeFile(join(source, path), text);
    }
    const there = git.with({ cwd: source });
    await there.run(["add", "--all", "--force"]);
    await there.run(["commit", "--quiet", "-m", "base"]);
    await git.run(["clone", "--quiet", "--bare", source, "remote.git"]);
    // As GitHub does.
    await git
      .with({ cwd: join(directory, "remote.git") })
      .run(["config", "uploadpack.allowAnySHA1InWant", "true"]);
    return new Machine(directory, git, await there.run(["rev-parse", "HEAD"]));
  }

  /** Adds a commit to the remote's main branch: texts by path, `undefined` deletes. Returns it. */
  async commit(files: Readonly<Record<string, string | undefined>>): Promise<string> {
    const source = join(this.directory, "source");
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(source, path)), { recursive: true });
      await (text === undefined ? rm(join(source, path)) : writeFile(join(source, path), text));
    }
    const there = this.git.with({ cwd: source });
    await there.run(["add", "--all", "--force"]);
    await there.run(["commit", "--quiet", "-m", "more"]);
    await there.run(["push", "--quiet", this.remoteUrl, "HEAD:refs/heads/main"]);
    return await there.run(["rev-parse", "HEAD"]);
  }

  /** What the action's last step does, whatever happened to its first one. */
  async end(issue: number, claim: string): Promise<boolean> {
    return await endWorktree(this.git, this.placesOf(issue, claim));
  }

  placesOf(issue: number, claim: string, runner = ((issue - 1) % 5) + 1): ClaimPlaces {
    return claimPlaces({
      machineRoot: join(this.directory, "machine"),
      // Each runner of the machine has a work directory of its own; 1, 6 and 11 meet on the first.
      workspace: join(this.directory, `runner-${runner}`, "work"),
      runnerTemp: join(this.directory, `runner-${runner}`, "temp"),
      serverUrl: "https://github.com",
      repository: "octo/sample",
      issue,
      claim,
    });
  }

  newWorkspace(issue = 12, claim: string = randomUUID(), runner?: number): MachineWorkspace {
    const places = this.placesOf(issue, claim, runner);
    const environment = { PATH: process.env["PATH"], GITHUB_TOKEN: "ghs_secret" };
    return new MachineWorkspace({
      places,
      claim,
      git: this.git,
      remoteUrl: this.remoteUrl,
      environment,
      sandbox: new SessionSandbox({
        places,
        environment,
        log: { info: ignore, notice: ignore, warning: ignore },
      }),
      clock: () => new Date(),
      recycledFiles: 1,
    });
  }

  /** A workspace with its worktree at the base commit. */
  async open(
    issue = 12,
    claim: string = randomUUID(),
    more: RequestChanges = {},
  ): Promise<MachineWorkspace> {
    const workspace = this.newWorkspace(issue, claim);
    await workspace.open(this.request({ issue, ...more }));
    return workspace;
  }

  request({ settings, ...more }: RequestChanges = {}): OpenRequest {
    const issue = more.issue ?? 12;
    return {
      issue,
      textHash: "a".repeat(64),
      branch: `feature/issue-${issue}`,
      baseSha: this.baseSha,
      sandbox: { mode: "off", readable: [], hosts: [] },
      ...more,
      settings: { ...SETTINGS, ...settings },
    };
  }
}
