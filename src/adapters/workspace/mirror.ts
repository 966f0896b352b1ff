import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { Git } from "../git/git.ts";
import { withFileLock } from "./file-lock.ts";

/**
 * The machine's bare mirror of the repository. Other repositories reach it through alternates only,
 * and nothing but this action fetches into it, one runner at a time: git refuses to update the list
 * of shallow commits when another fetch changed it meanwhile.
 */
export class Mirror {
  readonly #path: string;
  readonly #git: Git;
  readonly #remoteUrl: string;
  readonly #claim: string;

  constructor(path: string, git: Git, remoteUrl: string, claim: string) {
    this.#path = path;
    this.#git = git.with({ cwd: path });
    this.#remoteUrl = remoteUrl;
    this.#claim = claim;
  }

  /** Directory for `objects/info/alternates` of others. */
  get objects(): string {
    return `${this.#path}/objects`;
  }

  /** Brings commits here, with no more history than they need. */
  async fetch(commits: readonly string[]): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    await withFileLock(`${this.#path}.lock`, () => this.#fetchMissing(commits));
  }

  /** Text of a file of a fetched commit; `undefined` when the commit does not have it. */
  async readFile(commit: string, path: string): Promise<string | undefined> {
    const shown = await this.#git.try(["cat-file", "blob", `${commit}:${path}`]);
    return shown.exitCode === 0 ? shown.stdout.toString("utf8") : undefined;
  }

  /** Writes the regular files of a folder of a fetched commit; false when the commit has none. */
  async exportFolder(commit: string, folder: string, into: string): Promise<boolean> {
    await rm(join(into, folder), { recursive: true, force: true });
    const listing = await this.#git.run(["ls-tree", "-r", "-z", commit, "--", `${folder}/`]);
    const files = [...listing.matchAll(/(100644|100755) blob ([0-9a-f]+)\t([^\0]+)/g)];
    for (const [, mode, object = "", path = ""] of files) {
      const { stdout } = await this.#git.try(["cat-file", "blob", object]);
      await mkdir(dirname(join(into, path)), { recursive: true });
      await writeFile(join(into, path), stdout, { mode: mode === "100755" ? 0o755 : 0o644 });
    }
    return files.length > 0;
  }

  async #fetchMissing(commits: readonly string[]): Promise<void> {
    await this.#git
      .with({ cwd: dirname(this.#path) })
      .run(["init", "--quiet", "--bare", this.#path]);
    const missing: string[] = [];
    for (const commit of new Set(commits)) {
      const known = await this.#git.try(["cat-file", "-e", `${commit}^{tree}`]);
      if (known.exitCode !== 0) {
        missing.push(commit);
      }
    }
    if (missing.length > 0) {
      await this.#git.run([
        "fetch",
        "--quiet",
        "--depth=1",
        "--no-tags",
        "--no-write-fetch-head",
        this.#remoteUrl,
        // A ref of this claim keeps the commit for as long as it may be needed.
        ...missing.map((commit) => `${commit}:refs/claims/${this.#claim}/${commit}`),
      ]);
    }
  }
}
