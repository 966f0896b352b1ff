import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Git } from "../git/git.ts";

export interface RepositoryOptions {
  /** Where the bare repository will be; what is there is removed. */
  readonly path: string;
  /** Object directories to read from as well. */
  readonly alternates: readonly string[];
  /** Commits whose parents are not here and not missed. */
  readonly shallow: readonly string[];
}

/** Makes a bare repository that holds nothing yet; returns git with it as its directory. */
export async function makeRepository(git: Git, options: RepositoryOptions): Promise<Git> {
  const { path, alternates, shallow } = options;
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { recursive: true, mode: 0o700 });
  const here = git.with({ cwd: path, environment: { GIT_DIR: path } });
  // Without a template there are no hooks and no files of the machine's git.
  await here.run(["init", "--quiet", "--bare", "--template="]);
  await mkdir(join(path, "info"), { recursive: true });
  await mkdir(join(path, "objects", "info"), { recursive: true });
  await writeFile(join(path, "objects", "info", "alternates"), alternates.map(toLine).join(""));
  if (shallow.length > 0) {
    await writeFile(join(path, "shallow"), shallow.map(toLine).join(""));
  }
  return here;
}

function toLine(text: string): string {
  return `${text}\n`;
}
