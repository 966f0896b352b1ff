import type { Git } from "./git.ts";

/** Where a branch is on the server now; `undefined` when it does not exist. */
export async function tryReadBranch(
  git: Git,
  remoteUrl: string,
  branch: string,
): Promise<string | undefined> {
  return await tryReadRef(git, remoteUrl, `refs/heads/${branch}`);
}

/** The same for a ref, given by its full name. */
export async function tryReadRef(
  git: Git,
  remoteUrl: string,
  ref: string,
): Promise<string | undefined> {
  const listing = await git.run(["ls-remote", remoteUrl, ref]);
  return /^([0-9a-f]+)\t/.exec(listing)?.[1];
}

/** The same for a branch that must exist. */
export async function readBranch(git: Git, remoteUrl: string, branch: string): Promise<string> {
  const sha = await tryReadBranch(git, remoteUrl, branch);
  if (sha === undefined) {
    throw new Error(`The branch ${branch} does not exist.`);
  }
  return sha;
}
