import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { type Git, GitError } from "../git/git.ts";
import { CommitList } from "./commit-list.ts";
import { withFileLock } from "./file-lock.ts";
import { makeRepository } from "./git-repository.ts";
import { listObjectFiles, moveObjects, removeObjects } from "./object-files.ts";

/** Commits that are told to the server, so that it sends only what is new. */
const MAX_KNOWN = 8;

/** No session is longer; what was asked for earlier need not survive a repair. */
const IN_USE_MS = 24 * 60 * 60_000;

/** What nobody asked for in so long is fetched again if somebody does. */
const REMEMBERED_MS = 30 * 24 * 60 * 60_000;

/** With more files than this git takes longer to look for an object. */
const MAX_OBJECT_FILES = 1_000;

/** What git says when the server or the way to it is to blame: a repair would not help. */
const REMOTE_TROUBLE =
  /unable to access|could not (resolve|read)|connection|timed out|RPC failed|early EOF|hung up|remote error|not our ref|authentication|HTTP/i;

export interface MirrorOptions {
  /** Directory of the mirror, shared by the machine's runners. */
  readonly path: string;
  /** A directory of this claim, for a repository to read with. */
  readonly scratch: string;
  readonly git: Git;
  readonly remoteUrl: string;
  /** The mirror is packed anew when it has that many files. */
  readonly maxObjectFiles?: number;
}

/**
 * The machine's bare mirror of one repository: an object store and a list of the commits in it. It
 * is no git directory, so no configuration, hook or ref of it is ever read; repositories reach it
 * through alternates only. A fetch works in a directory of its own and moves complete objects over
 * at its end: one that is killed leaves nothing, and two at once do not meet. The lock only saves
 * the machine from fetching the same twice.
 */
