import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { RepositoryCache } from "./repository-cache.ts";
import { InvalidFileError } from "./unsupported.ts";
import type { Origin } from "./workflow-file.ts";

export type Reference =
  /** `$/path`: the repository and commit of the file that holds the reference. */
  | { readonly type: "same-commit"; readonly path: string }
  /** `./path`: the job's workspace, or for a workflow the repository of its file. */
  | { readonly type: "local"; readonly path: string }
  | {
      readonly type: "remote";
      readonly repository: string;
      readonly path: string;
      readonly ref: string;
    };

/** Reads the value of a `uses`. */
export function parseReference(uses: string): Reference {
  if (uses.startsWith("$/")) {
    return { type: "same-commit", path: uses.slice(2) };
  }
  if (uses.startsWith("./")) {
    return { type: "local", path: uses.slice(2) };
  }
  const match = /^([^/@\s]+\/[^/@\s]+)(?:\/([^@\s]+))?@(\S+)$/.exec(uses);
  const [, repository, path = "", ref] = match ?? [];
  if (repository === undefined || ref === undefined) {
    throw new InvalidFileError(
      `'uses: ${uses}' must be $/path, ./path or owner/repository/path@ref.`,
    );
  }
  return { type: "remote", repository, path, ref };
}

/** A file of a repository at a commit. */
export interface LocatedFile {
  readonly origin: Origin;
  readonly path: string;
  readonly text: string;
}

/** Finds the workflow file that a job calls. */
export async function locateWorkflow(
  uses: string,
  caller: Origin,
  cache: RepositoryCache,
): Promise<LocatedFile> {
  const reference = parseReference(uses);
  const origin =
    reference.type === "remote" ? await cache.open(reference.repository, reference.ref) : caller;
  const file = join(origin.directory, reference.path);
  if (!/^\.github\/workflows\/[^/]+\.ya?ml$/.test(reference.path) || !existsSync(file)) {
    throw new InvalidFileError(
      `'uses: ${uses}': ${origin.repository} at ${origin.ref} has no workflow ${reference.path}.`,
    );
  }
  return { origin, path: reference.path, text: readFileSync(file, "utf8") };
}
