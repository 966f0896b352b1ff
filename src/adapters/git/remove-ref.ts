import { type Git, GitError } from "./git.ts";

/** What the server's git says of a ref that is gone, or not where it was expected. */
const NOTHING_TO_DO = /remote ref does not exist|stale info/;

/**
 * Removes a ref, by its full name, from the server; with `sha` only if it points there. A ref that
 * is gone or has moved is no error. Throws `GitError` when the server refuses.
 */
export async function removeRef(
  git: Git,
  remoteUrl: string,
  { ref, sha }: { readonly ref: string; readonly sha: string | undefined },
): Promise<void> {
  const lease = sha === undefined ? [] : [`--force-with-lease=${ref}:${sha}`];
  const args = ["push", "--porcelain", ...lease, remoteUrl, `:${ref}`];
  const output = await git.try(args);
  const said = output.stdout.toString("utf8") + output.stderr;
  if (output.exitCode !== 0 && !NOTHING_TO_DO.test(said)) {
    throw new GitError(args, output);
  }
}
