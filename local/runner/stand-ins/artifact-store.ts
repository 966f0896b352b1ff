import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { cp, mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface StoredArtifact {
  readonly id: number;
  readonly name: string;
  readonly digest: string;
}

/** The artifacts of all runs, as directories; a name is taken once per run. */
export class ArtifactStore {
  readonly #directory: string;
  #nextId = 1;

  constructor(directory: string) {
    this.#directory = directory;
  }

  has(runId: number, name: string): boolean {
    return existsSync(this.#path(runId, name));
  }

  list(runId: number): readonly string[] {
    const directory = join(this.#directory, String(runId));
    return existsSync(directory) ? readdirSync(directory).map(decodeURIComponent).toSorted() : [];
  }

  async remove(runId: number, name: string): Promise<void> {
    await rm(this.#path(runId, name), { recursive: true, force: true });
  }

  /** Stores files under their paths relative to `root`. */
  async store(
    runId: number,
    name: string,
    root: string,
    files: readonly string[],
  ): Promise<StoredArtifact> {
    const target = this.#path(runId, name);
    const hash = createHash("sha256");
    await mkdir(target, { recursive: true });
    for (const file of files) {
      const content = await readFile(join(root, file));
      hash.update(file).update(content);
      await mkdir(dirname(join(target, file)), { recursive: true });
      await cp(join(root, file), join(target, file));
    }
    const id = this.#nextId;
    this.#nextId += 1;
    return { id, name, digest: hash.digest("hex") };
  }

  async copyTo(runId: number, name: string, directory: string): Promise<void> {
    await mkdir(directory, { recursive: true });
    await cp(this.#path(runId, name), directory, { recursive: true });
  }

  #path(runId: number, name: string): string {
    return join(this.#directory, String(runId), encodeURIComponent(name));
  }
}
