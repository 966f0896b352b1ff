import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

export interface GitOptions {
  readonly directory?: string;
  /** Sent as basic authentication; without it the repository must be public. */
  readonly token?: string | undefined;
}

/** The settings that keep a git process from reading this machine's configuration. */
export const GIT_ENVIRONMENT: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
};

/** The value of an `http.extraheader` that carries a token, as actions/checkout writes it. */
export function authorizationHeader(token: string): string {
  const credentials = Buffer.from(`x-access-token:${token}`).toString("base64");
  return `AUTHORIZATION: basic ${credentials}`;
}

/** Runs git and returns its trimmed output; a failure holds what git said, without the token. */
export async function git(args: readonly string[], options: GitOptions = {}): Promise<string> {
  const header: Record<string, string> =
    options.token === undefined
      ? {}
      : {
          GIT_CONFIG_COUNT: "1",
          GIT_CONFIG_KEY_0: "http.extraheader",
          GIT_CONFIG_VALUE_0: authorizationHeader(options.token),
        };
  const { PATH = "" } = process.env;
  const { stdout } = await execute("git", [...args], {
    cwd: options.directory,
    env: { PATH, ...GIT_ENVIRONMENT, ...header },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.trim();
}
