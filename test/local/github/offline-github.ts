import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type EmbeddedGitHub, startEmbeddedGitHub } from "../../../local/github/embedded-github.ts";

/** An answer as a client sees it. Bodies are looked into by tests only, hence loosely typed. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Loose;
}

/** Parsed JSON as the language gives it: an assertion says what it has to look like. */
export type Loose = ReturnType<typeof JSON.parse>;

export interface GitOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One embedded GitHub for a test file, with a fresh repository for whoever asks for one. */
export class OfflineGitHub {
  readonly server: EmbeddedGitHub;
  readonly folder: string;
  #lastRepository = 0;
  #lastClone = 0;

  private constructor(server: EmbeddedGitHub, folder: string) {
    this.server = server;
    this.folder = folder;
  }

  static async start(): Promise<OfflineGitHub> {
    const folder = await mkdtemp(join(tmpdir(), "offline-github-"));
    const server = await startEmbeddedGitHub({ dataDirectory: join(folder, "data") });
    for (const login of ["acme", "writer", "triager", "reader", "stranger"]) {
      await server.addUser({ login, token: `token-of-${login}` });
    }
    return new OfflineGitHub(server, folder);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Makes a private repository of `acme` and tells its `owner/name`. */
  async repository(
    options: {
      readonly files?: Readonly<Record<string, string>>;
      readonly isPublic?: boolean;
    } = {},
  ): Promise<string> {
    const name = `shop-${++this.#lastRepository}`;
    await this.server.addRepository({
      owner: "acme",
      name,
      private: options.isPublic !== true,
      files: options.files ?? { "README.md": "hello\n" },
      collaborators: { writer: "write", triager: "triage", reader: "read" },
    });
    return `acme/${name}`;
  }

  /** The token of a job with these permissions in the repository. */
  async jobToken(
    repository: string,
    permissions: Readonly<Record<string, "read" | "write">>,
  ): Promise<string> {
    return await this.server.addJobToken({ repository, permissions, runId: 1, jobId: "1" });
  }

  /** Sends a REST request with the token of `acme` unless told otherwise. */
  async rest(
    method: string,
    path: string,
    body?: unknown,
    token = "token-of-acme",
  ): Promise<Answer> {
    const url = path.startsWith("http") ? path : this.server.apiUrl + path;
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/vnd.github+json",
        "x-github-api-version": "2026-03-10",
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed: Loose = text === "" ? undefined : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: parsed };
  }

  /** Sends a GraphQL document with the token of `acme` unless told otherwise. */
  async graphql(
    query: string,
    variables: Readonly<Record<string, unknown>> = {},
    token = "token-of-acme",
  ): Promise<Loose> {
    const response = await fetch(this.server.graphqlUrl, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return await response.json();
  }

  /** Opens an issue and tells its number, database id and node id. */
  async issue(
    repository: string,
    input: { readonly title?: string; readonly body?: string; readonly labels?: string[] } = {},
    token?: string,
  ): Promise<{ readonly number: number; readonly id: number; readonly node_id: string }> {
    const answer = await this.rest(
      "POST",
      `/repos/${repository}/issues`,
      { title: "An issue", ...input },
      token,
    );
    return answer.body;
  }

  /** Clones with a token and returns the folder of the clone. */
  async clone(repository: string, token = "token-of-acme"): Promise<string> {
    const folder = join(this.folder, `clone-${++this.#lastClone}`);
    const outcome = await git(
      this.folder,
      "clone",
      "--quiet",
      this.remote(repository, token),
      folder,
    );
    if (outcome.code !== 0) {
      throw new Error(outcome.stderr);
    }
    return folder;
  }

  /** Address of the repository with credentials in it. */
  remote(repository: string, token: string): string {
    return `http://x-access-token:${token}@127.0.0.1:${this.server.port}/${repository}.git`;
  }

  /** Clones, commits one file on a new branch and pushes it; returns the commit. */
  async pushBranch(
    repository: string,
    branch: string,
    file: string,
    text: string,
  ): Promise<string> {
    const folder = await this.clone(repository);
    await git(folder, "switch", "--quiet", "-c", branch);
    const sha = await commitFile(folder, file, text);
    const outcome = await git(folder, "push", "--quiet", "origin", branch);
    if (outcome.code !== 0) {
      throw new Error(outcome.stderr);
    }
    return sha;
  }
}

/** Commits one file in a clone and returns the commit. */
export async function commitFile(folder: string, file: string, text: string): Promise<string> {
  await writeFile(join(folder, file), text);
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "--message", `Write ${file}`);
  return (await git(folder, "rev-parse", "HEAD")).stdout;
}

/** Runs git without any configuration of the machine; never throws. */
export function git(folder: string, ...args: readonly string[]): Promise<GitOutcome> {
  const env = {
    PATH: process.env["PATH"],
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Test",
    GIT_AUTHOR_EMAIL: "test@example.com",
    GIT_COMMITTER_NAME: "Test",
    GIT_COMMITTER_EMAIL: "test@example.com",
  };
  return new Promise((resolve) => {
    execFile("git", args, { cwd: folder, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? 1);
      resolve({ code, stdout: stdout.trim(), stderr });
    });
  });
}
