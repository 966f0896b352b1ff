import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { git } from "./git.ts";
import { InvalidFileError } from "./unsupported.ts";
import type { Origin } from "./workflow-file.ts";

export interface RepositoryCacheOptions {
  readonly directory: string;
  readonly gitUrl: (repository: string) => string;
  /** The token the engine itself reads with; `undefined` reaches public repositories only. */
  readonly token: string | undefined;
}

const SHA = /^[0-9a-f]{40}$/;

/** Repositories at commits, fetched from the embedded GitHub once per commit. */
export class RepositoryCache {
  readonly #options: RepositoryCacheOptions;
  readonly #fetches = new Map<string, Promise<string>>();

  constructor(options: RepositoryCacheOptions) {
    this.#options = options;
  }

  /** Returns the commit that a branch, tag, `HEAD` or commit id names now. */
  async resolve(repository: string, ref: string): Promise<string> {
    if (SHA.test(ref)) {
      return ref;
    }
    const listing = await this.#git(repository, [
      "ls-remote",
      this.#options.gitUrl(repository),
      ref,
      `${ref}^{}`,
    ]);
    const refs = new Map(
      listing.split("\n").map((line): [string, string] => {
        const [sha = "", name = ""] = line.split("\t");
        return [name, sha];
      }),
    );
    const tag = `refs/tags/${ref}`;
    const candidates = [ref, `${ref}^{}`, `${tag}^{}`, tag, `refs/heads/${ref}`];
    const sha = candidates.map((name) => refs.get(name)).find((found) => found !== undefined);
    if (sha === undefined) {
      throw new InvalidFileError(`Unable to resolve '${repository}@${ref}': no such ref.`);
    }
    return sha;
  }

  /** Resolves the ref and fetches the commit. */
  async open(repository: string, ref: string): Promise<Origin> {
    const sha = await this.resolve(repository, ref);
    return { repository, sha, ref, directory: await this.fetch(repository, sha) };
  }

  /** Returns a directory that holds the repository at the commit. */
  async fetch(repository: string, sha: string): Promise<string> {
    const target = join(this.#options.directory, repository, sha);
    const fetched = this.#fetches.get(target) ?? this.#fetchInto(target, repository, sha);
    this.#fetches.set(target, fetched);
    return fetched;
  }

  async #fetchInto(target: string, repository: string, sha: string): Promise<string> {
    if (existsSync(target)) {
      return target;
    }
    const half = `${target}.fetching`;
    await rm(half, { recursive: true, force: true });
    await mkdir(dirname(target), { recursive: true });
    await this.#git(repository, ["init", "--quiet", half]);
    const url = this.#options.gitUrl(repository);
    await this.#git(repository, ["-C", half, "fetch", "--quiet", "--depth=1", url, sha]);
    await this.#git(repository, ["-C", half, "checkout", "--quiet", "FETCH_HEAD"]);
    await rename(half, target);
    return target;
  }

  async #git(repository: string, args: readonly string[]): Promise<string> {
    try {
      return await git(args, { token: this.#options.token });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new InvalidFileError(`The repository '${repository}' cannot be read: ${reason}`, {
        cause: error,
      });
    }
  }
}
