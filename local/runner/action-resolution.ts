import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parseActionFile, type ActionFile } from "./action-file.ts";
import { parseReference } from "./references.ts";
import type { RepositoryCache } from "./repository-cache.ts";
import type { StandIn } from "./stand-ins/stand-in.ts";
import { standInFor } from "./stand-ins/table.ts";
import { InvalidFileError } from "./unsupported.ts";
import type { Origin } from "./workflow-file.ts";

export type ResolvedAction =
  | { readonly type: "stand-in"; readonly standIn: StandIn }
  | {
      readonly type: "file";
      readonly file: ActionFile;
      readonly directory: string;
      /** What `$/` means inside this action. */
      readonly origin: Origin;
      /** Actions of the workspace run no `pre`: the file is not there yet at the job's start. */
      readonly inWorkspace: boolean;
      /** `owner/repository` and ref of a remote action; `undefined` for others. */
      readonly remote: { readonly repository: string; readonly ref: string } | undefined;
    };

/** Finds the actions of one job; each is read once. */
export class ActionResolver {
  readonly #cache: RepositoryCache;
  readonly #workspace: string;
  readonly #resolved = new Map<string, Promise<ResolvedAction>>();

  constructor(cache: RepositoryCache, workspace: string) {
    this.#cache = cache;
    this.#workspace = workspace;
  }

  /** Resolves a `uses` that stands in a file of `origin`. */
  async resolve(uses: string, origin: Origin): Promise<ResolvedAction> {
    if (uses.startsWith("./")) {
      return this.#fromWorkspace(uses, origin);
    }
    const key = uses.startsWith("$/") ? `${origin.directory} ${uses}` : uses;
    const known = this.#resolved.get(key) ?? this.#fromRepository(uses, origin);
    this.#resolved.set(key, known);
    return known;
  }

  #fromWorkspace(uses: string, origin: Origin): ResolvedAction {
    const directory = join(this.#workspace, uses.slice(2));
    const file = readAction(directory, uses);
    return { type: "file", file, directory, origin, inWorkspace: true, remote: undefined };
  }

  async #fromRepository(uses: string, origin: Origin): Promise<ResolvedAction> {
    const reference = parseReference(uses);
    const remote = reference.type === "remote" ? reference : undefined;
    const standIn = remote === undefined ? undefined : standInFor(remote.repository);
    if (standIn !== undefined && remote?.path === "") {
      return { type: "stand-in", standIn };
    }
    const home =
      remote === undefined ? origin : await this.#cache.open(remote.repository, remote.ref);
    const directory = join(home.directory, reference.path);
    const file = readAction(directory, uses);
    return { type: "file", file, directory, origin: home, inWorkspace: false, remote };
  }
}

function readAction(directory: string, uses: string): ActionFile {
  const path = ["action.yml", "action.yaml"]
    .map((name) => join(directory, name))
    .find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw new InvalidFileError(`'uses: ${uses}': can't find 'action.yml' or 'action.yaml' there.`);
  }
  return parseActionFile(readFileSync(path, "utf8"), `${uses}, action.yml`);
}
