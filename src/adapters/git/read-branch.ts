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
  // A name alone is compared here, not by the server: without the kind it would list every ref.
  const kind = ref.startsWith("refs/heads/") ? ["--heads"] : [];
  const listing = await git.run(["ls-remote", ...kind, remoteUrl, ref]);
  // Also listed: refs that merely end with the name, for example refs/heads/x/refs/heads/main.
  const line = listing.split("\n").find((one) => one.endsWith(`\t${ref}`));
  return line?.split("\t", 1)[0];
}

/** The same for a branch that must exist. */
export async function readBranch(git: Git, remoteUrl: string, branch: string): Promise<string> {
  const sha = await tryReadBranch(git, remoteUrl, branch);
  if (sha === undefined) {
    throw new Error(`The branch ${branch} does not exist.`);
  }
  return sha;
}
