import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { FreeSpace } from "../../core/session/free-space.ts";
import type {
  CommandOptions,
  CommandRun,
  Harvest,
  OpenRequest,
  StartPoint,
  Workspace,
} from "../../ports/workspace.ts";
import { passEnvironment } from "../claude/invocation.ts";
import { PLACEHOLDERS } from "../claude/sandbox-settings.ts";
import type { Git } from "../git/git.ts";
import { hashHandoff } from "../handoff-digest.ts";
import type { SessionSandbox } from "../sandbox/session-sandbox.ts";
import { runCommand } from "./command.ts";
import { tryCreate } from "./file-lock.ts";
import { readFreeBytes } from "./free-space.ts";
import { Harvester } from "./harvester.ts";
import { Mirror } from "./mirror.ts";
import type { OpenAttempt } from "./open-attempt.ts";
import { openWorktree } from "./open-worktree.ts";
import { Preparation } from "./preparation.ts";
import { type RunnerMemory, runnerMemory } from "./runner-memory.ts";
import type { ClaimPlaces } from "./session-places.ts";
import { shareDownloads } from "./share-downloads.ts";
import { SESSION_VARIABLE, sweepProcesses } from "./sweep.ts";

export interface MachineWorkspaceOptions {
  readonly places: ClaimPlaces;
  /** Nonce of the claim. */
  readonly claim: string;
  readonly git: Git;
  readonly remoteUrl: string;
  readonly sandbox: Pick<SessionSandbox, "wrap">;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: () => Date;
  /** Checkouts of fewer files are made anew: that is as fast. */
  readonly recycledFiles?: number;
}

/** The workspace of one claim on this machine: mirror, throw-away repository, linked worktree. */
export class MachineWorkspace implements Workspace {
  readonly #options: MachineWorkspaceOptions;
  readonly #mirror: Mirror;
  #harvester: Harvester | undefined;
  #request: OpenRequest | undefined;
  #openedAt = "";
  #contextFiles: readonly string[] = [];
  #preparation: Preparation | undefined;
  /** What the preparation left in the worktree beside the base and what is ignored. */
  #prepared: readonly string[] = [];
  #checkpoint: Promise<unknown> = Promise.resolve();
  /** The worktree is the agent's no more, or its work is handed over. */
  #isCheckpointVoid = false;