export class Mirror {
  readonly #options: MirrorOptions;
  readonly #commits: CommitList;
  /** What this claim asked for already. */
  readonly #fetched = new Set<string>();
  #view: Git | undefined;
  /** The repair that was the last one when this claim first looked. */
  #repairSeen = "";

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#commits = new CommitList(join(options.path, "commits"));
  }

  /** Directory for `objects/info/alternates` of others. */
  get objects(): string {
    return join(this.#options.path, "objects");
  }

  /** Brings commits here, with no more history than they need. */
  async fetch(commits: readonly string[]): Promise<void> {
    const missing = commits.filter((commit) => !this.#fetched.has(commit));
    if (missing.length === 0) {
      return;
    }
    const { path } = this.#options;
    await mkdir(join(this.objects, "pack"), { recursive: true });
    this.#repairSeen = await this.#lastRepair();
    await withFileLock(join(path, "fetch.lock"), () => this.#fetchMissing(missing));
    for (const commit of missing) {
      this.#fetched.add(commit);
    }
  }

  /** Text of a file of a fetched commit; `undefined` when the commit does not have it. */
  async readFile(commit: string, path: string): Promise<string | undefined> {
    if (!(await this.#has(commit))) {
      return undefined;
    }
    return await this.repairing([commit], async () => {
      const view = await this.open();
      const listing = await view.run(["ls-tree", "-z", "--full-tree", commit, "--", path]);
      const [mode, type, object] = listing.split(/[ \t\0]/);
      return mode === undefined || type !== "blob" || object === undefined
        ? undefined
        : (await view.read(["cat-file", "blob", object])).toString("utf8");
    });
  }

  /**
   * Does work that reads the mirror. When git fails there, everything in use is fetched anew, once,
   * and the work is done again: a damaged or missing object heals itself.
   */
  async repairing<T>(commits: readonly string[], work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof GitError)) {
        throw error;
      }
      await this.#repair(commits);
      return await work();
    }
  }

  /** The repository that the mirror is read with. */
  async open(): Promise<Git> {
    const { git, scratch } = this.#options;
    this.#view ??= await makeRepository(git, {
      path: join(scratch, "view.git"),
      alternates: [this.objects],
      shallow: [],
    });
    return this.#view;
  }

  async #has(commit: string): Promise<boolean> {
    const known = await (await this.open()).try(["cat-file", "-e", `${commit}^{tree}`]);
    return known.exitCode === 0;
  }

  /** Writes the regular files of a folder of a fetched commit; false when the commit has none. */
  async exportFolder(commit: string, folder: string, into: string): Promise<boolean> {
    await rm(join(into, folder), { recursive: true, force: true });
    return await this.repairing([commit], async () => {
      const view = await this.open();
      const listing = await view.run(["ls-tree", "-r", "-z", commit, "--", `${folder}/`]);
      const files = [...listing.matchAll(/(100644|100755) blob ([0-9a-f]+)\t([^\0]+)/g)];
      for (const [, mode, object = "", path = ""] of files) {
        const text = await view.read(["cat-file", "blob", object]);
        await mkdir(dirname(join(into, path)), { recursive: true });
        await writeFile(join(into, path), text, { mode: mode === "100755" ? 0o755 : 0o644 });
      }
      return files.length > 0;
    });
  }

  async #fetchMissing(commits: readonly string[]): Promise<void> {
    await this.#removeAbandoned();
    const listed = await this.#commits.list();
    const missing: string[] = [];
    for (const commit of new Set(commits)) {
      // One that is not listed may be here in part: whoever moved it over was killed.
      if (listed.includes(commit) && (await this.#has(commit))) {
        await this.#commits.add(commit);
      } else {
        missing.push(commit);
      }
    }
    if (missing.length === 0) {
      return;
    }
    if (missing.some((commit) => listed.includes(commit))) {
      await this.#replace(missing);
      return;
    }
    try {
      await this.#download(missing, await this.#listKnown());
      await this.#consolidate();
    } catch (error) {
      if (!(error instanceof GitError) || REMOTE_TROUBLE.test(error.message)) {
        throw error;
      }
      await this.#replace(missing);
    }
  }

  /** Fetches into a directory of its own, then moves the objects over. Returns their files. */
  async #download(
    commits: readonly string[],
    known: readonly string[],
  ): Promise<readonly string[]> {
    const { git, path, remoteUrl } = this.#options;
    const incoming = join(path, "incoming", randomUUID());
    const alternates = known.length > 0 ? [this.objects] : [];
    try {
      const here = await makeRepository(git, { path: incoming, alternates, shallow: known });
      const refs = known.map((commit) => `${commit} refs/known/${commit}\n`).toSorted();
      await writeFile(join(incoming, "packed-refs"), refs.join(""));
      await here.run([
        "fetch",
        "--quiet",
        "--depth=1",
        "--no-tags",
        "--no-write-fetch-head",
        remoteUrl,
        ...commits.map((commit) => `${commit}:refs/fetched/${commit}`),
      ]);
      const files = await moveObjects(join(incoming, "objects"), this.objects);
      for (const commit of commits) {
        await this.#commits.add(commit);
      }
      return files;
    } finally {
      await rm(incoming, { recursive: true, force: true });
    }
  }

  async #repair(commits: readonly string[]): Promise<void> {
    await withFileLock(join(this.#options.path, "fetch.lock"), async () => {
      // Another claim may have met the same damage and repaired it.
      if ((await this.#lastRepair()) === this.#repairSeen) {
        await this.#replace(commits);
      }
      this.#repairSeen = await this.#lastRepair();
    });
  }

  /** Fetches all that is in use without believing anything that is here, which then goes. */
  async #replace(commits: readonly string[]): Promise<void> {
    const before = await listObjectFiles(this.objects);
    const inUse = [...new Set([...commits, ...(await this.#commits.list(IN_USE_MS))])];
    let files: readonly string[];
    try {
      files = await this.#download(inUse, []);
    } catch (error) {
      if (inUse.length === commits.length) {
        throw error;
      }
      // One that the server does not have any more must not keep the others from being healed.
      files = await this.#download(commits, []);
    }
    await this.#removeAllBut(files, before);
    await this.#commits.keepOnly(inUse);
    await writeFile(join(this.#options.path, "repaired"), randomUUID());
  }

  /**
   * Puts what is in use into one pack and removes the rest: every fetch adds a few files, and
   * nobody else ever takes one away.
   */
  async #consolidate(): Promise<void> {
    const before = await listObjectFiles(this.objects);
    if (before.length < (this.#options.maxObjectFiles ?? MAX_OBJECT_FILES)) {
      return;
    }
    const { git, path } = this.#options;
    const inUse = await this.#commits.list(REMEMBERED_MS);
    const place = join(path, "incoming", randomUUID());
    const alternates = [this.objects];
    try {
      const here = await makeRepository(git, { path: place, alternates, shallow: inUse });
      const walk = ["rev-list", "--objects", "--no-object-names", "--stdin"];
      const objects = await here.read(walk, inUse.map((commit) => `${commit}\n`).join(""));
      const pack = join(place, "objects", "pack");
      await mkdir(pack, { recursive: true });
      await here.run(["pack-objects", "--quiet", join(pack, "pack")], objects);
      await this.#removeAllBut(await moveObjects(join(place, "objects"), this.objects), before);
      await this.#commits.keepOnly(inUse);
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  }

  async #removeAllBut(kept: readonly string[], files: readonly string[]): Promise<void> {
    const names = new Set(kept);
    await removeObjects(
      this.objects,
      files.filter((file) => !names.has(file)),
    );
  }

  async #lastRepair(): Promise<string> {
    return await readFile(join(this.#options.path, "repaired"), "utf8").catch(() => "");
  }

  async #listKnown(): Promise<readonly string[]> {
    const known: string[] = [];
    for (const commit of await this.#commits.list()) {
      if (known.length < MAX_KNOWN && (await this.#has(commit))) {
        known.push(commit);
      }
    }
    return known;
  }

  /** What fetches left that were killed; the lock says that nobody fetches now. */
  async #removeAbandoned(): Promise<void> {
    await rm(join(this.#options.path, "incoming"), { recursive: true, force: true });
  }
}
