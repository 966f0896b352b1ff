import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { ConfigurationError } from "../../core/failure.ts";
import { type Git, GitError } from "../git/git.ts";
import { makeRepository } from "./git-repository.ts";
import { Mirror } from "./mirror.ts";
import { isInCone } from "./sparse.ts";
import { parseSubmodules, resolveSubmoduleUrl } from "./submodule-url.ts";

const MAX_DEPTH = 5;

export interface SubmoduleRequest {
  readonly git: Git;
  /** Object directory that has the commit. */
  readonly alternate: string;
  readonly commit: string;
  readonly url: string;
  readonly directory: string;
  /** Directories that are checked out; none means all. */
  readonly sparse: readonly string[];
  /** Directory with the mirrors of this machine. */
  readonly mirrors: string;
  readonly scratch: string;
}

/**
 * Writes the files of submodules, and of theirs, into a worktree. They are plain files there: a
 * session may read and build them, and what it changes in them is not collected, because the
 * repository holds only the name of a commit.
 */
export async function checkOutSubmodules(request: SubmoduleRequest, depth = 1): Promise<void> {
  const { git, alternate, commit, sparse, scratch } = request;
  const path = join(scratch, "submodules.git");
  const view = await makeRepository(git, { path, alternates: [alternate], shallow: [] });
  const links = parseLinks(await view.run(["ls-tree", "-r", "-z", "--full-tree", commit])).filter(
    (link) => sparse.length === 0 || isInCone(sparse, `${link.path}/`),
  );
  if (links.length === 0 || depth > MAX_DEPTH) {
    return;
  }
  const blob = `--blob=${commit}:.gitmodules`;
  const known = await view.try(["config", "--no-includes", blob, "--list", "-z"]);
  const named = parseSubmodules(known.stdout.toString("utf8"));
  for (const link of links) {
    const url = named.find((each) => each.path === link.path)?.url;
    // git, too, leaves a link alone that has no entry.
    if (url !== undefined) {
      await checkOutOne(request, link, url, depth);
    }
  }
}

interface SubmoduleLink {
  readonly path: string;
  readonly commit: string;
}

function parseLinks(listing: string): readonly SubmoduleLink[] {
  return listing.split("\0").flatMap((line) => {
    const [, commit, path] = /^160000 commit ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    return commit === undefined || path === undefined ? [] : [{ commit, path }];
  });
}

async function checkOutOne(
  { git, url: parentUrl, directory, mirrors, scratch }: SubmoduleRequest,
  link: SubmoduleLink,
  givenUrl: string,
  depth: number,
): Promise<void> {
  const url = resolveSubmoduleUrl(givenUrl, parentUrl);
  if (url === undefined) {
    throw new ConfigurationError(
      `.gitmodules: the submodule ${link.path} has the URL ${JSON.stringify(givenUrl)}. Allowed are https URLs, ` +
        "git@HOST:PATH, and paths relative to this repository. Change it, or set 'workspace.submodules: false'.",
    );
  }
  const name = createHash("sha256").update(url).digest("hex").slice(0, 16);
  const own = join(scratch, `module-${name}`);
  const path = join(mirrors, `${name}.git`);
  const mirror = new Mirror({ path, scratch: own, git, remoteUrl: url });
  const place = join(directory, link.path);
  await mkdir(place, { recursive: true });
  try {
    await mirror.fetch([link.commit]);
    await mirror.repairing([link.commit], async () => {
      const repository = { path: join(own, "checkout.git"), alternates: [mirror.objects] };
      await makeRepository(git, { ...repository, shallow: [] });
      const environment = { GIT_DIR: repository.path, GIT_WORK_TREE: place };
      await git.with({ cwd: place, environment }).run(["read-tree", "-u", "--reset", link.commit]);
    });
  } catch (error) {
    if (!(error instanceof GitError)) {
      throw error;
    }
    throw new ConfigurationError(
      `The submodule ${link.path} cannot be checked out from ${url}: ${error.message} ` +
        "The job's token reads its own repository and public ones only.",
      { cause: error },
    );
  }
  await checkOutSubmodules(
    {
      git,
      alternate: mirror.objects,
      commit: link.commit,
      url,
      directory: place,
      sparse: [],
      mirrors,
      scratch,
    },
    depth + 1,
  );
}
