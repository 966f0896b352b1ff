import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type {
  CommandOptions,
  CommandRun,
  Harvest,
  OpenRequest,
  Workspace,
} from "../../ports/workspace.ts";
import { passEnvironment } from "../claude/invocation.ts";
import type { Git } from "../git/git.ts";
import { hashHandoff } from "../handoff-digest.ts";
import { runCommand } from "./command.ts";
import { tryCreate } from "./file-lock.ts";
import { Harvester } from "./harvester.ts";
import { Mirror } from "./mirror.ts";
import { Preparation } from "./preparation.ts";
import type { ClaimPlaces } from "./session-places.ts";
import { shareDownloads } from "./share-downloads.ts";
import { SESSION_VARIABLE, sweepProcesses } from "./sweep.ts";

export interface MachineWorkspaceOptions {
  readonly places: ClaimPlaces;
  /** Nonce of the claim. */
  readonly claim: string;
  readonly git: Git;
  readonly remoteUrl: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: () => Date;
}

/** The workspace of one claim on this machine: mirror, throw-away repository, linked worktree. */
export class MachineWorkspace implements Workspace {
  readonly #options: MachineWorkspaceOptions;
  readonly #mirror: Mirror;
  #harvester: Harvester | undefined;
  #request: OpenRequest | undefined;
  #contextFiles: readonly string[] = [];
  #preparation: Preparation | undefined;
  /** What the preparation left in the worktree beside the base and what is ignored. */
  #prepared: readonly string[] = [];

  constructor(options: MachineWorkspaceOptions) {
    const { places, git, remoteUrl, claim } = options;
    this.#options = options;
    this.#mirror = new Mirror(places.mirror, git, remoteUrl, claim);
  }

  get worktree(): string {
    return this.#options.places.worktree;
  }

  async tryLock(): Promise<boolean> {
    const { lock } = this.#options.places;
    await mkdir(dirname(lock), { recursive: true });
    return await tryCreate(lock);
  }

  async fetch(commits: readonly string[]): Promise<void> {
    await this.#mirror.fetch(commits);
  }

  async readFile(commit: string, path: string): Promise<string | undefined> {
    return await this.#mirror.readFile(commit, path);
  }

  async exportFolder(commit: string, folder: string, into: string): Promise<boolean> {
    return await this.#mirror.exportFolder(commit, folder, into);
  }

  async open(request: OpenRequest): Promise<void> {
    const { places, git } = this.#options;
    this.#request = request;
    await this.fetch([request.baseSha, ...request.alsoFetch]);
    await rm(places.worktree, { recursive: true, force: true });
    await rm(places.scratch, { recursive: true, force: true });
    await mkdir(places.scratch, { recursive: true, mode: 0o700 });
    await mkdir(dirname(places.worktree), { recursive: true });
    const repository = join(places.scratch, "repository.git");
    await git.run(["init", "--quiet", "--bare", repository]);
    await writeFile(join(repository, "objects", "info", "alternates"), `${this.#mirror.objects}\n`);
    await writeFile(join(repository, "shallow"), `${request.baseSha}\n`);
    await git
      .with({ cwd: repository })
      .run(["worktree", "add", "--quiet", "-b", request.branch, places.worktree, request.baseSha]);
  }

  async writeContext(files: ReadonlyMap<string, string>): Promise<void> {
    this.#contextFiles = [...files.keys()];
    for (const [name, text] of files) {
      await writeFile(join(this.worktree, name), text);
    }
    // The agent's own git should not offer them either.
    const exclude = join(this.#options.places.scratch, "repository.git", "info", "exclude");
    await mkdir(dirname(exclude), { recursive: true });
    await writeFile(exclude, this.#contextFiles.map((name) => `/${name}\n`).join(""));
  }

  async runCommand(
    command: string,
    limitMs: number,
    { sharesDownloads = false, stop }: CommandOptions = {},
  ): Promise<CommandRun> {
    const { places, environment, claim, clock } = this.#options;
    await mkdir(places.home, { recursive: true });
    await mkdir(places.temporary, { recursive: true });
    const downloads = sharesDownloads
      ? await shareDownloads(places.downloads, join(places.scratch, "downloads"))
      : {};
    return await runCommand(command, {
      cwd: this.worktree,
      limitMs,
      stop,
      clock,
      environment: {
        ...passEnvironment(environment),
        CI: "true",
        HOME: places.home,
        TMPDIR: places.temporary,
        [SESSION_VARIABLE]: claim,
        ...downloads,
      },
    });
  }

  async beginPrepare(): Promise<void> {
    const { places, git } = this.#options;
    this.#preparation = await Preparation.begin(git, {
      directory: join(places.scratch, "prepared.git"),
      worktree: places.worktree,
      alternate: this.#mirror.objects,
      baseSha: this.#opened().baseSha,
    });
  }

  async settlePrepared(): ReturnType<Workspace["settlePrepared"]> {
    const settled = (await this.#preparation?.settle()) ?? { reset: [], left: [] };
    this.#prepared = settled.left;
    return settled;
  }

  async harvest(): Promise<Harvest> {
    const { places, git } = this.#options;
    this.#harvester = new Harvester({
      git,
      gitDirectory: join(places.scratch, "harvest.git"),
      worktree: places.worktree,
      alternate: this.#mirror.objects,
      baseSha: this.#opened().baseSha,
      excluded: [...this.#contextFiles, ...this.#prepared],
    });
    return { files: await this.#harvester.collect() };
  }

  async resetToBase(): Promise<void> {
    await this.#harvester?.reset();
  }

  async handOff(resultJson: string): Promise<string> {
    const { handoff } = this.#options.places;
    await mkdir(handoff, { recursive: true });
    const bundle = join(handoff, "changes.bundle");
    await writeFile(join(handoff, "result.json"), resultJson);
    await rm(bundle, { force: true });
    await this.#harvester?.bundle(bundle);
    return await hashHandoff(handoff);
  }

  async sweep(): Promise<void> {
    const { claim, places } = this.#options;
    const { worktree, scratch, temporary } = places;
    await sweepProcesses({ claim, directories: [worktree, scratch, temporary] });
  }

  #opened(): OpenRequest {
    if (this.#request === undefined) {
      throw new Error("There is no worktree yet.");
    }
    return this.#request;
  }
}