  constructor(options: MachineWorkspaceOptions) {
    const { places, git, remoteUrl } = options;
    this.#options = options;
    this.#mirror = new Mirror({ path: places.mirror, scratch: places.scratch, git, remoteUrl });
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

  async readFreeSpace(): Promise<readonly FreeSpace[]> {
    const { worktree, mirror } = this.#options.places;
    return await Promise.all(
      [worktree, mirror].map(async (directory) => ({
        directory,
        freeBytes: await readFreeBytes(directory),
      })),
    );
  }

  async open(request: OpenRequest): Promise<StartPoint> {
    this.#request = request;
    this.#openedAt = this.#options.clock().toISOString();
    await this.fetch([request.baseSha]);
    const openedAt = this.#openedAt;
    return await openWorktree({ ...this.#options, mirror: this.#mirror, openedAt }, request);
  }

  async writeContext(files: ReadonlyMap<string, string>): Promise<void> {
    this.#contextFiles = [...files.keys()];
    for (const [name, text] of files) {
      const path = join(this.worktree, name);
      // A link of the base's under that name is not followed.
      await rm(path, { recursive: true, force: true });
      await writeFile(path, text);
    }
    await this.#rememberBeginning();
    // The agent's own git should not offer them either, nor what its sandbox puts there.
    const exclude = join(this.#options.places.scratch, "repository.git", "info", "exclude");
    await mkdir(dirname(exclude), { recursive: true });
    const names = [...this.#contextFiles, ...PLACEHOLDERS];
    await writeFile(exclude, names.map((name) => `/${name}\n`).join(""));
  }

  async runCommand(
    command: string,
    limitMs: number,
    { sharesDownloads = false, stop }: CommandOptions = {},
  ): Promise<CommandRun> {
    const { places, environment, claim, clock, sandbox } = this.#options;
    await mkdir(places.home, { recursive: true });
    await mkdir(places.temporary, { recursive: true });
    const downloads = sharesDownloads
      ? await shareDownloads(places.downloads, join(places.scratch, "downloads"))
      : {};
    const line = await sandbox.wrap(
      ["bash", "-c", command],
      this.#opened().sandbox,
      this.worktree,
      sharesDownloads ? [places.downloads, join(places.scratch, "downloads")] : [],
    );
    return await runCommand(line, {
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
    const { baseSha, settings } = this.#opened();
    this.#preparation = await Preparation.begin({
      git,
      gitDirectory: join(places.scratch, "prepared.git"),
      worktree: places.worktree,
      alternate: this.#mirror.objects,
      baseSha,
      sparse: settings.sparse,
    });
  }

  async settlePrepared(): ReturnType<Workspace["settlePrepared"]> {
    const settled = (await this.#preparation?.settle()) ?? { reset: [], left: [] };
    this.#prepared = settled.left;
    return settled;
  }

  async checkpoint(): Promise<boolean> {
    const taken = this.#checkpoint.then(() => this.#takeCheckpoint());
    this.#checkpoint = taken.catch(() => undefined);
    return await taken;
  }

  async harvest(): Promise<Harvest> {
    const { places, git } = this.#options;
    this.#harvester = new Harvester({
      git,
      gitDirectory: join(places.scratch, "harvest.git"),
      worktree: places.worktree,
      alternate: this.#mirror.objects,
      baseSha: this.#opened().baseSha,
      excluded: this.#noWork,
      sparse: this.#opened().settings.sparse,
    });
    return { files: await this.#harvester.collect() };
  }

  async resetToBase(): Promise<void> {
    this.#isCheckpointVoid = true;
    await this.#harvester?.reset();
  }

  async handOff(resultJson: string): Promise<string> {
    const { handoff } = this.#options.places;
    await mkdir(handoff, { recursive: true });
    const bundle = join(handoff, "changes.bundle");
    await writeFile(join(handoff, "result.json"), resultJson);
    await rm(bundle, { force: true });
    // What people pushed is on the server already.
    if (this.#request?.pushedSha === undefined) {
      await this.#harvester?.bundle(bundle);
    }
    const digest = await hashHandoff(handoff);
    if (this.#harvester !== undefined && this.#request !== undefined) {
      this.#isCheckpointVoid = true;
      await this.#memory.attempts.remove(basename(this.worktree));
      if (this.#request.pushedSha === undefined) {
        await this.#memory.rescued.settle(this.#attempt());
      }
    }
    return digest;
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

  /** Paths in the worktree that are no work: the context files, and what the preparation left. */
  get #noWork(): readonly string[] {
    return [...this.#contextFiles, ...this.#prepared];
  }

  get #memory(): RunnerMemory {
    return runnerMemory(this.#options.places);
  }

  /** One at a time: they share a git directory. */
  async #takeCheckpoint(): Promise<boolean> {
    if (this.#isCheckpointVoid) {
      return false;
    }
    const { git, places } = this.#options;
    const { scratch } = places;
    const { worktree } = this;
    const alternate = this.#mirror.objects;
    const request = { git, scratch, worktree, alternate, attempt: this.#attempt() };
    const isWanted = (): boolean => !this.#isCheckpointVoid;
    return await this.#memory.rescued.checkpoint(request, isWanted).catch((error: unknown) => {
      if (isWanted()) {
        throw error;
      }
      return false;
    });
  }

  #attempt(): OpenAttempt {
    const { issue, textHash, baseSha, settings } = this.#opened();
    const { claim } = this.#options;
    const place = basename(this.worktree);
    const { sparse } = settings;
    const excluded = this.#noWork;
    const attempt = { place, claim, issue, openedAt: this.#openedAt, textHash, baseSha, sparse };
    return { ...attempt, hasBegun: true, excluded };
  }

  /** From now on the worktree holds work that a later attempt would miss. */
  async #rememberBeginning(): Promise<void> {
    if (this.#request !== undefined) {
      await this.#memory.attempts.write(this.#attempt());
    }
  }
}
