import type { Hub } from "../domain/hub.ts";
import { type Repository } from "../domain/state.ts";
import type { BareRepository } from "../git/bare-repository.ts";
import { formatNodeId } from "../shapes/node-id.ts";
import type { Source } from "./source.ts";

/** Longest text of a file that a query returns; the rest is cut off and marked. */
const MAX_TEXT_BYTES = 512_000;
/** As much of a file as git looks at to tell binary from text. */
const SNIFFED_BYTES = 8000;

/** A ref by its full name, or by a branch name; null where there is none. */
export async function refSource(
  hub: Hub,
  repository: Repository,
  name: string,
): Promise<Source | null> {
  const git = gitOf(hub, repository);
  const candidates = name.startsWith("refs/")
    ? [name]
    : [`refs/heads/${name}`, `refs/tags/${name}`];
  for (const candidate of candidates) {
    const ref = await git.readRef(candidate);
    if (ref !== undefined) {
      const prefix = /^refs\/[^/]+\//.exec(ref.name)?.[0] ?? "";
      return {
        __typename: "Ref",
        id: formatNodeId("REF", `${repository.id}:${ref.name}`),
        name: ref.name.slice(prefix.length),
        prefix,
        target: () => gitObject(git, repository, ref.sha, ref.type),
      };
    }
  }
  return null;
}

export async function defaultBranchSource(
  hub: Hub,
  repository: Repository,
): Promise<Source | null> {
  return await refSource(hub, repository, `refs/heads/${repository.defaultBranch}`);
}

/** The object of an expression such as `HEAD:README.md`, or null. */
export async function objectSource(
  hub: Hub,
  repository: Repository,
  expression: string,
): Promise<Source | null> {
  const git = gitOf(hub, repository);
  const sha = await git.resolve(expression);
  return sha === undefined ? null : await gitObject(git, repository, sha, await git.typeOf(sha));
}

async function gitObject(
  git: BareRepository,
  repository: Repository,
  sha: string,
  type: string,
): Promise<Source> {
  const shared = { id: formatNodeId("C", `${repository.id}:${sha}`), oid: sha };
  if (type !== "blob") {
    return { __typename: type.charAt(0).toUpperCase() + type.slice(1), ...shared };
  }
  const content = await git.readBlob(sha);
  const isBinary = content.subarray(0, SNIFFED_BYTES).includes(0);
  const text = content.subarray(0, MAX_TEXT_BYTES).toString();
  return {
    __typename: "Blob",
    ...shared,
    byteSize: content.length,
    isBinary,
    isTruncated: content.length > MAX_TEXT_BYTES,
    text: isBinary ? null : text,
  };
}

function gitOf(hub: Hub, repository: Repository): BareRepository {
  return hub.git.repository(repository.owner, repository.name);
}
