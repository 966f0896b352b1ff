import { mkdir, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The commits of a mirror: an empty file for each, whose time says when it was last asked for. */
export class CommitList {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async add(commit: string): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const marker = join(this.#directory, commit);
    await writeFile(marker, "", { flag: "a" });
    const now = new Date();
    await utimes(marker, now, now);
  }

  /** Commits that were asked for not longer ago than that, the latest first. */
  async list(maxAgeMs = Infinity): Promise<readonly string[]> {
    const names = await readdir(this.#directory).catch(() => []);
    const commits = names.filter((name) => /^[0-9a-f]{40,64}$/.test(name));
    const aged = await Promise.all(
      commits.map(async (name) => ({
        name,
        ms: (await stat(join(this.#directory, name))).mtimeMs,
      })),
    );
    return aged
      .filter(({ ms }) => Date.now() - ms <= maxAgeMs)
      .toSorted((a, b) => b.ms - a.ms)
      .map(({ name }) => name);
  }

  /** Forgets all other commits. */
  async keepOnly(commits: readonly string[]): Promise<void> {
    for (const commit of await this.list()) {
      if (!commits.includes(commit)) {
        await rm(join(this.#directory, commit), { force: true });
      }
    }
  }
}
