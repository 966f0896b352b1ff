import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { git, runGit } from "./run-git.ts";

export interface GitRef {
  readonly name: string;
  readonly sha: string;
  readonly type: string;
}

export interface GitPerson {
  readonly name: string;
  readonly email: string;
  /** ISO 8601. */
  readonly date: string;
}

export interface CommitRequest {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: GitPerson;
}

/** What the first commit holds: file texts by path, or a directory to copy (without ignored files). */
export type Contents =
  | { readonly files: Readonly<Record<string, string>> }
  | { readonly directory: string };

const SETTINGS: readonly (readonly [string, string])[] = [
  ["http.receivepack", "true"],
  ["uploadpack.allowAnySHA1InWant", "true"],
  ["uploadpack.allowFilter", "true"],
  ["receive.advertiseAtomic", "true"],
  ["receive.hideRefs", "refs/pull"],
  // Nothing may disappear or move while a test looks at it.
  ["gc.auto", "0"],
  ["receive.autogc", "false"],
];

/** One bare repository on disk. Commits, refs and merges live here, not in the state. */
export class BareRepository {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Creates the repository with one commit on `branch` and returns that commit. */
  async create(branch: string, contents: Contents, author: GitPerson): Promise<string> {
    await mkdir(this.directory, { recursive: true });
    await git(this.directory, ["init", "--quiet", "--bare", `--initial-branch=${branch}`]);
    for (const [key, value] of SETTINGS) {
      await git(this.directory, ["config", key, value]);
    }
    const tree = await this.#writeTree(contents);
    const sha = await this.commit({ tree, parents: [], message: "Initial commit", author });
    await this.updateRef(`refs/heads/${branch}`, sha);
    return sha;
  }

  async #writeTree(contents: Contents): Promise<string> {
    const scratch = await mkdtemp(join(tmpdir(), "embedded-github-"));
    try {
      const workTree = "directory" in contents ? contents.directory : join(scratch, "tree");
      if ("files" in contents) {
        await writeFiles(workTree, contents.files);
      }
      const env = { GIT_INDEX_FILE: join(scratch, "index"), GIT_WORK_TREE: workTree };
      await git(this.directory, ["-C", workTree, "add", "--all", "."], { env });
      return await git(this.directory, ["write-tree"], { env });
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  /** The object id of a revision, or `undefined`. `type` peels, e.g. to `commit`. */
  async resolve(revision: string, type?: string): Promise<string | undefined> {
    const wanted = type === undefined ? revision : `${revision}^{${type}}`;
    const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", wanted];
    const result = await runGit(this.directory, args);
    return result.code === 0 ? result.stdout.toString().trim() : undefined;
  }

  async typeOf(sha: string): Promise<string> {
    return await git(this.directory, ["cat-file", "-t", sha]);
  }

  async readBlob(sha: string): Promise<Buffer> {
    const result = await runGit(this.directory, ["cat-file", "blob", sha]);
    return result.stdout;
  }

  /** The text of a file at a commit, or `undefined` where there is none. */
  async readFile(commit: string, path: string): Promise<string | undefined> {
    const result = await runGit(this.directory, ["cat-file", "blob", `${commit}:${path}`]);
    return result.code === 0 ? result.stdout.toString() : undefined;
  }

  /** Refs under a prefix such as `refs/heads/`, or the one ref of exactly that name. */
  async listRefs(prefix: string): Promise<GitRef[]> {
    const format = "--format=%(refname) %(objectname) %(objecttype)";
    const lines = await git(this.directory, ["for-each-ref", format, prefix]);
    return lines
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [name = "", sha = "", type = ""] = line.split(" ");
        return { name, sha, type };
      });
  }

  async readRef(name: string): Promise<GitRef | undefined> {
    return (await this.listRefs(name)).find((ref) => ref.name === name);
  }

  /** Moves a ref; with `expected` only from there, and false when it is elsewhere by now. */
  async updateRef(name: string, sha: string, expected?: string): Promise<boolean> {
    const guard = expected === undefined ? [] : [expected];
    return (await runGit(this.directory, ["update-ref", name, sha, ...guard])).code === 0;
  }

  /** The tree of a clean merge of two existing commits, or `undefined` on a conflict. */
  async mergeTree(base: string, head: string): Promise<string | undefined> {
    const result = await runGit(this.directory, ["merge-tree", "--write-tree", base, head]);
    return result.code === 0 ? result.stdout.toString().trim().split("\n")[0] : undefined;
  }

  async commit(request: CommitRequest): Promise<string> {
    const { author } = request;
    const parents = request.parents.flatMap((parent) => ["-p", parent]);
    return await git(this.directory, ["commit-tree", request.tree, ...parents], {
      input: request.message,
      env: {
        GIT_AUTHOR_NAME: author.name,
        GIT_AUTHOR_EMAIL: author.email,
        GIT_AUTHOR_DATE: author.date,
        GIT_COMMITTER_NAME: "GitHub",
        GIT_COMMITTER_EMAIL: "noreply@github.com",
        GIT_COMMITTER_DATE: author.date,
      },
    });
  }

  /** How many commits `head` has that `base` has not. */
  async countCommits(base: string, head: string): Promise<number> {
    return Number(await git(this.directory, ["rev-list", "--count", `${base}..${head}`]));
  }
}

async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}
