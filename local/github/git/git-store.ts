import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { BareRepository } from "./bare-repository.ts";

/** The bare repositories under one data directory, and copies of them all. */
export class GitStore {
  readonly root: string;
  readonly #copies: string;
  #lastCopy = 0;

  constructor(dataDirectory: string) {
    this.root = join(dataDirectory, "git");
    this.#copies = join(dataDirectory, "snapshots");
  }

  repository(owner: string, name: string): BareRepository {
    return new BareRepository(join(this.root, owner, `${name}.git`));
  }

  /** Copies all repositories and returns where to. */
  async save(): Promise<string> {
    const copy = join(this.#copies, String(++this.#lastCopy));
    await mkdir(this.root, { recursive: true });
    await cp(this.root, copy, { recursive: true });
    return copy;
  }

  /** Puts a copy that {@link save} made in the place of all repositories. */
  async restore(copy: string): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
    await cp(copy, this.root, { recursive: true });
  }
}
