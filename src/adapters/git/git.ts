import { spawn } from "node:child_process";

import { ConfigurationError } from "../../core/failure.ts";
import { findOnPath } from "../find-on-path.ts";

/** Exit code of a command that a signal ended, as shells tell it. */
const KILLED = 137;

/** What one git command did. */
export interface GitOutput {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A git command that had to succeed did not. */
export class GitError extends Error {
  override readonly name = "GitError";
  readonly exitCode: number;

  constructor(args: readonly string[], output: GitOutput) {
    const told = output.stderr.trim().split("\n").slice(-3).join(" ");
    super(`git ${args[0] ?? ""} failed with exit code ${output.exitCode}: ${told}`);
    this.exitCode = output.exitCode;
  }
}

export interface GitOptions {
  /** Directory the commands run in. */
  readonly cwd: string;
  /** Token for HTTP; travels in git's environment, never in an argument or a file. */
  readonly token?: string | undefined;
  /** `https://github.com`: the token is sent to no other server. */
  readonly serverUrl?: string | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/**
 * Runs git without anything that a machine, a user or an agent could have configured: no system or
 * global configuration, no prompts, no hooks, and an environment of its own (design section 4.4).
 */
export class Git {
  readonly #options: GitOptions;

  constructor(options: GitOptions) {
    this.#options = options;
  }

  /** The same git with other options put over these. */
  with(options: Partial<GitOptions>): Git {
    return new Git({ ...this.#options, ...options });
  }

  /**
   * Runs a command and returns what it did, whatever its exit code. Throws `ConfigurationError`
   * where there is no git.
   */
  async try(args: readonly string[], input?: string | Buffer): Promise<GitOutput> {
    const child = spawn("git", args, {
      cwd: this.#options.cwd,
      env: environmentOf(this.#options),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    // A command that does not read its input to the end says so by its exit code.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input ?? "");
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code ?? KILLED));
    }).catch(rejectWithReason);
    return {
      exitCode,
      stdout: Buffer.concat(stdout),
      stderr: Buffer.concat(stderr).toString("utf8"),
    };
  }

  /** Runs a command that must succeed; throws `GitError` when it does not. Returns its output. */
  async run(args: readonly string[], input?: string | Buffer): Promise<string> {
    return (await this.read(args, input)).toString("utf8").trimEnd();
  }

  /** The same with the output as it is, byte by byte. */
  async read(args: readonly string[], input?: string | Buffer): Promise<Buffer> {
    const output = await this.try(args, input);
    if (output.exitCode !== 0) {
      throw new GitError(args, output);
    }
    return output.stdout;
  }
}

/** Says so when there is no git; a directory that is gone is answered in the same way. */
async function rejectWithReason(error: unknown): Promise<never> {
  const path = process.env["PATH"] ?? "";
  if ((await findOnPath("git", path)) === undefined) {
    throw new ConfigurationError(
      `git was not found on the PATH of this runner (${path}). Install git 2.38 or newer. A runner that runs as a service does not see the PATH of your shell: put git's folder into the file .path of the runner and restart it.`,
      { cause: error },
    );
  }
  throw error;
}

function environmentOf(options: GitOptions): Record<string, string> {
  const environment: Record<string, string> = {
    PATH: process.env["PATH"] ?? "",
    HOME: "/nonexistent",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    // A commit is what its name says.
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_AUTHOR_NAME: "Water Spider",
    GIT_AUTHOR_EMAIL: "water-spider@users.noreply.github.com",
    GIT_COMMITTER_NAME: "Water Spider",
    GIT_COMMITTER_EMAIL: "water-spider@users.noreply.github.com",
  };
  for (const name of ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "GIT_SSL_CAINFO"]) {
    const value = process.env[name] ?? process.env[name.toLowerCase()];
    if (value !== undefined) {
      environment[name] = value;
    }
  }
  const settings: (readonly [string, string])[] = [
    ["core.hooksPath", "/dev/null"],
    ["core.fsmonitor", "false"],
    ["protocol.file.allow", "always"],
    ["gc.auto", "0"],
    ["maintenance.auto", "false"],
    ["advice.detachedHead", "false"],
  ];
  if (options.token !== undefined && options.serverUrl !== undefined) {
    const basic = Buffer.from(`x-access-token:${options.token}`).toString("base64");
    settings.push([`http.${options.serverUrl}/.extraheader`, `AUTHORIZATION: basic ${basic}`]);
  }
  settings.forEach(([key, value], index) => {
    environment[`GIT_CONFIG_KEY_${index}`] = key;
    environment[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  environment["GIT_CONFIG_COUNT"] = String(settings.length);
  return { ...environment, ...options.environment };
}
